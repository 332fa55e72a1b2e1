from odoo import api, fields, models
from odoo.fields import Domain

from ..const import OPEN


class TierReview(models.Model):
    """Who may sign a review, and which of several may be signed now."""

    _inherit = "tier.review"  # pylint: disable=consider-merging-classes-inherited

    can_sign = fields.Boolean(compute="_compute_can_sign")

    @api.model
    def _get_reviewer_fields(self):
        return super()._get_reviewer_fields() + ["escalated_to_ids"]

    def _get_reviewers(self):
        """Add those the review was escalated to; where the rule against requesters leaves
        nobody, those it would be escalated to step in."""
        excluded = self._get_excluded_reviewers()
        original = super()._get_reviewers()
        reviewers = (original | self.escalated_to_ids) - excluded
        if excluded and not reviewers:
            definition = self.definition_id.sudo()
            reviewers = definition._get_escalation_users(excluded) - excluded
        return reviewers.sudo(self.env.su)

    def _get_excluded_reviewers(self):
        """Return who may not sign: requester and author, where the definition says so.

        The author counts as well, or a colleague's click on *Request* would let people
        approve their own documents.
        """
        if not self.definition_id.exclude_requester:
            return self.env["res.users"]
        # sudo: the author of a document the user cannot read is still its author
        document = self.sudo()._get_document()
        author = document.create_uid if document._name != self._name else self.requested_by
        return (self.requested_by | author).sudo(self.env.su)

    def _filter_signable(self, user):
        """Return the reviews ``user`` may sign now when signing all of ``self`` in one go.

        A sequential review waits until nothing before it is open, except what the same user
        signs along with it.
        """
        signable = self.browse()
        # sudo: the order of a document's reviews does not depend on who looks
        for _key, siblings in (
            self.sudo()
            ._get_open_siblings()
            .grouped(lambda review: (review.model, review.res_id))
            .items()
        ):
            blocked = False
            for review in siblings.sorted(lambda review: (review.sequence, review.id)):
                mine = review in self and user in review.reviewer_ids - (
                    review._get_excluded_reviewers()
                )
                if mine and not (blocked and review.approve_sequence):
                    signable |= review
                else:
                    blocked = True
        return self & signable

    def _get_open_siblings(self):
        """Return the open reviews of the documents of these reviews."""
        return self.search(
            Domain("model", "in", list(set(self.mapped("model"))))
            & Domain("res_id", "in", self.mapped("res_id"))
            & Domain("status", "in", OPEN)
        )

    @api.depends("status", "reviewer_ids", "sequence", "approve_sequence")
    @api.depends_context("uid")
    def _compute_can_sign(self):
        mine = self.filtered(
            lambda review: review.status in OPEN and self.env.user in review.reviewer_ids
        )
        signable = self.browse()
        for review in mine:
            signable |= review if review.can_review else self.browse()
        for review in self:
            review.can_sign = review in signable
