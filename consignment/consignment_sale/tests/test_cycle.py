from datetime import date

from odoo.tests import tagged

from .common import ConsignmentSaleCommon

DUE = "consignment_sale.mail_activity_type_report_due"


@tagged("post_install", "-at_install")
class TestCycle(ConsignmentSaleCommon):
    def test_settlement_day(self):
        self.agreement.settlement_day = 31
        for today, due in (
            (date(2026, 2, 28), date(2026, 2, 28)),
            (date(2026, 3, 30), date(2026, 2, 28)),
            (date(2026, 3, 31), date(2026, 3, 31)),
            (date(2026, 1, 1), date(2025, 12, 31)),
        ):
            self.assertEqual(self.agreement._get_report_due(today), due)

    def due(self):
        self.env["consignment.agreement"]._cron_remind()
        kind = self.env.ref(DUE)
        return self.agreement.activity_ids.filtered(lambda one: one.activity_type_id == kind)

    def test_a_late_dealer_is_reminded_of_once(self):
        self.fill(days_ago=100)
        self.assertEqual(len(self.due()), 1)
        self.assertEqual(len(self.due()), 1)
        self.assertEqual(self.due().user_id, self.seller)

    def test_the_responsible_reads_it_in_their_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.seller.lang = "zh_CN"
        self.fill(days_ago=100)
        self.assertIn("的代销清单应交", self.due().summary)

    def test_whoever_reported_is_not(self):
        self.fill(days_ago=100)
        self.agreement.report_sales([self.line(self.valve, 1)])
        self.assertFalse(self.due())

    def test_nothing_there_nothing_due(self):
        self.assertFalse(self.due())
