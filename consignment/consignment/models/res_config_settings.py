from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    consignment_gift_location_id = fields.Many2one(
        related="company_id.consignment_gift_location_id", readonly=False
    )
    consignment_own_use_location_id = fields.Many2one(
        related="company_id.consignment_own_use_location_id", readonly=False
    )
    consignment_never_reserve = fields.Boolean(
        related="company_id.consignment_never_reserve", readonly=False
    )
    consignment_age_alert_days = fields.Integer(
        related="company_id.consignment_age_alert_days", readonly=False
    )
    consignment_age_vat_days = fields.Integer(
        related="company_id.consignment_age_vat_days", readonly=False
    )
    consignment_loan_days = fields.Integer(
        related="company_id.consignment_loan_days", readonly=False
    )
    consignment_age_1 = fields.Integer(related="company_id.consignment_age_1", readonly=False)
    consignment_age_2 = fields.Integer(related="company_id.consignment_age_2", readonly=False)
    consignment_age_3 = fields.Integer(related="company_id.consignment_age_3", readonly=False)
    consignment_age_4 = fields.Integer(related="company_id.consignment_age_4", readonly=False)
