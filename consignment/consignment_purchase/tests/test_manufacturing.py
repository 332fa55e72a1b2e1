from odoo import Command
from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import tagged

from .common import PurchaseConsignmentCommon


@tagged("post_install", "-at_install")
class TestManufacturing(PurchaseConsignmentCommon):
    """Others' goods used up by a real manufacturing order, or sold as a part of a kit."""

    def setUp(self):
        super().setUp()
        self.needs_manufacturing()
        self.valve = self.make_product("average", name="Valve")
        self.receive(self.valve, 10, 5.0, days_ago=9)
        self.agreement = self.make_consigned(self.valve, 10)
        self.station = self.make_product("fifo", name="Station", standard_price=0.0)

    def test_order_uses_own_goods_then_theirs(self):
        """12 of 10 own at 5 and 10 consigned at 7: draw 14, the finished goods are worth 64."""
        for method in ("average", "fifo"):
            with self.subTest(method=method):
                valve = self.make_product(method, name="Valve")
                self.receive(valve, 10, 5.0, days_ago=9)
                agreement = self.make_consigned(valve, 10)
                station = self.make_product("fifo", name="Station", standard_price=0.0)
                order = self.produce(station, {valve: 12})
                self.assertEqual(order.state, "done")
                draw = self.draws(agreement)
                self.assertEqual((draw.drawn, draw.move_id.value), (2.0, 14.0))
                self.assertEqual(draw.used_move_id, order.move_raw_ids)
                self.assertAlmostEqual(self.value(station), 64.0)
                self.assertAlmostEqual(self.value(valve), 0.0)
                self.assert_no_negative(valve)

    def test_part_of_an_order_and_its_backorder(self):
        """6 each for 3 stations: the first uses own goods, the other two what is missing."""
        first = self.produce(self.station, {self.valve: 6}, quantity=3, done=1)
        self.assertFalse(self.draws(self.agreement))
        rest = first.production_group_id.production_ids - first
        rest.action_assign()
        rest.qty_producing = 2
        rest._set_qty_producing()
        rest.move_raw_ids.picked = True
        rest.button_mark_done()
        self.assertEqual(sum(self.draws(self.agreement).mapped("drawn")), 8.0)
        self.assertAlmostEqual(self.value(self.station), 10 * 5.0 + 8 * 7.0)
        self.assert_no_negative(self.valve)

    def test_serials_of_the_consignor(self):
        valve = self.make_product(tracking="serial", name="Serial Valve")
        lots = [self.make_lot(valve, f"S{number}") for number in range(2)]
        agreement = self.make_consigned(valve, 2, lots=lots)
        order = self.produce(self.station, {valve: 2})
        self.assertEqual(self.draws(agreement).lot_ids.mapped("name"), ["S0", "S1"])
        self.assertEqual(order.move_raw_ids.lot_ids.mapped("name"), ["S0", "S1"])
        self.assertAlmostEqual(self.value(self.station), 14.0)

    def test_missing_price_stops_the_order_before_anything_moved(self):
        valve = self.make_product(name="Valve without Price")
        agreement = self.make_agreement("consign_in", purchase_tax_source="agreement")
        agreement.fill_up([self.line(valve, 5)])
        with self.assertRaisesRegex(RedirectWarning, "No price of Valve without Price"):
            self.produce(self.station, {valve: 2})
        self.assertEqual(self.balance(agreement, valve), 5.0)

    def test_goods_on_commission_are_not_used_up(self):
        service = self.env["product.product"].create({"name": "Commission", "type": "service"})
        agency = self.env["account.account"].create(
            {"name": "Agency", "code": "231499", "account_type": "liability_current"}
        )
        valve = self.make_product(name="Commission Valve")
        self.make_consigned(
            valve,
            5,
            method="commission",
            commission_rate=5.0,
            commission_product_id=service.id,
            commission_account_id=agency.id,
        )
        with self.assertRaisesRegex(UserError, "held on commission"):
            self.produce(self.station, {valve: 2})

    def test_unbuild_gives_own_goods(self):
        """What was drawn stays bought when the station is taken apart again."""
        order = self.produce(self.station, {self.valve: 12})
        unbuild = self.env["mrp.unbuild"].create(
            {"mo_id": order.id, "product_id": self.station.id, "product_qty": 1.0}
        )
        unbuild.action_unbuild()
        self.assertEqual(self.balance(self.agreement, self.valve), 8.0)
        self.assertEqual(self.quantity(self.valve, self.stock_location), 20.0)
        self.agreement.return_draw([self.line(self.valve, 2)])
        self.assertEqual(self.balance(self.agreement, self.valve), 10.0)
        self.assertEqual(self.draw_line(self.agreement).qty_received, 0.0)

    def test_delivery_of_a_kit_draws_its_components(self):
        """3 kits of 4 valves: 12 valves leave, 2 of them the consignor's: draw 14, cost 64."""
        kit = self.make_kit({self.valve: 4})
        picking = self.deliver(kit, 3)
        self.assertEqual(picking.move_ids.product_id, self.valve)
        self.assertAlmostEqual(self.draws(self.agreement).move_id.value, 14.0)
        self.assertAlmostEqual(sum(picking.move_ids.mapped("value")), 64.0)
        self.assert_no_negative(self.valve)

    def test_cost_of_a_kit_sold(self):
        """One valve a kit: with several the host itself multiplies the cost twice."""
        if "sale.order" not in self.env:
            self.skipTest("Sales is not installed")
        kit = self.make_kit({self.valve: 1}, invoice_policy="delivery", is_storable=True)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {"product_id": kit.id, "product_uom_qty": 12, "price_unit": 50.0}
                    )
                ],
            }
        )
        order.action_confirm()
        order.picking_ids.action_assign()
        order.picking_ids.move_ids.picked = True
        order.picking_ids._action_done()
        self.assertEqual(order.order_line.qty_delivered, 12.0)
        invoice = order._create_invoices()
        invoice.action_post()
        cost = invoice.line_ids.filtered(lambda line: line.display_type == "cogs")
        self.assertAlmostEqual(sum(cost.mapped("debit")), 64.0)

    def test_drawing_a_kit_by_hand(self):
        kit = self.make_kit({self.valve: 4})
        self.agreement.draw([self.line(kit, 2)])
        self.assertEqual(self.balance(self.agreement, self.valve), 2.0)
        self.assertEqual(self.draws(self.agreement).drawn, 8.0)
