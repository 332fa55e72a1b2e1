from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    exclude_market_share = fields.Float(related="company_id.exclude_market_share", readonly=False)
    exclude_margin = fields.Float(related="company_id.exclude_margin", readonly=False)
    exclude_growth = fields.Float(related="company_id.exclude_growth", readonly=False)
    gm_approval_revenue = fields.Monetary(
        related="company_id.gm_approval_revenue", readonly=False, currency_field="dev_currency_id"
    )
    dev_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the Threshold"
    )
    owned_prospect_policy = fields.Selection(
        related="company_id.owned_prospect_policy", readonly=False
    )
    contract_trial_months = fields.Integer(
        related="company_id.contract_trial_months", readonly=False
    )
    no_customer_months = fields.Integer(related="company_id.no_customer_months", readonly=False)
    expense_advance_rate = fields.Float(related="company_id.expense_advance_rate", readonly=False)
