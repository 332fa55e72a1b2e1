from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentSaleCommon


@tagged("post_install", "-at_install")
class TestLoanToSale(ConsignmentSaleCommon):
    def setUp(self):
        super().setUp()
        self.receive(self.valve, 20, 5.0, days_ago=30)
        self.loan = self.make_agreement("loan_out")
        self.loan.fill_up([self.line(self.valve, 5, price_unit=44.0)], self.day(10))

    def test_loan_of_five(self):
        """Return 2, sell 1 at the loan price, give 1 away, lend 1 on; no sixth."""
        self.loan.pick_up([self.line(self.valve, 2)])
        order = self.order(self.loan.convert([self.line(self.valve, 1)], "sale"))
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.order_line.price_unit, 44.0)
        self.assertEqual(order.order_line.qty_delivered, 1)
        self.assertEqual(self.invoice(order).amount_untaxed, 44.0)
        gift = self.env["stock.picking"].browse(
            self.loan.convert([self.line(self.valve, 1)], "gift")
        )
        self.assertEqual(sum(gift.move_ids.account_move_id.line_ids.mapped("debit")), 5.0)
        self.loan.convert([self.line(self.valve, 1)], "relend", self.consignor.id)
        self.assertEqual(self.balance(self.loan, self.valve), 0)
        for way in ("sale", "gift", "relend"):
            with self.subTest(way=way), self.assertRaises(UserError):
                self.loan.convert([self.line(self.valve, 1)], way)
        self.assertEqual(order.order_line.price_unit, 44.0)

    def test_prices_hold_on_the_day_of_whoever_sells(self):
        """Somewhere it is tomorrow or yesterday already: the day is the user's."""
        for zone in ("Pacific/Kiritimati", "Etc/GMT+12", "Asia/Shanghai"):
            with self.subTest(zone=zone):
                loan = self.make_agreement("loan_out").with_context(tz=zone)
                loan.fill_up([self.line(self.valve, 3, price_unit=44.0)])
                order = self.order(loan.convert([self.line(self.valve, 1)], "sale"))
                self.assertEqual(order.amount_untaxed, 44.0)
                order = self.order(loan.report_sales([self.line(self.valve, 1)]))
                self.assertEqual(order.amount_untaxed, 44.0)
                rows = loan.preview_count([self.line(self.valve, 0)])
                self.assertEqual(rows[0]["amount"], 44.0)

    def test_sold_to_somebody_else(self):
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        order = self.order(self.loan.convert([self.line(self.valve, 1)], "sale", buyer.id))
        self.assertEqual(order.partner_id, buyer)

    def test_wizard_opens_the_order(self):
        wizard = self.env["consignment.transfer"].create(
            {"agreement_id": self.loan.id, "operation": "sale"}
        )
        wizard.line_ids.quantity = 2
        action = wizard.action_confirm()
        self.assertEqual(action["res_model"], "sale.order")
        self.assertEqual(self.balance(self.loan, self.valve), 3)
