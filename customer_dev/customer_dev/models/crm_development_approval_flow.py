from odoo import fields, models
from odoo.exceptions import AccessError, UserError


# One concern per file: the model is too big for one.
class CrmDevelopmentApproval(models.AbstractModel):
    _inherit = "crm.development.approval"

    def action_submit(self):
        """Send the document to its reviewers.

        :return: True
        :raises UserError: when something is missing or nobody is there to sign
        """
        for document in self:
            document.check_access("write")
            if document.state != "draft":
                continue
            if error := document._submission_error():
                raise UserError(error)
            document._submit()
        return True

    def _submission_error(self):
        """What is missing before the document can be signed, or an empty string."""
        self.ensure_one()
        return "" if (self.reason or "").strip() else self.env._("Give the reason.")

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
        """No approval is configured for this document: then a sales administrator decides."""
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise UserError(self.env._("Nobody is set up to sign this. Ask the administrator."))
        self._apply_decision("approved")

    def _approver_values(self):
        """The head signs, then the general manager.

        A head does not sign what he asks himself: then the general manager alone does.
        """
        head = self._get_head()
        needs_head = bool(head) and head != self.env.user
        return {"head_id": head.id, "needs_head": needs_head, "needs_gm": True}

    def _get_head(self):
        return self.lead_id.sudo().team_id.user_id  # sudo: decides, whatever the user may see

    def action_withdraw(self):
        """Take the document back while it is not decided; only who asked, or an administrator.

        :return: True
        """
        for document in self.filtered(lambda d: d.state in ("draft", "submitted")):
            is_owner = document.user_id == self.env.user
            if not is_owner and not self.env.user.has_group("sales_team.group_sale_manager"):
                raise AccessError(self.env._("Only who asked can withdraw the request."))
            document._engine_write({"state": "cancelled"})
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
        """Bring the document to the state its reviews have reached, read from the reviews."""
        statuses = self.sudo().review_ids.mapped("status")
        if self.state != "submitted" or not statuses:
            return
        if "rejected" in statuses:
            self._apply_decision("rejected")
        elif all(status == "approved" for status in statuses):
            self._apply_decision("approved")

    def _apply_decision(self, decision):
        state = self._state_to[0] if decision == "approved" else decision
        self._engine_write({"state": state, "date_decided": fields.Datetime.now()})
        # sudo: the reviewer decides on the document and need not have access to the prospect
        self.sudo()._tell_lead(state)
        if decision == "approved":
            self.sudo()._apply_approved()

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

    def _apply_approved(self):
        """What follows from the approval; called in sudo."""
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
