from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import RedirectWarning, UserError

from ..tools import gate


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    stop_needs_approval = fields.Boolean(compute="_compute_stop_needs_approval", compute_sudo=True)

    @api.depends("type", "team_id.stop_approval")
    def _compute_stop_needs_approval(self):
        """Computed as superuser: a rule of the team holds, whether one may read the team or not."""
        for lead in self:
            lead.stop_needs_approval = lead.type == "opportunity" and lead.team_id.stop_approval

    # === STOP AND RESTORE ===

    def action_set_lost(self, **additional_values):
        """The reason goes first: putting away a prospect of a process is refused without one."""
        if reason_id := additional_values.get("lost_reason_id"):
            self.filtered("stop_needs_approval").write({"lost_reason_id": reason_id})
        return super().action_set_lost(**additional_values)

    def action_restore(self):
        """Restore lost prospects; who decides alone in a process is asked for the reason first.

        :return: a window action on the dialog that asks, where one is needed
        """
        asked = self.filtered(lambda lead: lead._decides_with_reason())
        result = super(CrmLead, self - asked).action_restore()
        return asked._restore_dialog() if asked else result

    def action_restore_development(self, reason):
        """Take prospects up again; they stand where they stood, the reason goes to the chatter.

        :param str reason: why, required
        :return: True
        :raises UserError: without a reason, and for those who have to ask the head of the team
        """
        if not (reason or "").strip():
            raise UserError(self.env._("Give a reason."))
        for lead in self:
            if lead.stop_needs_approval and not lead._gate_may_override():
                raise UserError(lead._must_ask_message())
        self._development_reopen()
        for lead in self:
            lead.message_post(body=self.env._("Taken up again. Reason: %s", reason))
        return True

    def _development_reopen(self):
        """Take up again what was decided to be; it stands where it stood."""
        trusted = self.with_context(gate_pass=gate.GatePass)
        lost = trusted.filtered(lambda lead: lead.won_status == "lost")
        lost.action_restore()
        (trusted - lost).action_unarchive()

    def _decides_with_reason(self):
        """Whether the user decides alone here, which leaves a reason. The machine has none."""
        return (
            self.stop_needs_approval
            and self._gate_may_override()
            and self.env.uid != SUPERUSER_ID
            and self.env.context.get("gate_pass") is not gate.GatePass
        )

    def _restore_dialog(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_dev.crm_development_restore_action"
        )
        return {**action, "context": self._restore_context()}

    def _restore_context(self):
        return {"default_lead_ids": [(6, 0, self.ids)]}

    # === GUARD ===

    def write(self, vals):
        if not {"active", "probability"} & vals.keys():
            return super().write(vals)
        before = {
            lead.id: (lead.active, lead.won_status, lead.stop_needs_approval) for lead in self
        }
        result = super().write(vals)
        if self.env.context.get("gate_pass") is not gate.GatePass:
            self._check_decided(before)
        return result

    def _check_decided(self, before):
        """Where stopping needs approval, nobody stops or restores alone, nor without a reason."""
        restored = self.browse()
        for lead in self:
            was_active, was_status, was_guarded = before[lead.id]
            was_lost, is_lost = was_status == "lost", lead.won_status == "lost"
            if (lead.active, is_lost) == (was_active, was_lost):
                continue
            if (was_guarded or lead.stop_needs_approval) and not lead._gate_may_override():
                raise UserError(lead._must_ask_message())
            if was_status != "won" and lead._decides_with_reason():
                lead._check_stop_reason()
                restored |= lead.filtered("active")
        restored._refuse_restore()

    def _must_ask_message(self):
        return self.env._(
            "%s is developed by a process: ask to stop it, or to take it up again, "
            "and the head of the team decides.",
            self.name,
        )

    def _check_stop_reason(self):
        if not self.active and not self.lost_reason_id:
            raise UserError(
                self.env._(
                    "%s is developed by a process: mark it as lost and choose the reason.",
                    self.name,
                )
            )

    def _refuse_restore(self):
        """Prospects of a process are not restored silently; the dialog that asks is offered."""
        if self:
            raise RedirectWarning(
                self.env._(
                    "Give a reason to take this up again: %s", ", ".join(self.mapped("name"))
                ),
                self.env.ref("customer_dev.crm_development_restore_action").id,
                self.env._("Restore with a reason"),
                self._restore_context(),
            )
