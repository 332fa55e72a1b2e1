from odoo import fields
from odoo.tests import tagged

from .common import ConsignmentSaleCommon


@tagged("post_install", "-at_install")
class TestCostAtReportDate(ConsignmentSaleCommon):
    """20 at 6.5 came in long ago, 20 at 10 lately; the dealer sold six in between."""

    def sell_in_the_past(self, valve, **values):
        self.receive(valve, 20, 6.5, days_ago=60, **values)
        self.agreement.fill_up([self.line(valve, 15, price_unit=50.0)], self.day(50))
        self.receive(valve, 20, 10.0, days_ago=10, **values)
        return self.order(self.agreement.report_sales([self.line(valve, 6)], self.day(40)))

    def test_average_of_that_day(self):
        order = self.sell_in_the_past(self.valve)
        self.assertAlmostEqual(order.picking_ids.move_ids.value, 39.0)
        self.assertAlmostEqual(self.value(self.valve), 291.0)
        self.assertAlmostEqual(self.valve.standard_price, 291 / 34, 2)
        self.assertAlmostEqual(self.cogs(self.invoice(order)), 39.0)

    def test_average_of_a_lot(self):
        valve = self.make_product("average", tracking="lot", lot_valuated=True, taxes_id=False)
        order = self.sell_in_the_past(valve, lot=self.make_lot(valve, "L1"))
        self.assertAlmostEqual(order.picking_ids.move_ids.value, 39.0)

    def test_first_in_first_out(self):
        valve = self.make_product("fifo", taxes_id=False)
        order = self.sell_in_the_past(valve)
        self.assertAlmostEqual(order.picking_ids.move_ids.value, 39.0)
        self.assertAlmostEqual(self.value(valve), 291.0)

    def test_a_later_purchase_does_not_change_the_cost_of_the_invoice(self):
        """Sold today at 6.5, invoiced after goods at 10 came in: the cost stays 6.5."""
        self.fill()
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        self.receive(self.valve, 14, 10.0)
        self.assertAlmostEqual(self.cogs(self.invoice(order)), 39.0)
        self.agreement.return_sales(order.id, [self.line(self.valve, 2)], "dealer")
        self.assertAlmostEqual(self.cogs(self.invoice(order)), -13.0)

    def test_an_ordinary_sale_keeps_the_cost_of_core(self):
        self.receive(self.valve, 10, 5.0)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.dealer.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    fields.Command.create({"product_id": self.valve.id, "product_uom_qty": 2})
                ],
            }
        )
        order.action_confirm()
        order.picking_ids.button_validate()
        self.receive(self.valve, 8, 9.0)
        self.assertAlmostEqual(self.cogs(self.invoice(order)), 14.0)
