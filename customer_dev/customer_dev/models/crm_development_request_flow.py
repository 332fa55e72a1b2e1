from odoo import fields, models
from odoo.exceptions import AccessError, UserError


# One concern per file: the model is too big for one.
class CrmDevelopmentRequest(models.Model):
    _inherit = "crm.development.request"

    def action_submit(self):
        """Send the request to its reviewers.

        :return: True
        :raises UserError: when something is missing or nobody is there to sign
        """
        for request in self:
            request.check_access("write")
            if request.state != "draft":
                continue
            if error := request._submission_error():
                raise UserError(error)
            request._submit()
        return True

    def _submission_error(self):
        """What is missing before the request can be signed, or an empty string."""
        self.ensure_one()
        if not (self.reason or "").strip():
            return self.env._("Give the reason.")
        if self.kind == "stop" and not self.lost_reason_id:
            return self.env._("Choose why to stop.")
        if self.kind == "application" and not self.line_ids:
            return self.env._("Enter the goods and amounts you expect.")
        return ""

    def _submit(self):
        self._engine_write(
            {
                **self._approver_values(),
                "state": "submitted",
                "user_id": self.env.uid,
                "date_submitted": fields.Datetime.now(),
            }
        )
        self.request_validation()
        # sudo: whether anybody has to sign is no secret, the reviews are
        if not self.sudo().review_ids:
            self._submit_without_tier()

    def _submit_without_tier(self):
        """No approval is configured for this request: then a sales administrator decides."""
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise UserError(self.env._("Nobody is set up to sign this. Ask the administrator."))
        self._apply_decision("approved")

    def _approver_values(self):
        """The head always signs, the general manager for key accounts and big expectations.

        A head does not sign what he asks himself: then the general manager does.
        """
        lead = self.lead_id.sudo()  # sudo: team and thresholds decide, whatever the user may see
        head = lead.team_id.user_id
        needs_head = bool(head) and head != self.env.user
        is_big = lead.expected_revenue >= self.company_id.gm_approval_revenue > 0
        is_weighty = self.kind == "application" and (lead.development_type == "key" or is_big)
        needs_gm = not needs_head or is_weighty
        return {"head_id": head.id, "needs_head": needs_head, "needs_gm": needs_gm}

    def action_withdraw(self):
        """Take the request back while it is not decided; only who asked, or an administrator.

        :return: True
        """
        for request in self.filtered(lambda r: r.state in ("draft", "submitted")):
            is_owner = request.user_id == self.env.user
            if not is_owner and not self.env.user.has_group("sales_team.group_sale_manager"):
                raise AccessError(self.env._("Only who asked can withdraw the request."))
            request._engine_write({"state": "cancelled"})
        return True

    def _validate_tier(self, tiers=False):
        result = super()._validate_tier(tiers)
        self._follow_reviews()
        return result

    def _rejected_tier(self, tiers=False):
        result = super()._rejected_tier(tiers)
        self._follow_reviews()
        return result

    def _follow_reviews(self):
        """Bring the request to the state its reviews have reached, read from the reviews."""
        statuses = self.sudo().review_ids.mapped("status")
        if self.state != "submitted" or not statuses:
            return
        if "rejected" in statuses:
            self._apply_decision("rejected")
        elif all(status == "approved" for status in statuses):
            self._apply_decision("approved")

    def _apply_decision(self, state):
        self._engine_write({"state": state, "date_decided": fields.Datetime.now()})
        # sudo: the reviewer decides on the request and need not have access to the prospect
        self.sudo()._tell_lead(state)
        if state == "approved":
            getattr(self.sudo(), f"_apply_{self.kind}")()

    def _tell_lead(self, state):
        states = dict(self._fields["state"]._description_selection(self.env))
        self.lead_id.message_post(
            body=self.env._(
                "%(request)s: %(state)s by %(user)s.",
                request=self.display_name,
                state=states[state],
                user=self.env.user.name,
            ),
            partner_ids=self.user_id.partner_id.ids,
        )

    def _apply_application(self):
        """Nothing to write: the gate reads the approved application itself."""
        return True

    def _apply_stop(self):
        self.lead_id._development_stop(self.lost_reason_id)
        return True

    def _apply_reopen(self):
        self.lead_id._development_reopen()
        return True

    def action_open_lead(self):
        """Open the prospect.

        :return: a window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "views": [(False, "form")],
        }
