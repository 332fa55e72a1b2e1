from odoo import api, fields, models


class CrmGateOverride(models.TransientModel):
    _name = "crm.gate.override"
    _description = "Override Exit Criteria"

    lead_id = fields.Many2one("crm.lead", required=True, ondelete="cascade")
    team_id = fields.Many2one(related="lead_id.team_id")
    stage_id = fields.Many2one(
        "crm.stage",
        string="Move to",
        required=True,
        ondelete="cascade",
        domain="['|', ('team_ids', 'in', team_id), ('team_ids', '=', False)]",
    )
    missing = fields.Text(compute="_compute_missing", string="Still Missing")
    reason = fields.Text()

    @api.depends("lead_id", "stage_id")
    def _compute_missing(self):
        for wizard in self:
            lead = wizard.lead_id
            criteria = lead._gate_layout_needed(lead.stage_id.id, wizard.stage_id.id)
            found = lead._gate_find_missing({lead: criteria}).get(lead, []) if lead else []
            names = lead._gate_criterion_names([found])
            wizard.missing = "\n".join(f"• {names[c.id]}" for c in found) or False

    def action_apply(self):
        """Override with the reason given.

        :return: an action that closes the dialog
        """
        self.ensure_one()
        self.lead_id.action_override_gate(self.stage_id.id, self.reason)
        return {"type": "ir.actions.act_window_close"}
