from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

OPEN = ("active", "closing")
REMINDERS = (
    "consignment.mail_activity_type_return",
    "consignment.mail_activity_type_age",
    "consignment.mail_activity_type_vat",
)


class ConsignmentAgreement(models.Model):
    """Reminders of goods that are due back or lie too long."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    # === OVERDUE === #

    @api.depends("due_date", "goods_quantity")
    @api.depends_context("uid")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for agreement in self:
            late = agreement.due_date and agreement.due_date < today
            agreement.is_overdue = bool(late and agreement.goods_quantity)

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = Domain("due_date", "<", fields.Date.context_today(self)) & Domain(
            "goods_quantity", ">", 0
        )
        return overdue if True in value else ~overdue

    # === REMINDERS === #

    @api.model
    def _cron_remind(self):
        """Remind of goods due back and of goods that lie too long."""
        for agreement in self._get_agreements_to_remind():
            agreement._with_reader()._remind()

    @api.model
    def _get_agreements_to_remind(self):
        """Return the agreements with goods there; the purchase side adds unsettled ones."""
        return self.search([("state", "in", OPEN), ("goods_quantity", ">", 0)])

    def _remind(self):
        """Schedule what is due for one agreement; an extension point."""
        if self.goods_quantity:
            self._remind_due()
            self._remind_age()
            self._remind_vat()

    def _remind_due(self):
        today = fields.Date.context_today(self)
        if not self.due_date or self.due_date - timedelta(days=self.remind_days) > today:
            return
        self._schedule_once(
            "consignment.mail_activity_type_return",
            self.env._("Goods due back on %s", format_date(self.env, self.due_date)),
            self.due_date,
            self._get_due_user(),
        )

    def _get_due_user(self):
        """Return who is reminded of goods due back; an extension point."""
        return self._get_reminded_user()

    def _with_reader(self):
        """Return the agreement in the language and the time zone of who is reminded."""
        reader = self._get_reminded_user()
        return self.with_context(lang=reader.lang, tz=reader.tz)

    def _get_reminded_user(self):
        return self.user_id or self.env.user

    def _remind_age(self):
        limit = self.age_alert_days
        if limit and self.oldest_days > limit:
            self._schedule_once(
                "consignment.mail_activity_type_age",
                self.env._("Goods lie here for more than %s days", limit),
                fields.Date.context_today(self),
            )

    def _remind_vat(self):
        """The tax clock: an activity for the responsible, never an entry."""
        limit = self.age_vat_days
        if limit and self.direction == "out" and self.oldest_days > limit:
            self._schedule_once(
                "consignment.mail_activity_type_vat",
                self.env._("Goods out for more than %s days: possibly deemed sold", limit),
                fields.Date.context_today(self),
            )

    def _schedule_once(self, activity_type, summary, deadline, user=None):
        kind = self.env.ref(activity_type)
        if kind in self.activity_ids.activity_type_id:
            return
        self.activity_schedule(
            activity_type,
            date_deadline=deadline,
            summary=summary,
            user_id=(user or self._get_reminded_user()).id,
        )

    def _finish_reminders(self):
        """Goods that are all back need no reminder any more."""
        done = self.activity_ids and not self.goods_quantity
        if done:
            self.activity_feedback(list(REMINDERS))

    def _forget_due_reminder(self):
        """A new due date has its own reminder in good time."""
        self.activity_unlink([REMINDERS[0]])
