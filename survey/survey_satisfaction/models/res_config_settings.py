from odoo import fields, models

from .satisfaction_campaign_flow import BUDGET_PARAM


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    satisfaction_recovery_campaign_id = fields.Many2one(
        related="company_id.satisfaction_recovery_campaign_id", readonly=False
    )
    satisfaction_escalation_user_id = fields.Many2one(
        related="company_id.satisfaction_escalation_user_id", readonly=False
    )
    satisfaction_free_budget = fields.Float(
        "Budget Without Approval", config_parameter=BUDGET_PARAM
    )
