from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestReplay(DevelopmentCommon):
    """A prospect taken over with its past tells the funnel what happened."""

    def _stays(self, lead):
        self.env.flush_all()
        stays = self.env["crm.stage.history"].search([("lead_id", "=", lead.id)], order="date, id")
        return [(stay.stage_id, round(stay.days), stay.went_on) for stay in stays]

    def test_stages_and_days_are_those_of_the_past(self):
        lead = self._lead()
        lead._replay_stages([(self.one.id, 90), (self.two.id, 50), (self.three.id, 20)])
        self.assertEqual(lead.stage_id, self.three)
        self.assertEqual(
            self._stays(lead), [(self.one, 40, 1), (self.two, 30, 1), (self.three, 20, 0)]
        )
        self.assertEqual((fields.Datetime.now() - lead.create_date).days, 90)
        shown = {
            int(stage_id): round(s / 86400)
            for stage_id, s in lead.duration_tracking.items()
            if stage_id.isdigit()
        }
        self.assertEqual(shown, {self.one.id: 40, self.two.id: 30, self.three.id: 20})

    def test_won_ends_the_last_stay(self):
        lead = self._lead()
        lead._replay_stages([(self.one.id, 60), (self.won.id, 20)])
        self.assertEqual((lead.won_status, lead.day_close), ("won", 40))
        self.assertEqual(self._stays(lead), [(self.one, 40, 1), (self.won, 0, 0)])

    def test_lost_ends_the_last_stay(self):
        lead = self._lead()
        reason = self.env.ref("customer_dev.lost_reason_price")
        lead._replay_stages([(self.one.id, 60), (self.two.id, 40)], (reason.id, 30))
        self.assertEqual((lead.won_status, lead.lost_reason_id), ("lost", reason))
        self.assertEqual(self._stays(lead), [(self.one, 20, 1), (self.two, 10, 0)])

    def test_nobody_is_notified_and_no_criterion_asked(self):
        lead = self._lead()
        before = lead.message_ids
        lead._replay_stages([(self.one.id, 9), (self.two.id, 3)])
        self.assertFalse((lead.message_ids - before).notification_ids)
        self.assertAlmostEqual(
            (lead.message_ids - before).date,
            fields.Datetime.now() - timedelta(days=3),
            delta=timedelta(minutes=5),
        )
