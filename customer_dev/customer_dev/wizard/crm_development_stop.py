from odoo import fields, models


class CrmDevelopmentStop(models.TransientModel):
    _name = "crm.development.stop"
    _description = "Ask to Stop or Take Up a Development"

    lead_id = fields.Many2one("crm.lead", required=True, ondelete="cascade")
    kind = fields.Selection(
        [("stop", "Stop"), ("reopen", "Take up again")], default="stop", required=True
    )
    lost_reason_id = fields.Many2one("crm.lost.reason", string="Because of", ondelete="cascade")
    note = fields.Text(string="What Happened")

    def action_apply(self):
        """Send the request to the head of the team.

        :return: a window action on the request
        """
        self.ensure_one()
        if self.kind == "reopen":
            return self.lead_id.action_reopen_development(self.note)
        return self.lead_id.action_stop_development(self.lost_reason_id.id, self.note)
