from odoo import fields, models


class SatisfactionResult(models.Model):
    _inherit = "satisfaction.result"

    team_id = fields.Many2one("crm.team", "Sales Team")

    def _get_segment_ids(self, invitation):
        return {**super()._get_segment_ids(invitation), "team_id": invitation.team_id.id}
