from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError, LockError, UserError, ValidationError

from .trust import as_engine


class TierReview(models.Model):
    """Signing reviews, and what a signature shows."""

    _inherit = "tier.review"  # pylint: disable=consider-merging-classes-inherited

    # ---------------------------------------------------------------------------------------
    # Signing
    # ---------------------------------------------------------------------------------------

    def action_sign(self):
        """Open the dialog that signs these reviews.

        :return: window action of the dialog
        """
        return self._get_sign_action("approve")

    def action_reject(self):
        """Open the dialog that signs these reviews, set to rejection.

        :return: window action of the dialog
        """
        return self._get_sign_action("reject")

    def _get_sign_action(self, decision):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sign"),
            "res_model": "tier.review.sign",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_review_ids": self.ids, "default_decision": decision},
        }

    def sign(self, decision, opinion=""):
        """Sign reviews that wait for the current user.

        Signing again what the same user signed the same way changes nothing.

        :param str decision: ``approve`` or ``reject``
        :param str opinion: shown in the signature block; required to reject
        :return: ids of the reviews that carry this decision of the user afterwards
        :rtype: list[int]
        :raise AccessError: when a review does not wait for the user
        :raise ValidationError: on an unknown decision or a rejection without opinion
        """
        if decision not in ("approve", "reject"):
            raise ValidationError(self.env._("A review is approved or rejected."))
        if decision == "reject" and not (opinion or "").strip():
            raise ValidationError(self.env._("Say why you reject."))
        todo = self - self._filter_signed(decision)
        todo.check_access("read")
        todo._lock_for_signing()
        if todo - todo._filter_signable(self.env.user):
            raise AccessError(self._get_not_signable_message(todo))
        for reviews in todo.grouped(lambda review: (review.model, review.res_id)).values():
            reviews._sign_document(decision, opinion)
        return self.ids

    def _filter_signed(self, decision):
        status = {"approve": "approved", "reject": "rejected"}[decision]
        return self.filtered(
            lambda review: review.status == status and review.done_by == self.env.user
        )

    def _lock_for_signing(self):
        """Let one of two people who sign at once win; the other sees what happened."""
        if self:
            try:
                self.lock_for_update()
            except LockError as error:
                message = self.env._("Somebody else is signing this right now. Please look again.")
                raise LockError(message) from error
            self.invalidate_recordset(["status", "done_by", "reviewed_date"])

    def _get_not_signable_message(self, reviews):
        names = ", ".join(
            f"{review.document_name or review.model} ({review.name})"
            for review in reviews - reviews._filter_signable(self.env.user)
        )
        return self.env._("These reviews do not wait for your signature: %s", names)

    def _sign_document(self, decision, opinion):
        document = self._get_document()
        if not document or document._name == self._name:
            raise UserError(self.env._("The document of this review no longer exists."))
        document.check_access("read")
        if opinion:
            as_engine(self).write({"comment": opinion.strip()})
        if decision == "approve":
            document._validate_tier(self)
        else:
            document._rejected_tier(self)
        document._update_counter({"review_deleted": True})

    def _stamp_lateness(self):
        """Keep for good whether these reviews were signed after their deadline."""
        late = self.filtered(
            lambda review: (
                review.date_deadline
                and review.reviewed_date
                and review.reviewed_date > review.date_deadline
            )
        )
        if late:
            as_engine(late).write({"signed_late": True})

    # ---------------------------------------------------------------------------------------
    # Signature block
    # ---------------------------------------------------------------------------------------

    def _get_signature(self):
        """Return what the signature block shows of one review.

        :return: dict ``title, status, status_label, user, date, opinion``; ``user`` is the
            name of who signed or who is to sign, ``date`` a naive UTC datetime or ``False``
        """
        self.ensure_one()
        labels = dict(self._fields["status"]._description_selection(self.env))
        return {
            "title": self.name,
            "status": self.status,
            "status_label": labels[self.status],
            "user": self.done_by.name or self.todo_by,
            "date": self.reviewed_date,
            "opinion": self.comment or "",
        }

    def _get_signatures_note(self):
        """Return the signatures of these reviews as a chatter note."""
        line = Markup("<li>%s</li>")
        return Markup("<p>%s</p><ul>%s</ul>") % (
            self.env._("The validation was restarted. Signatures until then:"),
            Markup().join(line % review._get_signature_line() for review in self),
        )

    def _get_signature_line(self):
        signature = self._get_signature()
        moment = signature["date"] and self._format_moment(signature["date"])
        parts = [signature["title"], signature["status_label"], signature["user"], moment]
        return " · ".join(filter(None, [*parts, signature["opinion"]]))
