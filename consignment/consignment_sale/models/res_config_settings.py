from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    consignment_shipped_account_id = fields.Many2one(
        related="company_id.consignment_shipped_account_id", readonly=False
    )
    consignment_reclass_journal_id = fields.Many2one(
        related="company_id.consignment_reclass_journal_id", readonly=False
    )
