from datetime import date as Day
from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError


class ConsignmentAgreement(models.Model):
    """When it happened: days and moments in the time zone of whoever asks."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _to_moment(self, date, end_of_day=False):
        """Return the UTC moment an ISO date or datetime stands for.

        A bare day is that of the user's time zone and means its noon for a movement (today:
        now), and its last second for a balance. A datetime without an offset is UTC.

        :raises UserError: when it is neither
        """
        if not date:
            return fields.Datetime.now()
        date = self._parse_date(date)
        if isinstance(date, datetime):
            return date
        if end_of_day:
            return self._localize(date, time(23, 59, 59))
        if date == fields.Date.context_today(self):
            return fields.Datetime.now()
        return self._localize(date, time(12))

    @api.model
    def _parse_date(self, date):
        """Return a day, or a UTC datetime without microseconds."""
        try:
            if not isinstance(date, Day):
                text = str(date)
                date = (Day if len(text) <= 10 else datetime).fromisoformat(text)
        except ValueError as error:
            raise UserError(self.env._("%s is not a date.", date)) from error
        if isinstance(date, datetime):
            if date.tzinfo:
                date = date.astimezone(pytz.utc).replace(tzinfo=None)
            return date.replace(microsecond=0)
        return date

    @api.model
    def _localize(self, day, clock):
        """Return the UTC moment of a time of day where the user is."""
        local = self.env.tz.localize(datetime.combine(day, clock))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _to_day(self, moment):
        """Return the day a UTC moment falls on where the user is."""
        return fields.Datetime.context_timestamp(self, moment).date()

    def _check_moment(self, date):
        """Return when it happened: not before the agreement, not in the future."""
        moment = self._to_moment(date)
        if moment > fields.Datetime.now():
            raise UserError(self.env._("%s is in the future.", date))
        if self.date_start and self._to_day(moment) < self.date_start:
            raise UserError(
                self.env._(
                    "%(agreement)s only begins on %(date)s.",
                    agreement=self.display_name,
                    date=self.date_start,
                )
            )
        self._check_lock_date(self._to_day(moment))
        return moment

    def _check_lock_date(self, day):
        violations = self.company_id._get_lock_date_violations(
            day, fiscalyear=True, sale=False, purchase=False, tax=False, hard=True
        )
        if violations:
            raise UserError(self.env._("The period of %s is closed in the books.", day.isoformat()))
