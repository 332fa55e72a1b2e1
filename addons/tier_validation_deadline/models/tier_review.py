import logging
from datetime import datetime, time, timedelta

import pytz
from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .trust import as_engine, is_trusted

_logger = logging.getLogger(__name__)

OPEN = ("waiting", "pending")


class TierReview(models.Model):
    _inherit = "tier.review"

    # The name of the definition is what a signature stands for: it may not vanish.
    definition_id = fields.Many2one(index=True, ondelete="restrict")
    document_name = fields.Char(string="Document", compute="_compute_document")
    document_summary = fields.Char(
        string="Content",
        compute="_compute_document",
        help="What the document says in short, such as partner and amount.",
    )
    document_model_name = fields.Char(string="Document Type", compute="_compute_document")
    date_received = fields.Datetime(
        string="Received",
        readonly=True,
        help="Since when the review waits for its reviewers.",
    )
    date_deadline = fields.Datetime(string="Deadline", readonly=True)
    age_days = fields.Integer(
        string="Days", compute="_compute_age_days", help="Full days since receipt."
    )
    is_late = fields.Boolean(
        string="Late",
        compute="_compute_is_late",
        search="_search_is_late",
        help="Still open after its deadline, or signed after it.",
    )
    signed_late = fields.Boolean(readonly=True, help="Signed after its deadline.")
    urgency = fields.Selection(
        selection=[
            ("1_overdue", "Overdue"),
            ("2_today", "Today"),
            ("3_later", "Later"),
            ("4_none", "No deadline"),
        ],
        compute="_compute_urgency",
        search="_search_urgency",
    )
    escalated_to_ids = fields.Many2many(
        comodel_name="res.users",
        relation="tier_review_escalated_users_rel",
        column1="review_id",
        column2="user_id",
        string="Escalated to",
        readonly=True,
    )
    date_escalated = fields.Datetime(string="Escalated on", readonly=True)
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
    can_sign = fields.Boolean(compute="_compute_can_sign")
    can_request_extension = fields.Boolean(compute="_compute_can_extend")
    can_answer_extension = fields.Boolean(compute="_compute_can_extend")

    _open_deadline_index = models.Index(
        "(date_deadline, date_received, id) WHERE status IN ('waiting', 'pending')"
    )
    _document_index = models.Index("(model, res_id)")

    # ---------------------------------------------------------------------------------------
    # Guard: nobody but the engine writes
    # ---------------------------------------------------------------------------------------

    @api.model
    def _check_trusted(self):
        if not is_trusted(self.env):
            raise AccessError(self._get_guard_message())

    @api.model
    def _get_guard_message(self):
        return self.env._(
            "Reviews change only by requesting, signing, escalating or restarting a "
            "validation, never directly."
        )

    def _check_access(self, operation):
        """Refuse every direct change, so that the web client offers none."""
        if operation != "read" and not is_trusted(self.env):
            return self, lambda: AccessError(self._get_guard_message())
        return super()._check_access(operation)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_trusted()
        reviews = super().create(vals_list)
        reviews._start_clock()
        return reviews

    def write(self, vals):
        self._check_trusted()
        result = super().write(vals)
        if vals.get("status") == "pending":
            self._start_clock()
        return result

    def unlink(self):
        if self:
            self._check_trusted()
        return super().unlink()

    def _update_review_status(self):
        result = super(TierReview, as_engine(self))._update_review_status()
        self._start_clock()
        return result

    def _send_review_reminder(self):
        return super(TierReview, as_engine(self))._send_review_reminder()

    # ---------------------------------------------------------------------------------------
    # Deadline
    # ---------------------------------------------------------------------------------------

    def _start_clock(self):
        """Fix receipt, deadline and extension window of reviews whose turn has come.

        They are values, not computed: a definition changed later does not move what was
        promised.
        """
        now = fields.Datetime.now()
        for review in self:
            if review.status == "pending" and not review.date_received and review.can_review:
                as_engine(review).write(review._prepare_clock_values(now))

    def _prepare_clock_values(self, received):
        # sudo: calendars and their holidays are not readable in every company of the user
        definition = self.definition_id.sudo()
        values = {"date_received": received}
        if definition.time_limit:
            company = self._get_document_company()
            values["date_deadline"] = definition._get_deadline(received, company)
            values["extension_until"] = definition._get_extension_until(received, company)
        return values

    def _get_document(self):
        """Return the reviewed record, empty (of the review's own model) where it is gone."""
        self.ensure_one()
        if not (self.res_id and self._has_resource_model()):
            return self.browse()
        return self.env[self.model].browse(self.res_id).exists()

    def _get_document_company(self):
        # sudo: a reviewer's deadline depends on the document's company, readable or not
        document = self.sudo()._get_document()
        if document and document._name != self._name:
            return document._get_company().sudo()
        return (self.company_id or self.env.company).sudo()

    @api.depends("date_received")
    def _compute_age_days(self):
        now = fields.Datetime.now()
        for review in self:
            received = review.date_received or review.create_date or now
            review.age_days = (now - received).days

    @api.depends("status", "date_deadline", "signed_late")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for review in self:
            overdue = review.status in OPEN and review.date_deadline
            review.is_late = review.signed_late or bool(overdue and overdue < now)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("signed_late", "=", True) | self._get_overdue_domain()
        return (late if True in value else Domain.FALSE) | (
            ~late if False in value else Domain.FALSE
        )

    @api.model
    def _get_overdue_domain(self):
        return Domain("status", "in", OPEN) & Domain("date_deadline", "<", fields.Datetime.now())

    @api.model
    def _get_end_of_today(self):
        """Return the end of the user's own day in UTC."""
        zone = self.env.tz
        today = datetime.now(zone).date() + timedelta(days=1)
        midnight = zone.localize(datetime.combine(today, time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    @api.depends("date_deadline")
    @api.depends_context("tz")
    def _compute_urgency(self):
        now, tonight = fields.Datetime.now(), self._get_end_of_today()
        for review in self:
            deadline = review.date_deadline
            if not deadline:
                review.urgency = "4_none"
            elif deadline < now:
                review.urgency = "1_overdue"
            else:
                review.urgency = "2_today" if deadline < tonight else "3_later"

    def _search_urgency(self, operator, value):
        if operator != "in":
            return NotImplemented
        now, tonight = fields.Datetime.now(), self._get_end_of_today()
        domains = {
            "1_overdue": Domain("date_deadline", "<", now),
            "2_today": Domain("date_deadline", ">=", now) & Domain("date_deadline", "<", tonight),
            "3_later": Domain("date_deadline", ">=", tonight),
            "4_none": Domain("date_deadline", "=", False),
        }
        return Domain.OR(domains[key] for key in value if key in domains)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists be grouped by urgency, which moves with the clock and is not stored."""
        if field_expr != "urgency":
            return super()._field_to_sql(alias, field_expr, query)
        deadline = super()._field_to_sql(alias, "date_deadline", query)
        return SQL(
            "CASE WHEN %(deadline)s IS NULL THEN '4_none' WHEN %(deadline)s < %(now)s"
            " THEN '1_overdue' WHEN %(deadline)s < %(tonight)s THEN '2_today'"
            " ELSE '3_later' END",
            deadline=deadline,
            now=fields.Datetime.now(),
            tonight=self._get_end_of_today(),
        )

    # ---------------------------------------------------------------------------------------
    # Document
    # ---------------------------------------------------------------------------------------

    @api.depends("model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_document(self):
        """Name the documents, a few queries per model. A document its reader may not open is
        named to its reviewers alone."""
        for model, reviews in self.grouped("model").items():
            named = reviews._get_named_documents()
            # sudo: names of models are not secret, but not everybody reads ir.model
            label = self.env["ir.model"]._get(model).sudo().name if model else False
            for review in reviews:
                document = named.get(review.res_id)
                review.document_name = document and document.display_name
                review.document_summary = document and document._get_review_summary()
                review.document_model_name = label

    def _get_named_documents(self):
        """Return those documents of reviews of one model that the user may know about."""
        model = self[:1].model
        if not self._has_resource_model(model):
            return {}
        documents = self.env[model].browse(self.mapped("res_id")).exists()
        readable = documents._filtered_access("read")
        mine = self.filtered(lambda review: self.env.user in review.reviewer_ids)
        named = readable | documents.browse(mine.mapped("res_id")) & documents
        # sudo: a reviewer must at least learn what waits for them
        return {record.id: record for record in named.sudo()}

    def action_open_document(self):
        """Open the reviewed document.

        :return: window action of the document's form
        :raise UserError: when it no longer exists
        """
        self.ensure_one()
        document = self._get_document()
        if not document or document._name == self._name:
            raise UserError(self.env._("The document of this review no longer exists."))
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "views": [(False, "form")],
            "target": "current",
        }

    # ---------------------------------------------------------------------------------------
    # Reviewers
    # ---------------------------------------------------------------------------------------

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
    # Extension
    # ---------------------------------------------------------------------------------------

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
