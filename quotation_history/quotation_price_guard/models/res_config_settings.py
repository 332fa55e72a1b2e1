from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    price_promo_basis = fields.Selection(related="company_id.price_promo_basis", readonly=False)
    price_review_months = fields.Integer(related="company_id.price_review_months", readonly=False)
    price_approval_days = fields.Integer(related="company_id.price_approval_days", readonly=False)
    price_approval_band = fields.Float(related="company_id.price_approval_band", readonly=False)
