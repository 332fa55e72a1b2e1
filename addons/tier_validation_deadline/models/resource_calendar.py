from datetime import datetime, time, timedelta, timezone

import pytz

from odoo import models

from .. import deadline_clock

# A limit that three years of working time cannot hold is a calendar without working time.
HORIZON = timedelta(days=3 * 366)
FIRST_STEP = timedelta(days=14)


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _get_working_deadline(self, start, value, unit="days", cutoff_hours=1.0):
        """Compute when something received at ``start`` falls due in this calendar.

        *Working days*: the day of receipt is the first, unless the receipt falls into the
        last ``cutoff_hours`` before that day's closing (or on a day without working time);
        then the count begins on the next working day. Due at the closing time of the last
        day. *Working hours*: due at the first instant at which that much working time has
        passed; the cut-off does not apply.

        :param datetime start: receipt, naive UTC
        :param float value: length of the limit; whole for days, more than zero
        :param str unit: ``days`` or ``hours``
        :param float cutoff_hours: hours before closing that count as the next day
        :return: naive UTC datetime without microseconds, or ``False`` where the calendar
            has no such working time within three years
        """
        self.ensure_one()
        if value <= 0:
            return False
        start = start.replace(tzinfo=timezone.utc).astimezone(pytz.timezone(self.tz or "UTC"))
        step = FIRST_STEP + timedelta(days=2 * value if unit == "days" else value / 4)
        while True:
            step = min(step, HORIZON)
            intervals = self._get_deadline_intervals(start, step)
            if unit == "days":
                cutoff = timedelta(hours=cutoff_hours)
                due = deadline_clock.due_after_days(start, int(value), intervals, cutoff)
            else:
                duration = timedelta(hours=value)
                due = deadline_clock.due_after_duration(start, duration, intervals)
            if due:
                return due.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
            if step == HORIZON:
                return False
            step *= 4

    def _get_deadline_intervals(self, start, length):
        """Return the working time, leaves taken out, of whole days from the day of ``start``.

        :param datetime start: aware, in the calendar's time zone
        :param timedelta length: how far to look
        :return: list of ``(start, end)`` aware datetimes in that time zone
        """
        zone = pytz.timezone(self.tz or "UTC")
        first = zone.localize(datetime.combine(start.date(), time.min))
        last = zone.localize(datetime.combine((start + length).date(), time.min))
        work = self.with_company(self.company_id)._work_intervals_batch(
            first, last, domain=self._get_deadline_leaves_domain()
        )[False]
        return [(opening, closing) for opening, closing, _meta in work]

    def _get_deadline_leaves_domain(self):
        """Leaves that stop the clock: holidays of this calendar, its company or everybody."""
        companies = (self.company_id or self.env.company).ids + [False]
        return [
            ("time_type", "=", "leave"),
            ("resource_id", "=", False),
            ("company_id", "in", companies),
        ]
