from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    offer_capture_on_print = fields.Boolean(
        related="company_id.offer_capture_on_print", readonly=False
    )
    offer_confirm_policy = fields.Selection(
        related="company_id.offer_confirm_policy", readonly=False
    )
    offer_reminder_days = fields.Integer(related="company_id.offer_reminder_days", readonly=False)
