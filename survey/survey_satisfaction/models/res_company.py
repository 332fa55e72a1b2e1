from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    satisfaction_recovery_campaign_id = fields.Many2one(
        "satisfaction.campaign", "Check Survey After Cases"
    )
    satisfaction_escalation_user_id = fields.Many2one("res.users", "Overdue Cases Go To")
