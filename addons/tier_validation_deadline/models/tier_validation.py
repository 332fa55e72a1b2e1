from datetime import datetime

from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError
from odoo.tools.misc import formatLang

from .trust import as_engine, is_trusted


class TierValidation(models.AbstractModel):
    """The flows of the engine, for whoever may; what people see of a validation."""

    _inherit = "tier.validation"

    # ---------------------------------------------------------------------------------------
    # The engine's own flows
    # ---------------------------------------------------------------------------------------

    def _tier_validation_check_write_remove_reviews(self, vals):
        return super(TierValidation, as_engine(self))._tier_validation_check_write_remove_reviews(
            vals
        )

    def request_validation(self):
        """Request the validation of documents the user may change.

        :return: the new reviews
        :raise AccessError: for documents the user may not change
        """
        self.check_access("write")
        reviews = super(TierValidation, as_engine(self)).request_validation()
        # The engine computes it without dependencies: what it found before is out of date.
        self.invalidate_recordset(["need_validation"])
        return reviews.with_env(self.env)

    def restart_validation(self):
        """Drop the reviews of documents; what was signed stays readable in the chatter.

        :return: ``True``
        :raise AccessError: for users who may not change a document or have no part in it
        """
        self.check_access("write")
        for record in self.filtered("review_ids"):
            record._check_may_restart()
            record._log_signatures()
        super(TierValidation, as_engine(self)).restart_validation()
        return True

    def _check_may_restart(self):
        if self.env.su or self.env.user in self._get_validation_parties():
            return
        raise AccessError(
            self.env._("Only who requested, reviews or answers for a document restarts it.")
        )

    def _get_validation_parties(self):
        """Return the users who have a part in the validation: author, person in charge,
        requesters, reviewers and who signed."""
        self.ensure_one()
        record = self.sudo()  # sudo: names of all parties, whoever asks
        reviews = record.review_ids
        parties = record.create_uid | reviews.requested_by | reviews.reviewer_ids
        parties |= reviews.done_by
        if "user_id" in record._fields and record._fields["user_id"].comodel_name == "res.users":
            parties |= record.user_id
        return parties

    def _log_signatures(self):
        """Keep signatures that a restart drops, on the document's chatter."""
        signed = self.sudo().review_ids.filtered("done_by")
        if signed and hasattr(self, "message_post"):
            # sudo: the trace is written for everybody who may restart
            self.sudo().message_post(body=signed._get_signatures_note())

    def validate_tier(self):
        """Approve what waits for the current user.

        :return: ``True``, or the action of the comment dialog
        :raise AccessError: for users who never had a review of this document
        """
        self._check_is_reviewer()
        return super().validate_tier() or True

    def reject_tier(self):
        """Reject what waits for the current user.

        :return: ``True``, or the action of the comment dialog
        :raise AccessError: for users who never had a review of this document
        """
        self._check_is_reviewer()
        return super().reject_tier() or True

    def _check_is_reviewer(self):
        self.ensure_one()
        reviews = self.sudo().review_ids  # sudo: all reviews count, whoever looks
        parties = reviews.reviewer_ids | reviews.done_by
        if reviews and self.env.user not in parties and not is_trusted(self.env):
            raise AccessError(self.env._("You are not a reviewer of this document."))

    def _validate_tier(self, tiers=False):
        signed = self._get_signable_reviews(tiers)
        if not signed:
            return None
        # The engine calls the steps that come along in one go pending, signed or not.
        along = (tiers or self.review_ids) - signed
        as_engine(along.filtered(lambda review: review.status == "waiting")).write(
            {"status": "pending"}
        )
        result = super(TierValidation, as_engine(self))._validate_tier(as_engine(signed))
        signed._stamp_lateness()
        return result

    def _rejected_tier(self, tiers=False):
        signed = self._get_signable_reviews(tiers)
        if not signed:
            return None
        result = super(TierValidation, as_engine(self))._rejected_tier(as_engine(signed))
        signed._stamp_lateness()
        return result

    def _get_signable_reviews(self, tiers):
        """Return those of ``tiers`` (all reviews where it is ``False``) that belong to this
        document and that the current user may sign now."""
        self.ensure_one()
        reviews = self.review_ids if tiers is False else tiers & self.review_ids
        reviews = reviews.filtered(lambda review: review.status in ("waiting", "pending"))
        return reviews._filter_signable(self.env.user)

    # ---------------------------------------------------------------------------------------
    # Banner on the form
    # ---------------------------------------------------------------------------------------

    def _get_to_validate_message(self):
        """Say whom the document waits for, and until when."""
        pending = self.review_ids.filtered(lambda review: review.status == "pending")
        pending = pending.sorted(lambda review: review.date_deadline or datetime.max)[:1]
        if not pending.todo_by:
            return super()._get_to_validate_message()
        if not pending.date_deadline:
            note = self.env._("Waiting for the approval of %s.", pending.todo_by)
        else:
            note = self.env._(
                "Waiting for the approval of %(names)s until %(deadline)s.",
                names=pending.todo_by,
                deadline=pending._format_moment(pending.date_deadline),
            )
        icon = "fa-clock-o text-danger" if pending.is_late else "fa-info-circle"
        return Markup('<i class="fa fa-lg %s"></i> %s') % (icon, note)

    def _compute_next_review(self):
        """The engine's text, here for its translation."""
        for record in self:
            pending = record.review_ids.filtered(lambda review: review.status == "pending")
            step = pending.sorted("sequence")[:1].name
            record.next_review = self.env._("Next: %s", step) if step else False

    # ---------------------------------------------------------------------------------------
    # To sign
    # ---------------------------------------------------------------------------------------

    def _get_review_summary(self):
        """Return what a reviewer sees of this document in the list to sign, beside its name.

        Partner and total amount where the model has them; extend where more should be said.
        """
        self.ensure_one()
        parts = []
        if "partner_id" in self._fields:
            parts.append(self.partner_id.display_name)
        if "amount_total" in self._fields and "currency_id" in self._fields:
            parts.append(formatLang(self.env, self.amount_total, currency_obj=self.currency_id))
        return " · ".join(filter(None, parts))

    # ---------------------------------------------------------------------------------------
    # Signature block
    # ---------------------------------------------------------------------------------------

    def _get_signatures(self):
        """Return the signatures of one document in the order of its tiers.

        :return: list of dicts, see :meth:`TierReview._get_signature`; dropped reviews excluded
        """
        self.ensure_one()
        # sudo: whoever reads the document reads its signatures, in the portal as well
        reviews = self.sudo().review_ids.filtered(lambda review: review.status != "cancel")
        return [review._get_signature() for review in reviews.sorted("sequence")]
