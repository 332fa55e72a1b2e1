from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestTransfer(ConsignmentCommon):
    def setUp(self):
        super().setUp()
        self.valve = self.make_product("average")
        self.receive(self.valve, 20, 5.0, days_ago=30)
        self.agreement = self.make_agreement()

    def test_fill_up_moves_goods_out_of_the_warehouse(self):
        picking = self.env["stock.picking"].browse(
            self.agreement.fill_up([self.line(self.valve, 15)])
        )
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.consignment_agreement_id, self.agreement)
        self.assertEqual(self.valve.qty_available, 5)
        self.assertEqual(self.balance(self.agreement, self.valve), 15)

    def test_pick_up_brings_them_back(self):
        self.agreement.fill_up([self.line(self.valve, 15)])
        self.agreement.pick_up([self.line(self.valve, 6)])
        self.assertEqual(self.balance(self.agreement, self.valve), 9)
        self.assertEqual(self.valve.qty_available, 11)

    def test_two_lots_of_one_product_stay_two_lines(self):
        product = self.make_product("average", tracking="serial")
        lots = [self.make_lot(product, name) for name in ("S1", "S2")]
        agreement = self.make_agreement("consign_in")
        picking = self.env["stock.picking"].browse(
            agreement.fill_up([self.line(product, 1, lot_id=lot.id) for lot in lots])
        )
        self.assertEqual(picking.move_ids.lot_ids.mapped("name"), ["S1", "S2"])

    def test_no_more_than_is_there_comes_back(self):
        self.agreement.fill_up([self.line(self.valve, 5)])
        with self.assertRaisesRegex(UserError, "Line 1"):
            self.agreement.pick_up([self.line(self.valve, 6)])

    def test_the_sum_of_two_lines_counts(self):
        self.agreement.fill_up([self.line(self.valve, 5)])
        with self.assertRaisesRegex(UserError, "Line 2"):
            self.agreement.pick_up([self.line(self.valve, 3), self.line(self.valve, 3)])

    def test_no_more_than_own_stock_goes_out(self):
        with self.assertRaisesRegex(UserError, "missing"):
            self.agreement.fill_up([self.line(self.valve, 21)])
        self.assertEqual(self.balance(self.agreement, self.valve), 0)

    def test_reserved_goods_do_not_go_out(self):
        move = self.env["stock.move"].create(
            {
                "product_id": self.valve.id,
                "product_uom": self.valve.uom_id.id,
                "product_uom_qty": 18,
                "location_id": self.stock_location.id,
                "location_dest_id": self.customer_location.id,
                "picking_type_id": self.picking_type_out.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        with self.assertRaisesRegex(UserError, "missing"):
            self.agreement.fill_up([self.line(self.valve, 3)])

    def test_past_date(self):
        self.agreement.fill_up([self.line(self.valve, 15)], self.day(10))
        self.assertEqual(self.balance(self.agreement, self.valve, self.day(11)), 0)
        self.assertEqual(self.balance(self.agreement, self.valve, self.day(10)), 15)

    def test_never_negative_at_a_past_date_either(self):
        """15 came ten days ago and 15 left five days ago: 5 of them cannot leave before."""
        self.agreement.fill_up([self.line(self.valve, 15)], self.day(10))
        self.agreement.pick_up([self.line(self.valve, 15)], self.day(5))
        self.agreement.fill_up([self.line(self.valve, 10)], self.day(2))
        with self.assertRaises(UserError):
            self.agreement.pick_up([self.line(self.valve, 5)], self.day(7))

    def test_future_date_is_refused(self):
        tomorrow = (fields.Date.today() + timedelta(days=1)).isoformat()
        with self.assertRaisesRegex(UserError, "future"):
            self.agreement.fill_up([self.line(self.valve, 1)], tomorrow)

    def test_date_before_the_agreement_is_refused(self):
        with self.assertRaisesRegex(UserError, "only begins"):
            self.agreement.fill_up([self.line(self.valve, 1)], self.day(500))

    def test_not_a_date(self):
        with self.assertRaisesRegex(UserError, "not a date"):
            self.agreement.fill_up([self.line(self.valve, 1)], "31.12.")

    def test_closed_period_is_refused(self):
        self.company.fiscalyear_lock_date = fields.Date.today() - timedelta(days=3)
        with self.assertRaisesRegex(UserError, "closed in the books"):
            self.agreement.fill_up([self.line(self.valve, 1)], self.day(5))

    def test_bad_lines_name_their_number(self):
        service = self.env["product.product"].create({"name": "Service", "type": "service"})
        lot = self.make_lot(self.make_product(tracking="lot"), "X1")
        good = self.line(self.valve, 1)
        for bad in (
            {"product_id": 0, "quantity": 1},
            {"product_id": 999999999, "quantity": 1},
            {"quantity": 1},
            "valve",
            self.line(service, 1),
            self.line(self.valve, 0),
            self.line(self.valve, -1),
            self.line(self.valve, "1"),
            self.line(self.valve, True),
            self.line(self.valve, 1.2345678),
            self.line(self.valve, 1, lot_id=lot.id),
            self.line(self.valve, 1, price_unit=-1),
            self.line(self.valve, 1, uom_id=self.env.ref("uom.product_uom_hour").id),
            self.line(self.valve, 1, location_id=self.stock_location.id),
        ):
            with self.subTest(bad=bad), self.assertRaisesRegex(UserError, "Line 2"):
                self.agreement.fill_up([good, bad])
        self.assertEqual(self.balance(self.agreement, self.valve), 0)

    def test_no_lines(self):
        for lines in ([], None, "x"):
            with self.assertRaises(UserError):
                self.agreement.fill_up(lines)

    def test_boxes_become_pieces(self):
        self.agreement.fill_up([self.line(self.valve, 2, uom_id=self.uom_pack_of_6.id)])
        self.assertEqual(self.balance(self.agreement, self.valve), 12)

    def test_half_a_piece_is_refused_when_whole(self):
        self.agreement.fill_up([self.line(self.valve, 1.5)])
        self.valve.whole_units = True
        with self.assertRaisesRegex(UserError, "whole units"):
            self.agreement.fill_up([self.line(self.valve, 0.5)])
        self.agreement.fill_up([self.line(self.valve, 0.5, uom_id=self.uom_pack_of_6.id)])
        self.assertEqual(self.balance(self.agreement, self.valve), 4.5)

    def test_lots_go_oldest_first(self):
        product = self.make_product(tracking="lot")
        lots = [self.make_lot(product, name) for name in ("L1", "L2")]
        for lot in lots:
            self.receive(product, 5, 5.0, lot=lot)
        self.agreement.fill_up([self.line(product, 7)])
        rows = {row["lot_id"]: row["quantity"] for row in self.agreement.get_balance()}
        self.assertEqual(rows, {lots[0].id: 5, lots[1].id: 2})
        self.agreement.pick_up([self.line(product, 1, lot_id=lots[1].id)])
        rows = {row["lot_id"]: row["quantity"] for row in self.agreement.get_balance()}
        self.assertEqual(rows, {lots[0].id: 5, lots[1].id: 1})

    def test_serials(self):
        product = self.make_product(tracking="serial")
        serials = [self.make_lot(product, f"S{number}") for number in range(3)]
        for serial in serials:
            self.receive(product, 1, 5.0, lot=serial)
        self.agreement.fill_up([self.line(product, 1, lot_id=serials[1].id)])
        self.assertEqual(self.agreement.get_balance()[0]["lot_id"], serials[1].id)
        with self.assertRaises(UserError):
            self.agreement.fill_up([self.line(product, 2, lot_id=serials[2].id)])

    def test_tracked_goods_of_others_need_a_lot(self):
        consigned = self.make_agreement("consign_in")
        with self.assertRaisesRegex(UserError, "lot or serial"):
            consigned.fill_up([self.line(self.make_product(tracking="lot"), 1)])

    def test_others_goods_come_and_go(self):
        consigned = self.make_agreement("consign_in")
        consigned.fill_up([self.line(self.valve, 8)])
        self.assertEqual(self.valve.qty_available, 28)
        consigned.pick_up([self.line(self.valve, 8)])
        self.assertEqual(self.valve.qty_available, 20)
        verbs = consigned.event_ids.sorted("id").mapped("verb")
        self.assertEqual(set(verbs), {"fill_up", "pick_up"})

    def test_shops_below_the_place(self):
        shop = self.env["stock.location"].create(
            {"name": "Shop A", "location_id": self.agreement.location_id.id}
        )
        self.assertEqual(shop.consignment_agreement_id, self.agreement)
        self.agreement.fill_up([self.line(self.valve, 5, location_id=shop.id)])
        self.assertEqual(self.quantity(self.valve, shop), 5)
        self.assertEqual(self.balance(self.agreement, self.valve), 5)
        self.agreement.pick_up([self.line(self.valve, 2, location_id=shop.id)])
        self.assertEqual(self.quantity(self.valve, shop), 3)

    def test_value_limit(self):
        self.agreement.value_limit = 60
        self.agreement.fill_up([self.line(self.valve, 12)])
        with self.assertRaisesRegex(UserError, "limit"):
            self.agreement.fill_up([self.line(self.valve, 1)])

    def test_price_of_the_fill_up_is_kept(self):
        self.agreement.fill_up([self.line(self.valve, 5, price_unit=9.0)], self.day(5))
        self.agreement.fill_up(
            [self.line(self.valve, 1, price_unit=60.0, uom_id=self.uom_pack_of_6.id)]
        )
        prices = self.agreement.price_ids.sorted("date_from").mapped("price_unit")
        self.assertEqual(prices, [9.0, 10.0])
        today = fields.Date.today()
        self.assertEqual(self.agreement._get_price(self.valve, today), 10.0)
        self.assertEqual(self.agreement._get_price(self.valve, today - timedelta(days=2)), 9.0)

    def test_adjusted_prices_are_a_journal(self):
        self.agreement.fill_up([self.line(self.valve, 5, price_unit=9.0)], self.day(5))
        self.agreement.adjust_price([{"product_id": self.valve.id, "price_unit": 8.0}], note="up")
        self.assertEqual(len(self.agreement.price_ids), 2)
        used = self.agreement.price_ids[0]
        used.is_used = True
        with self.assertRaises(UserError):
            used.price_unit = 1.0
        with self.assertRaises(UserError):
            used.is_used = False
        with self.assertRaises(UserError):
            used.unlink()
