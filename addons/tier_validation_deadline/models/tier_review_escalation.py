import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.fields import Domain

from .trust import as_engine

_logger = logging.getLogger(__name__)


class TierReview(models.Model):
    """Late reviews are told about and handed on."""

    _inherit = "tier.review"  # pylint: disable=consider-merging-classes-inherited

    escalated_to_ids = fields.Many2many(
        comodel_name="res.users",
        relation="tier_review_escalated_users_rel",
        column1="review_id",
        column2="user_id",
        string="Escalated to",
        readonly=True,
    )
    date_escalated = fields.Datetime(string="Escalated on", readonly=True)

    # ---------------------------------------------------------------------------------------
    # Escalation
    # ---------------------------------------------------------------------------------------

    @api.model
    def _get_escalation_domain(self):
        """Late reviews nobody was told about yet; reminders come again after a day."""
        yesterday = fields.Datetime.now() - timedelta(days=1)
        again = Domain("definition_id.late_action", "=", "remind")
        return (
            Domain("status", "=", "pending")
            & Domain("date_deadline", "<", fields.Datetime.now())
            & (
                Domain("date_escalated", "=", False)
                | (again & Domain("date_escalated", "<", yesterday))
            )
        )

    @api.model
    def _cron_escalate(self, batch_size=100):
        """Remind of late reviews or hand them on, batch by batch."""
        domain = self._get_escalation_domain()
        last_id, remaining = 0, self.search_count(domain)
        while remaining:
            reviews = self.search(domain & Domain("id", ">", last_id), order="id", limit=batch_size)
            if not reviews:
                break
            last_id = reviews[-1].id
            for review in reviews:
                review._escalate_safely()
            remaining = max(remaining - len(reviews), 0)
            if not self.env["ir.cron"]._commit_progress(len(reviews), remaining=remaining):
                break

    def _escalate_safely(self):
        """Escalate one review; a document that fails must not stop the others."""
        try:
            with self.env.cr.savepoint():
                self._escalate()
        except Exception:
            _logger.exception("Late review %s could not be escalated", self.id)

    def _escalate(self):
        self.ensure_one()
        reviewers = self.reviewer_ids
        targets = self.definition_id._get_escalation_users(reviewers)
        targets = targets.filtered("active") - reviewers - self._get_excluded_reviewers()
        values = {"date_escalated": fields.Datetime.now()}
        if targets:
            values["escalated_to_ids"] = [Command.link(user.id) for user in targets]
        as_engine(self).write(values)
        self._notify_users(reviewers, type(self)._get_late_note)
        self._notify_users(targets, type(self)._get_escalation_note)

    def _get_late_note(self):
        return self.env._("Your review is late since %s.", self._format_moment(self.date_deadline))

    def _get_escalation_note(self):
        reviewers = self.reviewer_ids - self.escalated_to_ids
        return self.env._(
            "This review of %(reviewers)s is late since %(deadline)s; please sign or see to it.",
            reviewers=", ".join(reviewers.mapped("name")) or "–",
            deadline=self._format_moment(self.date_deadline),
        )

    # ---------------------------------------------------------------------------------------
    # Notifications
    # ---------------------------------------------------------------------------------------

    def _notify_users(self, users, get_note):
        """Send each user a notification linked to the document, in the user's language.

        :param get_note: method that returns the text, called on the review in that language
        """
        self.ensure_one()
        # sudo: people are told about documents they may not read yet
        for user in users.sudo().filtered("active"):
            review = self.sudo().with_context(lang=user.lang, tz=user.tz)
            review.env["mail.thread"].message_notify(
                body=Markup("<p>%s</p><p>%s</p>") % (review.name or "", get_note(review)),
                subject=review._get_notification_subject(),
                partner_ids=user.partner_id.ids,
                model=review.model,
                res_id=review.res_id,
                author_id=self.env.user.partner_id.id,
            )

    def _get_notification_subject(self):
        document = self._get_document()
        name = document.display_name if document else self.model
        return self.env._("Review of %s", name)

    def _format_moment(self, moment):
        local = fields.Datetime.context_timestamp(self, moment)
        return local.strftime("%Y-%m-%d %H:%M")
