from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import OPEN
from .trust import as_engine


class TierReview(models.Model):
    """When a review came, until when it is due, and whether it is late."""

    _inherit = "tier.review"  # pylint: disable=consider-merging-classes-inherited

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

    _open_deadline_index = models.Index(
        "(date_deadline, date_received, id) WHERE status IN ('waiting', 'pending')"
    )

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
