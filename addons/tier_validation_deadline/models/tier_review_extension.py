from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import OPEN
from .trust import as_engine


class TierReview(models.Model):
    """A reviewer asks for more time; who requested the validation answers."""

    _inherit = "tier.review"  # pylint: disable=consider-merging-classes-inherited

    extension_state = fields.Selection(
        selection=[
            ("requested", "Requested"),
            ("granted", "Granted"),
            ("refused", "Refused"),
        ],
        string="Extension",
        readonly=True,
    )
    extension_until = fields.Datetime(
        string="Extension Possible until",
        readonly=True,
        help="More time can be asked for until then.",
    )
    extension_deadline = fields.Datetime(string="Deadline Asked for", readonly=True)
    extension_reason = fields.Char(readonly=True)
    extension_user_id = fields.Many2one(
        comodel_name="res.users", string="Extension Asked by", readonly=True
    )
    extension_answered_by = fields.Many2one(comodel_name="res.users", readonly=True)
    extension_answer_date = fields.Datetime(readonly=True)
    can_request_extension = fields.Boolean(compute="_compute_can_extend")
    can_answer_extension = fields.Boolean(compute="_compute_can_extend")

    @api.depends("status", "extension_state", "extension_until", "reviewer_ids")
    @api.depends_context("uid")
    def _compute_can_extend(self):
        now, user = fields.Datetime.now(), self.env.user
        for review in self:
            is_open = review.status in OPEN
            review.can_request_extension = bool(
                is_open
                and not review.extension_state
                and user in review.reviewer_ids
                and review.extension_until
                and now <= review.extension_until
            )
            review.can_answer_extension = bool(
                is_open
                and review.extension_state == "requested"
                and user in review._get_extension_grantors()
            )

    def _get_extension_grantors(self):
        """Return who may answer a request for more time: whoever asked for the validation,
        or their superior. Nobody grants themselves."""
        grantors = self.requested_by | self.requested_by._get_review_superiors()
        return grantors - self.extension_user_id

    def action_request_extension(self):
        """Open the dialog that asks for more time.

        :return: window action of the dialog
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for More Time"),
            "res_model": "tier.review.extension",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_review_id": self.id},
        }

    def request_extension(self, deadline, reason):
        """Ask for more time.

        :param deadline: the deadline asked for, naive UTC datetime or its ISO string
        :param str reason: why
        :return: ``True``
        :raise UserError: outside the window, a second time, or for an earlier deadline
        """
        self.ensure_one()
        deadline = fields.Datetime.to_datetime(deadline)
        if not self.can_request_extension:
            raise UserError(
                self.env._(
                    "More time can be asked for once, by a reviewer, and shortly after receipt."
                )
            )
        if not deadline or deadline <= self.date_deadline:
            raise UserError(self.env._("Ask for a deadline later than the present one."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why you need more time."))
        as_engine(self).write(
            {
                "extension_state": "requested",
                "extension_deadline": deadline,
                "extension_reason": reason.strip(),
                "extension_user_id": self.env.uid,
            }
        )
        self._notify_users(self._get_extension_grantors(), type(self)._get_request_note)
        return True

    def _get_request_note(self):
        return self.env._(
            "%(user)s asks for more time until %(deadline)s: %(reason)s",
            user=self.extension_user_id.name,
            deadline=self._format_moment(self.extension_deadline),
            reason=self.extension_reason,
        )

    def _get_proposed_extension(self):
        """Return the deadline the limit of the definition gives from the present one on."""
        self.ensure_one()
        # sudo: calendars and their holidays are not readable in every company of the user
        definition, company = self.definition_id.sudo(), self._get_document_company()
        if not self.date_deadline:
            return False
        return definition._get_deadline(self.date_deadline, company)

    def action_grant_extension(self):
        """Move the deadline to the one asked for.

        :return: ``True``
        :raise AccessError: for anybody but the requester of the validation or their superior
        """
        self._answer_extension("granted")
        return True

    def action_refuse_extension(self):
        """Leave the deadline where it is.

        :return: ``True``
        :raise AccessError: for anybody but the requester of the validation or their superior
        """
        self._answer_extension("refused")
        return True

    def _answer_extension(self, answer):
        for review in self:
            if not review.can_answer_extension:
                raise AccessError(
                    self.env._("Only who requested the validation, or their superior, decides.")
                )
            as_engine(review).write(review._prepare_extension_answer(answer))
            review._notify_users(review.extension_user_id, type(self)._get_extension_note)

    def _prepare_extension_answer(self, answer):
        values = {
            "extension_state": answer,
            "extension_answered_by": self.env.uid,
            "extension_answer_date": fields.Datetime.now(),
        }
        if answer == "granted":
            values.update(date_deadline=self.extension_deadline, date_escalated=False)
        return values

    def _get_extension_note(self):
        if self.extension_state == "granted":
            return self.env._(
                "%(user)s granted more time until %(deadline)s.",
                user=self.extension_answered_by.name,
                deadline=self._format_moment(self.extension_deadline),
            )
        return self.env._("%s refused more time.", self.extension_answered_by.name)
