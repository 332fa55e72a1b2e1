from datetime import date, datetime

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentCommon

ZONES = {
    "UTC": ("2026-03-10", "2026-03-10 12:00:00"),
    "Asia/Shanghai": ("2026-03-11", "2026-03-11 04:00:00"),
    "America/Los_Angeles": ("2026-03-10", "2026-03-10 19:00:00"),
    "Pacific/Auckland": ("2026-03-11", "2026-03-10 23:00:00"),
    "Asia/Kolkata": ("2026-03-11", "2026-03-11 06:30:00"),
}
NOW = "2026-03-10 22:30:00"  # early in the morning in the East, noon and after in the West


@tagged("post_install", "-at_install")
class TestMoment(ConsignmentCommon):
    """A day is a day where the user is, at any hour of it."""

    def setUp(self):
        super().setUp()
        self.agreement = self.make_agreement(date_start="2026-01-01", due_date=False)

    def in_zone(self, zone):
        return self.agreement.with_context(tz=zone)

    def test_today_is_now_at_any_hour(self):
        """Before local noon too: a bare day of today is no future."""
        for zone, (today, _noon) in ZONES.items():
            with self.subTest(zone=zone), freeze_time(NOW):
                agreement = self.in_zone(zone)
                self.assertEqual(agreement._check_moment(today), fields.Datetime.now())
                self.assertEqual(agreement._to_day(fields.Datetime.now()).isoformat(), today)

    def test_tomorrow_is_the_future(self):
        for zone, (today, _noon) in ZONES.items():
            tomorrow = fields.Date.add(fields.Date.to_date(today), days=1)
            with self.subTest(zone=zone), freeze_time(NOW):
                with self.assertRaisesRegex(UserError, "future"):
                    self.in_zone(zone)._check_moment(tomorrow.isoformat())

    def test_a_past_day_is_its_noon_and_a_balance_its_last_second(self):
        for zone, (today, noon) in ZONES.items():
            with self.subTest(zone=zone), freeze_time("2026-03-20 09:00:00"):
                agreement = self.in_zone(zone)
                self.assertEqual(agreement._check_moment(today), datetime.fromisoformat(noon))
                end = agreement._to_moment(today, end_of_day=True)
                self.assertEqual(agreement._to_day(end).isoformat(), today)
                after = fields.Datetime.add(end, seconds=1)
                self.assertGreater(agreement._to_day(after).isoformat(), today)

    def test_all_ways_to_write_a_moment(self):
        for written in (
            "2026-03-10 08:00:00",
            "2026-03-10T08:00:00",
            "2026-03-10T08:00:00Z",
            "2026-03-10T16:00:00+08:00",
            datetime(2026, 3, 10, 8),
        ):
            with self.subTest(written=written):
                self.assertEqual(self.agreement._to_moment(written), datetime(2026, 3, 10, 8))
        self.assertEqual(self.agreement._to_moment(date(2026, 3, 10)), datetime(2026, 3, 10, 12))

    def test_what_is_no_moment(self):
        for written in ("soon", "2026-13-01", 5, True, ["2026-03-10"], "2026-03-10 25:00:00"):
            with self.subTest(written=written), self.assertRaisesRegex(UserError, "not a date"):
                self.agreement._to_moment(written)

    def test_first_day_of_the_agreement_where_the_user_is(self):
        """The agreement begins on the 11th; in Shanghai that day has begun, in UTC it has not."""
        self.agreement.date_start = "2026-03-11"
        with freeze_time(NOW):
            self.assertTrue(self.in_zone("Asia/Shanghai")._check_moment(None))
            with self.assertRaisesRegex(UserError, "only begins"):
                self.in_zone("UTC")._check_moment(None)

    def test_age_counts_days_where_the_user_is(self):
        """Handed over at 7 in the morning of the 9th in Shanghai, that is still the 8th in UTC."""
        valve = self.make_product()
        self.receive(valve, 3, 5.0, days_ago=900)
        agreement = self.in_zone("Asia/Shanghai")
        agreement.fill_up([self.line(valve, 3)], "2026-03-08 23:00:00")
        [row] = agreement.get_ageing("2026-03-10")
        self.assertEqual((row["date"], row["days"]), ("2026-03-09", 1))
        [row] = self.in_zone("UTC").get_ageing("2026-03-10")
        self.assertEqual((row["date"], row["days"]), ("2026-03-08", 2))

    def test_an_agreed_price_holds_from_the_day_where_the_user_is(self):
        valve = self.make_product()
        self.receive(valve, 3, 5.0, days_ago=900)
        self.in_zone("Asia/Shanghai").fill_up(
            [self.line(valve, 3, price_unit=9.0)], "2026-03-08 23:00:00"
        )
        self.assertEqual(self.agreement.price_ids.date_from, date(2026, 3, 9))
