from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class SatisfactionCase(models.Model):
    """From the first look to the customer's verdict, and what happens when nobody acts."""

    _inherit = "satisfaction.case"  # pylint: disable=consider-merging-classes-inherited

    def action_next(self):
        """Move to the next stage, through its gate.

        :return: True
        """
        for case in self:
            target = case._get_next_stage()
            if target == "acknowledged":
                case.check_access("write")
                case._stamp_acknowledged()
            if target:
                case._check_gate(target)
                case.stage = target
        return True

    def action_verify(self, effective=True):
        """Judge the action: by somebody who did not act.

        :param effective: False sends the case back to analysis
        :return: True
        """
        self.check_access("write")
        for case in self:
            if case.stage != "verification":
                raise UserError(self.env._("The action is not ready to be verified."))
            if case.action_user_id == self.env.user:
                raise UserError(self.env._("Whoever acted cannot verify. Ask somebody else."))
            case._write_proof(
                effective="yes" if effective else "no",
                verified_by=self.env.uid,
                verified_at=fields.Datetime.now(),
            )
            if not effective:
                case._reopen(self.env._("The action was not effective."))
        return True

    def action_verify_no(self):
        """The action did not help.

        :return: True
        """
        return self.action_verify(effective=False)

    def action_inform_customer(self):
        """Record that the customer was told; opens the message to write.

        :return: action of the mail composer
        """
        self.ensure_one()
        self.check_access("write")
        self._write_proof(
            customer_informed_at=fields.Datetime.now(), customer_informed_by=self.env.uid
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": self.partner_id.ids,
                "default_subject": self.display_name,
            },
        }

    def action_reject(self):
        """Reject a case that is none; needs the reason.

        :return: True
        """
        self._check_gate("rejected")
        self.stage = "rejected"
        return True

    def action_reopen(self):
        """Open a closed case again.

        :return: True
        """
        self.check_access("write")
        for case in self.filtered(lambda c: not c.is_open):
            case._reopen(self.env._("Opened again."))
        return True

    def _reopen(self, reason):
        for case in self:
            # Sudo: guarded fields; callers have checked who may.
            case.sudo().write(
                {
                    "stage": "analysis" if case.acknowledged_at else "new",
                    "reopen_count": case.reopen_count + 1,
                    "effective": False,
                    "verified_by": False,
                    "verified_at": False,
                    "customer_informed_at": False,
                    "customer_informed_by": False,
                    "customer_feedback": False,
                    "recovery_score": None,
                    "action_done_on": False,
                    "date_deadline": fields.Date.add(fields.Date.context_today(case), days=7),
                    "escalated_at": False,
                }
            )
            case.message_post(body=reason)
            case._schedule_work()

    # --- Check survey ------------------------------------------------------------------

    def action_send_recovery(self):
        """Ask the customer whether the solution satisfies (exempt from rest periods).

        :return: id of the invitation
        """
        self.ensure_one()
        self.check_access("write")
        campaign = (
            self.campaign_id.sudo().recovery_campaign_id
            or self.company_id.sudo().satisfaction_recovery_campaign_id
        )
        if not campaign:
            raise UserError(self.env._("Choose a check survey on the campaign or in the settings."))
        if not self.partner_id:
            raise UserError(self.env._("The case has no contact to ask."))
        invitation = campaign._enqueue(self.partner_id, self, occasion=self.reopen_count)
        if not invitation._is_live():
            reasons = dict(invitation._fields["reason"]._description_selection(self.env))
            raise UserError(
                self.env._("The customer is left out: %s", reasons.get(invitation.reason, ""))
            )
        invitation._send_batch()
        self._write_proof(recovery_invitation_id=invitation.id)
        return invitation.id

    def _receive_recovery(self, answer):
        """A satisfied customer ends the story; an unhappy one opens it again."""
        for case in self:
            index = answer.satisfaction_index
            case._write_proof(recovery_score=None if index is False else index)
            if index is not False and index < (answer.wave_id.campaign_id.min_index or 70):
                case._reopen(self.env._("The customer is not satisfied with the solution."))

    # --- Several answers, one case -----------------------------------------------------

    def action_group(self):
        """Treat several cases as one systemic case: the first one stands for all.

        :return: action that opens the remaining case
        """
        if len(self) < 2:
            raise UserError(self.env._("Choose at least two cases."))
        self.check_access("write")
        main = self.sorted("id")[0]
        others = self - main
        # Sudo: responses may not be visible to the case owner.
        main.sudo().write(
            {
                "is_systemic": True,
                "user_input_ids": [(4, answer.id) for answer in others.sudo().user_input_ids],
            }
        )
        others.write(
            {
                "parent_id": main.id,
                "reject_reason": self.env._("Part of %s", main.name),
                "stage": "rejected",
            }
        )
        return main._get_form_action()

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_view_responses(self):
        """Open the responses behind the case (survey team)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Responses"),
            "res_model": "survey.user_input",
            "view_mode": "list,form",
            "domain": [("id", "in", self.user_input_ids.ids)],
        }

    # --- Escalation --------------------------------------------------------------------

    @api.model
    def _cron_escalate(self):
        """Overdue cases go to the campaign's owner or the person named in the settings, once."""
        late = self.search([("is_overdue", "=", True), ("escalated_at", "=", False)])
        for case in late:
            boss = case.company_id.satisfaction_escalation_user_id or case.campaign_id.user_id
            if boss:
                case._escalate_to(boss)
            case.escalated_at = fields.Datetime.now()

    def _escalate_to(self, boss):
        record = self.with_context(lang=boss.lang)
        record.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=boss.id,
            date_deadline=fields.Date.context_today(self) + timedelta(days=1),
            summary=record.env._("Overdue: %s", self.display_name),
        )
