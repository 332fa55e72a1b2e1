from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentSaleCommon


@tagged("post_install", "-at_install")
class TestCount(ConsignmentSaleCommon):
    def test_missing_goods_were_sold(self):
        self.fill()
        order = self.order(self.agreement.settle_by_count([self.line(self.valve, 11)]))
        self.assertEqual(order.order_line.product_uom_qty, 4)
        self.assertEqual(order.amount_untaxed, 200.0)
        self.assertEqual(order.consignment_report_ids.source, "count")
        self.assertEqual(self.balance(self.agreement, self.valve), 11)

    def test_nothing_left(self):
        self.fill()
        order = self.order(self.agreement.settle_by_count([self.line(self.valve, 0)]))
        self.assertEqual(order.order_line.product_uom_qty, 15)

    def test_all_there(self):
        self.fill()
        self.assertEqual(self.agreement.settle_by_count([self.line(self.valve, 15)]), 0)

    def test_found_goods_are_a_gain(self):
        self.fill()
        self.assertEqual(self.agreement.settle_by_count([self.line(self.valve, 17)]), 0)
        self.assertEqual(self.balance(self.agreement, self.valve), 17)
        verbs = (
            self.env["consignment.event"]
            .search([("agreement_id", "=", self.agreement.id)])
            .mapped("verb")
        )
        self.assertIn("gain", verbs)

    def test_preview_changes_nothing(self):
        self.fill()
        rows = self.agreement.preview_count([self.line(self.valve, 11)])
        self.assertEqual(rows[0]["sold"], 4)
        self.assertEqual(rows[0]["amount"], 200.0)
        self.assertEqual(self.balance(self.agreement, self.valve), 15)

    def test_what_was_not_counted_stays(self):
        self.fill()
        other = self.make_product("average")
        self.receive(other, 5, 5.0)
        self.agreement.fill_up([self.line(other, 5)])
        self.agreement.settle_by_count([self.line(self.valve, 14)])
        self.assertEqual(self.balance(self.agreement, other), 5)

    def test_counted_twice_is_refused(self):
        self.fill()
        with self.assertRaisesRegex(UserError, "Line 2"):
            self.agreement.settle_by_count([self.line(self.valve, 3), self.line(self.valve, 4)])

    def test_count_of_a_past_day(self):
        self.fill(days_ago=30)
        self.agreement.settle_by_count([self.line(self.valve, 10)], self.day(10))
        self.assertEqual(self.balance(self.agreement, self.valve, self.day(10)), 10)
        with self.assertRaises(UserError):
            self.agreement.settle_by_count([self.line(self.valve, -1)])

    def test_wizard(self):
        self.fill()
        wizard = self.env["consignment.count"].create({"agreement_id": self.agreement.id})
        self.assertEqual(wizard.uncounted, 1)
        wizard.line_ids.counted = 12
        self.assertTrue(wizard.line_ids.is_counted)
        self.assertEqual((wizard.line_ids.sold, wizard.amount), (3, 150.0))
        wizard.action_confirm()
        self.assertEqual(self.balance(self.agreement, self.valve), 12)

    def test_scanner_counts_from_one(self):
        self.fill()
        self.valve.barcode = "690000111"
        wizard = self.env["consignment.count"].create({"agreement_id": self.agreement.id})
        for _piece in range(3):
            wizard.on_barcode_scanned("690000111")
        self.assertEqual(wizard.line_ids.counted, 3)
