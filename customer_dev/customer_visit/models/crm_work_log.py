from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import html2plaintext


class CrmWorkLog(models.Model):
    """The day of a salesperson: made of what was really done, with a few words of one's own."""

    _name = "crm.work.log"
    _inherit = ["mail.thread"]
    _description = "Daily Work Log"
    _order = "date desc, user_id, id"

    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        required=True,
        default=lambda self: self.env.user,
        index=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    team_id = fields.Many2one(
        "crm.team", compute="_compute_team_id", store=True, index="btree_not_null"
    )
    progress = fields.Text(string="Progress and Results")
    problems = fields.Text()
    market_info = fields.Text(string="Market Information and Suggestions")
    tomorrow = fields.Text(string="Plan for Tomorrow")
    guidance = fields.Text(string="Guidance of the Head", tracking=True)
    entries = fields.Json(compute="_compute_entries")
    entries_html = fields.Html(compute="_compute_entries", string="Done Today")
    entry_count = fields.Integer(compute="_compute_entries", string="Done")

    _user_date_uniq = models.UniqueIndex(
        "(user_id, date)", "There is already a log of this person for this day."
    )

    @api.depends("user_id")
    def _compute_team_id(self):
        for log in self:
            log.team_id = log.user_id.sale_team_id

    @api.depends("user_id", "date")
    def _compute_display_name(self):
        for log in self:
            log.display_name = f"{log.date or ''} {log.user_id.name or ''}"

    @api.depends("user_id", "date")
    def _compute_entries(self):
        for log in self:
            entries = log._get_entries()
            log.entries = entries
            log.entry_count = len(entries)
            log.entries_html = self.env["ir.qweb"]._render(
                "customer_visit.work_log_entries", {"entries": entries}
            )

    def _day_bounds(self):
        """Beginning and end of the day in the person's time zone, naive UTC."""
        zone = pytz.timezone(self.user_id.tz or "UTC")
        start = zone.localize(datetime.combine(self.date, time.min))
        naive = start.astimezone(pytz.utc).replace(tzinfo=None)
        return naive, naive + timedelta(days=1)

    def _get_entries(self):
        """What was done that day: visits, finished activities, meetings without a visit."""
        self.ensure_one()
        if not (self.user_id and self.date):
            return []
        entries = self._visit_entries() + self._activity_entries() + self._meeting_entries()
        return sorted(entries, key=lambda entry: entry["time"])

    def _visit_entries(self):
        start, end = self._day_bounds()
        visits = self.env["crm.visit"].search(
            [
                ("user_id", "=", self.user_id.id),
                ("state", "=", "done"),
                ("date", ">=", start),
                ("date", "<", end),
            ]
        )
        return [
            {
                "time": self._local_time(visit.date),
                "kind": self.env._("Visit"),
                "customer": visit.customer_name or "",
                "text": html2plaintext(visit.record or "")[:300],
            }
            for visit in visits
        ]

    def _activity_entries(self):
        activities = (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search(
                [
                    ("user_id", "=", self.user_id.id),
                    ("active", "=", False),
                    ("date_done", "=", self.date),
                    ("res_model", "in", ("crm.lead", "res.partner")),
                ]
            )
        )
        return [
            {
                "time": "",
                "kind": activity.activity_type_id.name or self.env._("Activity"),
                "customer": activity.res_name or "",
                "text": activity.feedback or activity.summary or "",
            }
            for activity in activities
        ]

    def _meeting_entries(self):
        start, end = self._day_bounds()
        visited = self.env["crm.visit"].search(
            [
                ("calendar_event_id", "!=", False),
                ("user_id", "=", self.user_id.id),
                ("date", ">=", start),
                ("date", "<", end),
            ]
        )
        meetings = self.env["calendar.event"].search(
            [
                ("user_id", "=", self.user_id.id),
                ("opportunity_id", "!=", False),
                ("stop", "<", fields.Datetime.now()),
                ("start", ">=", start),
                ("start", "<", end),
                ("id", "not in", visited.calendar_event_id.ids),
            ]
        )
        return [
            {
                "time": self._local_time(meeting.start),
                "kind": self.env._("Meeting"),
                "customer": meeting.opportunity_id.partner_name or meeting.opportunity_id.name,
                "text": meeting.name or "",
            }
            for meeting in meetings
        ]

    def _local_time(self, moment):
        person = self.with_context(tz=self.user_id.tz or "UTC")
        return fields.Datetime.context_timestamp(person, moment).strftime("%H:%M")

    @api.model
    def _cron_remind(self):
        """Remind salespeople in the evening of the log they have not written yet."""
        for company in self.env["res.company"].search([("work_log_reminder", "=", True)]):
            self.with_company(company)._remind_missing(company)

    def _remind_missing(self, company):
        members = self.env["crm.team.member"].search(
            [("crm_team_id.company_id", "in", [False, company.id])]
        )
        people = members.user_id.filtered(lambda user: user.company_id == company)
        for person in people - self._find_written(people):
            self.env["mail.thread"].message_notify(
                partner_ids=person.partner_id.ids,
                subject=self.env._("Your work log of today"),
                body=self.env._(
                    "What you did today is collected already under Visits, My Day: add progress, "
                    "problems and the plan for tomorrow."
                ),
            )

    @api.model
    def _find_written(self, people):
        """Those of the people who have written their log of today, by their own clock."""
        days = {
            person: fields.Date.context_today(self.with_context(tz=person.tz or "UTC"))
            for person in people
        }
        logs = self.search(
            [
                ("date", "in", sorted(set(days.values()))),
                ("user_id", "in", people.ids),
                ("progress", "!=", False),
            ]
        )
        return logs.filtered(lambda log: log.date == days[log.user_id]).user_id

    @api.model
    def action_open_today(self):
        """Open, or begin, the user's log of today.

        :return: a window action
        """
        today = fields.Date.context_today(self)
        log = self.search([("user_id", "=", self.env.uid), ("date", "=", today)], limit=1)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("My Day"),
            "res_model": self._name,
            "res_id": log.id or self.create({}).id,
            "views": [(False, "form")],
        }
