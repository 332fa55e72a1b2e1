from datetime import datetime

import pytz

from odoo.tests import tagged

from .common import DeadlineCommon

# 2 March 2026 is a Monday.
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(2, 9)
NEXT_MONDAY, NEXT_TUESDAY = 9, 10


@tagged("post_install", "-at_install")
class TestResourceCalendar(DeadlineCommon):
    def _utc(self, day, hour, minute=0, tz="Asia/Shanghai"):
        local = pytz.timezone(tz).localize(datetime(2026, 3, day, hour, minute))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _add_holiday(self, day, calendar=None, start=0, end=23, company=None):
        tz = (calendar or self.calendar).tz
        leaves = self.env["resource.calendar.leaves"].with_company(company or self.company)
        leave = leaves.create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id if calendar else False,
                "date_from": self._utc(day, start, tz=tz),
                "date_to": self._utc(day, end, 59, tz=tz),
            }
        )
        leave.flush_recordset()  # the company is computed in the company of the moment

    def assert_due(self, received, due, value=2, unit="days", cutoff=1.0, calendar=None):
        calendar = calendar or self.calendar
        tz = calendar.tz
        self.assertEqual(
            calendar._get_working_deadline(self._utc(*received, tz=tz), value, unit, cutoff),
            self._utc(*due, tz=tz),
        )

    def test_table_of_the_specification(self):
        table = [
            ((MONDAY, 10), (TUESDAY, 17)),
            ((MONDAY, 16), (TUESDAY, 17)),
            ((MONDAY, 16, 1), (WEDNESDAY, 17)),
            ((MONDAY, 16, 30), (WEDNESDAY, 17)),
            ((FRIDAY, 10), (NEXT_MONDAY, 17)),
            ((SATURDAY, 10), (NEXT_TUESDAY, 17)),
        ]
        for received, due in table:
            with self.subTest(received=received):
                self.assert_due(received, due)

    def test_holiday_is_skipped(self):
        self._add_holiday(TUESDAY, self.calendar)
        self.assert_due((MONDAY, 10), (WEDNESDAY, 17))

    def test_holiday_of_the_whole_company_is_skipped(self):
        self._add_holiday(TUESDAY)
        self.assert_due((MONDAY, 10), (WEDNESDAY, 17))

    def test_holiday_of_another_company_is_not(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._add_holiday(TUESDAY, company=other)
        self.assert_due((MONDAY, 10), (TUESDAY, 17))

    def test_holiday_of_another_calendar_is_not(self):
        other = self._create_calendar("Other", "Asia/Shanghai")
        self._add_holiday(TUESDAY, other)
        self.assert_due((MONDAY, 10), (TUESDAY, 17))

    def test_afternoon_off_closes_at_noon(self):
        self._add_holiday(MONDAY, self.calendar, start=12)
        self.assert_due((MONDAY, 11), (TUESDAY, 17))
        self.assert_due((MONDAY, 11, 1), (WEDNESDAY, 17))

    def test_before_opening_and_during_lunch_count_today(self):
        self.assert_due((MONDAY, 6), (TUESDAY, 17))
        self.assert_due((MONDAY, 12, 30), (TUESDAY, 17))

    def test_after_closing_counts_on_the_next_day(self):
        self.assert_due((MONDAY, 20), (WEDNESDAY, 17))

    def test_one_day_is_due_on_the_day_of_receipt(self):
        self.assert_due((MONDAY, 9), (MONDAY, 17), value=1)

    def test_no_cutoff_counts_until_closing(self):
        self.assert_due((MONDAY, 17), (TUESDAY, 17), cutoff=0)
        self.assert_due((MONDAY, 17, 1), (WEDNESDAY, 17), cutoff=0)

    def test_seven_days_of_a_complex_review(self):
        self.assert_due((MONDAY, 10), (NEXT_TUESDAY, 17), value=7)

    def test_date_line_of_the_calendar_not_of_utc(self):
        """Monday 7:00 in Shanghai is still Sunday in UTC."""
        self.assertEqual(self._utc(MONDAY, 7).day, 1)
        self.assert_due((MONDAY, 7), (TUESDAY, 17))

    def test_calendar_in_new_york(self):
        calendar = self._create_calendar("New York", "America/New_York", ((9, 17),))
        self.assert_due((FRIDAY, 16), (NEXT_MONDAY, 17), calendar=calendar)
        self.assertEqual(
            calendar._get_working_deadline(datetime(2026, 3, 6, 20), 2),
            datetime(2026, 3, 9, 21),
            "summer time begins on Sunday 8 March: closing is 21:00 UTC, not 22:00",
        )

    def test_hours_run_through_lunch_night_and_weekend(self):
        self.assert_due((MONDAY, 8), (MONDAY, 10), value=2, unit="hours")
        self.assert_due((MONDAY, 11), (MONDAY, 14), value=2, unit="hours")
        self.assert_due((MONDAY, 16, 30), (TUESDAY, 9, 30), value=2, unit="hours")
        self.assert_due((FRIDAY, 16), (NEXT_MONDAY, 9), value=2, unit="hours")
        self.assert_due((SATURDAY, 10), (NEXT_MONDAY, 10), value=2, unit="hours")

    def test_hours_end_at_closing_rather_than_next_morning(self):
        self.assert_due((MONDAY, 13), (MONDAY, 17), value=4, unit="hours")

    def test_hours_may_be_fractions(self):
        self.assert_due((MONDAY, 8), (MONDAY, 9, 30), value=1.5, unit="hours")

    def test_two_week_calendar(self):
        calendar = self._create_calendar("Alternating", "Asia/Shanghai")
        calendar.switch_calendar_type()
        self.assert_due((MONDAY, 10), (TUESDAY, 17), calendar=calendar)

    def test_long_limits_look_far_enough(self):
        due = self.calendar._get_working_deadline(self._utc(MONDAY, 10), 250)
        self.assertEqual(due, datetime(2027, 2, 12, 9))

    def test_calendar_without_working_time_has_no_deadline(self):
        calendar = self._create_calendar("Empty", "UTC", hours=())
        self.assertFalse(calendar._get_working_deadline(self._utc(MONDAY, 10), 2))

    def test_no_limit_no_deadline(self):
        self.assertFalse(self.calendar._get_working_deadline(self._utc(MONDAY, 10), 0))
