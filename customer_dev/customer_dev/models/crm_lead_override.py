from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import gate


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    gate_can_override = fields.Boolean(compute="_compute_gate_can_override")

    @api.depends_context("uid")
    @api.depends("team_id")
    def _compute_gate_can_override(self):
        for lead in self:
            lead.gate_can_override = lead._gate_may_override()

    def _gate_may_override(self, team=None):
        """Whether the user heads the lead's team or administrates sales."""
        team = team if team is not None else self.team_id
        return self.env.user.has_group("sales_team.group_sale_manager") or (
            # sudo: the leader of the team is no secret, but a salesperson may not read each team
            bool(team) and team.sudo().user_id == self.env.user
        )

    def action_override_gate(self, stage_id, reason):
        """Move a prospect although criteria are open; the reason goes to the chatter.

        :param int stage_id: stage to move to
        :param str reason: why, required
        :return: True
        :raises AccessError: for anybody but the head of the team and sales administrators
        """
        self.ensure_one()
        if not self._gate_may_override():
            raise AccessError(self.env._("Only the head of the team can override the criteria."))
        if not (reason or "").strip():
            raise UserError(self.env._("Give a reason."))
        stage = self.env["crm.stage"].browse(stage_id).exists()
        layout = self.env["crm.stage"]._gate_layout()
        if not stage or layout.is_foreign(self.team_id.id, stage.id):
            raise UserError(self.env._("Choose a stage of this process."))
        self._gate_override(stage, reason)
        return True

    def _gate_override(self, stage, reason):
        missing = self._gate_find_missing(
            {self: self._gate_layout_needed(self.stage_id.id, stage.id)}
        )
        names = self._gate_criterion_names(missing.values())
        self.with_context(gate_pass=gate.GatePass).write({"stage_id": stage.id})
        self.message_post(
            body=self.env._(
                "Criteria overridden to reach %(stage)s. Reason: %(reason)s. Open: %(open)s",
                stage=stage.name,
                reason=reason,
                open=", ".join(names.values()) or self.env._("none"),
            )
        )

    def _gate_layout_needed(self, from_stage_id, to_stage_id):
        layout = self.env["crm.stage"]._gate_layout()
        return layout.needed(self.team_id.id, from_stage_id, to_stage_id)
