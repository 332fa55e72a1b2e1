from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentSaleCommon


@tagged("post_install", "-at_install")
class TestKit(ConsignmentSaleCommon):
    """A kit lies at the dealer as its parts, and is sold as a kit."""

    def setUp(self):
        super().setUp()
        if "mrp.bom" not in self.env:
            self.skipTest("Manufacturing is not installed")
        self.seat = self.make_product("average", name="Seat", taxes_id=False)
        self.kit = self.make_product("average", name="Valve Set", taxes_id=False, list_price=90.0)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    (0, 0, {"product_id": self.valve.id, "product_qty": 1}),
                    (0, 0, {"product_id": self.seat.id, "product_qty": 2}),
                ],
            }
        )
        self.receive(self.valve, 20, 6.5, days_ago=30)
        self.receive(self.seat, 40, 2.0, days_ago=30)
        self.agreement.fill_up([self.line(self.kit, 10)], self.day(20))

    def there(self):
        return self.balance(self.agreement, self.valve), self.balance(self.agreement, self.seat)

    def test_kits_are_reported_returned_and_credited(self):
        self.assertEqual(self.there(), (10, 20))
        order = self.order(self.agreement.report_sales([self.line(self.kit, 4, price_unit=90.0)]))
        self.assertEqual((order.order_line.qty_delivered, order.amount_untaxed), (4, 360.0))
        self.assertEqual(self.there(), (6, 12))
        self.assertAlmostEqual(sum(order.picking_ids.move_ids.mapped("value")), 4 * 10.5)
        self.assertEqual(self.invoice(order).amount_untaxed, 360.0)
        self.agreement.return_sales(order.id, [self.line(self.kit, 1)], "dealer")
        self.assertEqual(order.order_line.qty_delivered, 3)
        self.assertEqual(self.invoice(order).amount_untaxed, 90.0)
        self.assertEqual(self.there(), (7, 14))
        with self.assertRaisesRegex(UserError, "Line 1"):
            self.agreement.return_sales(order.id, [self.line(self.kit, 4)], "dealer")

    def test_more_kits_than_parts(self):
        self.agreement.pick_up([self.line(self.seat, 15)])
        with self.assertRaisesRegex(UserError, "only 5 are there"):
            self.agreement.report_sales([self.line(self.kit, 3)])
        self.assertEqual(self.there(), (10, 5))

    def make_report(self, *lines):
        return self.env["consignment.report"].create(
            {"agreement_id": self.agreement.id, "line_ids": [(0, 0, line) for line in lines]}
        )

    def test_kits_above_the_parts_become_a_difference(self):
        """Five seats make two sets; the one that is left over stays there."""
        self.agreement.over_settlement = "difference"
        self.agreement.pick_up([self.line(self.seat, 15)])
        report = self.make_report(self.line(self.kit, 3, price_unit=90.0))
        report.action_confirm()
        self.assertEqual(report.line_ids.difference, 1)
        self.assertIn("1", report.activity_ids.note)
        self.assertEqual(report.order_id.order_line.qty_delivered, 2)
        self.assertEqual(self.there(), (8, 1))

    def test_kits_and_parts_share_what_is_there(self):
        self.agreement.over_settlement = "difference"
        report = self.make_report(
            self.line(self.seat, 17, price_unit=4.0), self.line(self.kit, 3, price_unit=90.0)
        )
        report.action_confirm()
        self.assertEqual(report.line_ids.mapped("difference"), [0, 2])
        self.assertEqual(self.there(), (9, 1))

    def test_no_kit_is_left(self):
        self.agreement.over_settlement = "difference"
        self.agreement.pick_up([self.line(self.seat, 19)])
        report = self.make_report(
            self.line(self.kit, 3, price_unit=90.0), self.line(self.valve, 2, price_unit=9.0)
        )
        report.action_confirm()
        self.assertEqual(report.line_ids.mapped("difference"), [3, 0])
        self.assertEqual(report.order_id.order_line.product_id, self.valve)

    def test_kits_that_are_there_are_no_difference(self):
        self.agreement.over_settlement = "difference"
        report = self.make_report(self.line(self.kit, 10, price_unit=90.0))
        report.action_confirm()
        self.assertFalse(report.has_difference)
        self.assertEqual(self.there(), (0, 0))

    def test_an_order_made_by_hand_issues_the_parts(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.dealer.id,
                "consignment_agreement_id": self.agreement.id,
                "order_line": [(0, 0, {"product_id": self.kit.id, "product_uom_qty": 2})],
            }
        )
        order.action_confirm()
        order.order_line.product_uom_qty = 3
        self.assertEqual(self.there(), (7, 14))
        self.assertEqual(order.order_line.qty_delivered, 3)

    def test_a_kit_is_not_counted(self):
        with self.assertRaisesRegex(UserError, "Line 1.*count its parts"):
            self.agreement.settle_by_count([self.line(self.kit, 3)])

    def test_kits_of_parts_of_any_cost_method_are_invoiced(self):
        """The host asks for the cost of one product, where a kit has several."""
        for method in ("standard", "fifo"):
            with self.subTest(method=method):
                parts = [self.make_product(method, taxes_id=False) for _part in range(2)]
                for part in parts:
                    self.receive(part, 10, 6.0, days_ago=30)
                kit = self.make_kit(dict.fromkeys(parts, 1), is_storable=True, taxes_id=False)
                self.agreement.fill_up([self.line(kit, 5)], self.day(20))
                line = self.line(kit, 3, price_unit=90.0)
                order = self.order(self.agreement.report_sales([line]))
                invoice = self.invoice(order)
                self.assertEqual(invoice.amount_untaxed, 270.0)
                cost = invoice.line_ids.filtered(lambda line: line.display_type == "cogs")
                self.assertAlmostEqual(sum(cost.mapped("debit")), 36.0)

    def test_cost_of_a_kit_is_that_of_an_ordinary_sale(self):
        """Sold from a dealer's place or from our stock: the host reckons the same cost."""
        kit = self.make_kit({self.valve: 2}, is_storable=True, taxes_id=False)
        ordinary = self.env["sale.order"].create(
            {
                "partner_id": self.dealer.id,
                "order_line": [(0, 0, {"product_id": kit.id, "product_uom_qty": 2})],
            }
        )
        ordinary.action_confirm()
        ordinary.picking_ids.move_ids.picked = True
        ordinary.picking_ids._action_done()
        self.agreement.fill_up([self.line(kit, 2)], self.day(10))
        settled = self.order(self.agreement.report_sales([self.line(kit, 2, price_unit=9.0)]))
        costs = []
        for order in (ordinary, settled):
            self.assertAlmostEqual(order.order_line.move_ids.value, 26.0)
            cogs = self.invoice(order).line_ids.filtered(lambda line: line.display_type == "cogs")
            costs.append(sum(cogs.mapped("debit")))
        self.assertAlmostEqual(*costs)
