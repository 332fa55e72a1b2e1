from datetime import datetime, time, timedelta, timezone

import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from .. import deadline_clock

ZONES = ("Asia/Shanghai", "UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata")
FIRST = datetime(2026, 1, 1)


def build_intervals(zone, week, days, skipped=()):
    """Working time of ``days`` days: ``week`` maps a weekday to ``(opening, closing)`` hours."""
    intervals = []
    for offset in range(days):
        day = (FIRST + timedelta(days=offset)).date()
        if offset in skipped:
            continue
        for opening, closing in week.get(day.weekday(), ()):
            intervals.append(
                (
                    zone.localize(datetime.combine(day, time(opening))),
                    zone.localize(datetime.combine(day, time(closing))),
                )
            )
    return intervals


shifts = st.sampled_from([(), ((8, 12), (13, 17)), ((9, 18),), ((8, 12),), ((6, 10), (14, 22))])
weeks = st.dictionaries(st.integers(0, 6), shifts, min_size=1).filter(
    lambda week: any(week.values())
)
starts = st.integers(0, 20 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
holidays = st.sets(st.integers(0, 60), max_size=10)


@tagged("post_install", "-at_install")
class TestDeadlineClock(BaseCase):
    def _setup_case(self, zone, week, start, skipped=()):
        zone = pytz.timezone(zone)
        intervals = build_intervals(zone, week, 240, skipped)
        return (FIRST + start).replace(tzinfo=timezone.utc).astimezone(zone), intervals

    @settings(max_examples=150, deadline=None)
    @given(st.sampled_from(ZONES), weeks, starts, holidays, st.integers(1, 12), st.integers(0, 3))
    def test_days_end_at_a_closing_time(self, zone, week, start, skipped, days, cutoff):
        start, intervals = self._setup_case(zone, week, start, skipped)
        cutoff = timedelta(hours=cutoff)
        due = deadline_clock.due_after_days(start, days, intervals, cutoff)
        closings = deadline_clock.closing_times(intervals)
        self.assertIn(due, closings.values())
        counted = [day for day in closings if start.date() <= day <= due.date()]
        today = closings.get(start.date())
        missed = today is not None and start > today - cutoff
        self.assertEqual(len(counted), days + missed)

    @settings(max_examples=100, deadline=None)
    @given(weeks, starts, starts, st.integers(1, 8), st.integers(0, 3))
    def test_a_later_receipt_is_never_due_earlier(self, week, one, other, days, cutoff):
        early, intervals = self._setup_case("Asia/Shanghai", week, min(one, other))
        late, _same = self._setup_case("Asia/Shanghai", week, max(one, other))
        cutoff = timedelta(hours=cutoff)
        self.assertLessEqual(
            deadline_clock.due_after_days(early, days, intervals, cutoff),
            deadline_clock.due_after_days(late, days, intervals, cutoff),
        )

    @settings(max_examples=150, deadline=None)
    @given(st.sampled_from(ZONES), weeks, starts, holidays, st.integers(1, 60 * 40))
    def test_hours_are_worked_in_full_and_no_minute_more(self, zone, week, start, skipped, minutes):
        start, intervals = self._setup_case(zone, week, start, skipped)
        duration = timedelta(minutes=minutes)
        due = deadline_clock.due_after_duration(start, duration, intervals)
        self.assertEqual(deadline_clock.worked_between(start, due, intervals), duration)
        before = due - timedelta(seconds=1)
        self.assertLess(deadline_clock.worked_between(start, before, intervals), duration)

    def test_too_short_a_look_ahead_gives_nothing(self):
        start = FIRST.replace(tzinfo=timezone.utc)
        intervals = build_intervals(pytz.utc, {0: ((8, 17),)}, 240)
        self.assertIsNone(deadline_clock.due_after_days(start, 500, intervals))
        self.assertIsNone(
            deadline_clock.due_after_duration(start, timedelta(hours=9999), intervals)
        )

    def test_hours_survive_the_change_to_summer_time(self):
        zone = pytz.timezone("Europe/Berlin")
        night = [
            (
                zone.localize(datetime(2026, 3, 28, 22)),
                zone.localize(datetime(2026, 3, 29, 6)),
            )
        ]
        due = deadline_clock.due_after_duration(night[0][0], timedelta(hours=7), night)
        self.assertEqual(due, zone.localize(datetime(2026, 3, 29, 6)), "the night has 7 hours")
