from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestReminder(ConsignmentCommon):
    """Reminders come once, in time, in the responsible's language, and go when they are moot."""

    def setUp(self):
        super().setUp()
        self.valve = self.make_product()
        self.receive(self.valve, 20, 5.0, days_ago=300)
        self.loan = self.make_agreement("loan_out", due_date=fields.Date.today())
        self.loan.fill_up([self.line(self.valve, 5)])

    def remind(self):
        self.env["consignment.agreement"]._cron_remind()
        return self.loan.activity_ids

    def test_goods_back_end_the_reminder(self):
        self.assertEqual(len(self.remind()), 1)
        self.loan.pick_up([self.line(self.valve, 4)])
        self.assertEqual(len(self.loan.activity_ids), 1)
        self.loan.pick_up([self.line(self.valve, 1)])
        self.assertFalse(self.loan.activity_ids)

    def test_a_later_due_date_ends_it_too(self):
        self.remind()
        self.loan.due_date = fields.Date.today() + timedelta(days=60)
        self.assertFalse(self.loan.activity_ids)
        self.assertFalse(self.remind())

    def test_nothing_out_is_not_due(self):
        self.loan.pick_up([self.line(self.valve, 5)])
        self.assertFalse(self.remind())

    def test_language_of_the_responsible(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.keeper.lang = "zh_CN"
        self.loan.user_id = self.keeper
        self.assertNotIn("Goods", self.remind().summary)
