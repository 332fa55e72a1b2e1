from odoo.tests import tagged

from .common import ConsignmentCommon

METHODS = {"standard": 60.0, "average": 50.0, "fifo": 50.0}


@tagged("post_install", "-at_install")
class TestValuation(ConsignmentCommon):
    """Others' goods never have a value of ours and never change it; ours keep theirs."""

    def each_method(self):
        return [
            (self.make_product(method, valuation), own_value)
            for method, own_value in METHODS.items()
            for valuation in ("periodic", "real_time")
        ]

    def test_consigned_in_goods_have_no_value(self):
        """10 own at 5 (standard price 6) stay 50/50/60 beside 10 of a consignor."""
        agreement = self.make_agreement("consign_in")
        for product, own_value in self.each_method():
            self.receive(product, 10, 5.0)
            self.assertAlmostEqual(self.value(product), own_value)
            agreement.fill_up([self.line(product, 10)])
            self.assertAlmostEqual(self.value(product), own_value)
            self.assertEqual(product.qty_available, 20)

    def test_only_consigned_in_goods_are_worth_nothing(self):
        agreement = self.make_agreement("consign_in")
        for product, _own_value in self.each_method():
            agreement.fill_up([self.line(product, 10)])
            self.assertEqual(self.value(product), 0.0)

    def test_value_of_yesterday_does_not_change(self):
        agreement = self.make_agreement("consign_in")
        for product, own_value in self.each_method():
            self.receive(product, 10, 5.0, days_ago=5)
            before = self.value(product, self.day(1))
            agreement.fill_up([self.line(product, 4)])
            self.assertAlmostEqual(self.value(product, self.day(1)), before)
            self.assertAlmostEqual(before, own_value)

    def test_past_date_before_and_after_a_backdated_receipt(self):
        agreement = self.make_agreement("consign_in")
        for product, own_value in self.each_method():
            self.receive(product, 10, 5.0, days_ago=9)
            agreement.fill_up([self.line(product, 4)], self.day(5))
            for days in (7, 3):
                self.assertAlmostEqual(self.value(product, self.day(days)), own_value)

    def test_consigned_out_goods_keep_their_value(self):
        agreement = self.make_agreement()
        for product, own_value in self.each_method():
            self.receive(product, 10, 5.0)
            agreement.fill_up([self.line(product, 7)])
            self.assertAlmostEqual(self.value(product), own_value)
            self.assertEqual(product.qty_available, 3)

    def test_all_goods_out_keep_their_value(self):
        agreement = self.make_agreement()
        for product, own_value in self.each_method():
            self.receive(product, 10, 5.0)
            agreement.fill_up([self.line(product, 10)])
            self.assertAlmostEqual(self.value(product), own_value)

    def test_next_delivery_of_own_goods_costs_what_they_cost(self):
        consigned = self.make_agreement("consign_in")
        for product, own_value in self.each_method():
            self.receive(product, 10, 5.0)
            consigned.fill_up([self.line(product, 10)])
            move = self._make_out_move(product, 5)
            self.assertAlmostEqual(move.value, own_value / 2)
            self.assertAlmostEqual(self.value(product), own_value / 2)

    def test_quants_share_the_value_of_the_valued_quantity(self):
        """15 of 20 at a dealer: 130 splits into 32.5 and 97.5; a consignor's quant has none."""
        product = self.make_product("average")
        self.receive(product, 20, 6.5)
        out, consigned = self.make_agreement(), self.make_agreement("consign_in")
        out.fill_up([self.line(product, 15)])
        consigned.fill_up([self.line(product, 8)])
        self.env.invalidate_all()
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id.usage", "=", "internal")]
        )
        values = {quant.location_id: quant.value for quant in quants}
        self.assertAlmostEqual(values[self.warehouse.lot_stock_id], 32.5)
        self.assertAlmostEqual(values[out.location_id], 97.5)
        self.assertEqual(values[consigned.location_id], 0.0)

    def test_quant_value_with_a_second_company_in_view(self):
        """Another company's stock must not dilute the value of this company's quants."""
        product = self.make_product("average")
        self.receive(product, 10, 5.0)
        other = self.other_company
        warehouse = self.env["stock.warehouse"].sudo().search([("company_id", "=", other.id)])
        self.env["stock.quant"].sudo()._update_available_quantity(
            product, warehouse.lot_stock_id, 30
        )
        self.env.user.company_ids |= other
        self.env.invalidate_all()
        quant = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", self.stock_location.id)]
        )
        self.user_admin.company_ids |= other
        quant = quant.with_user(self.user_admin)
        quant = quant.with_context(allowed_company_ids=[self.company.id, other.id])
        self.assertAlmostEqual(quant.value, 50.0)

    def test_valued_locations_search_agrees_with_the_field(self):
        out, consigned = self.make_agreement(), self.make_agreement("consign_in")
        places = out.location_id | consigned.location_id | self.stock_location
        Location = self.env["stock.location"]
        for operator, value in (("=", True), ("=", False), ("!=", True), ("!=", False)):
            expected = places.filtered(
                lambda place, wanted=(operator == "=") == value: place.is_valued_internal == wanted
            )
            found = Location.search(
                [("is_valued_internal", operator, value), ("id", "in", places.ids)]
            )
            self.assertEqual(found, expected)

    def test_lot_valuated_product(self):
        """Each lot keeps its own cost, at home, at a dealer, and beside foreign pieces."""
        for method in ("standard", "average", "fifo"):
            with self.subTest(method=method):
                product = self.make_product(method, tracking="lot", lot_valuated=True)
                lot = self.make_lot(product, f"L-{method}")
                self.receive(product, 4, 5.0, lot=lot)
                worth = self.value(product)
                consigned = self.make_agreement("consign_in")
                consigned.fill_up([self.line(product, 4, lot_id=lot.id)])
                self.assertAlmostEqual(self.value(product), worth)
                out = self.make_agreement()
                out.fill_up([self.line(product, 4, lot_id=lot.id)])
                self.assertAlmostEqual(self.value(product), worth)
                self.assertAlmostEqual(out.get_balance()[0]["value"], worth)

    def test_quant_of_a_lot_beside_foreign_pieces_of_the_same_lot(self):
        product = self.make_product("average", tracking="lot", lot_valuated=True)
        lot = self.make_lot(product, "L1")
        self.receive(product, 4, 5.0, lot=lot)
        consigned = self.make_agreement("consign_in")
        consigned.fill_up([self.line(product, 4, lot_id=lot.id)])
        self.env.invalidate_all()
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", lot.id), ("location_id", "=", self.stock_location.id)]
        )
        self.assertAlmostEqual(quant.value, 20.0)
        self.assertEqual(lot.product_qty, 8.0, "the hand counts what is there")

    def test_average_cost_of_a_lot_beside_foreign_pieces(self):
        for method in ("standard", "average", "fifo"):
            with self.subTest(method=method):
                product = self.make_product(method, tracking="lot", lot_valuated=True)
                lot = self.make_lot(product, f"L-{method}")
                self.receive(product, 4, 5.0, lot=lot)
                cost = self.value(product) / 4
                consigned = self.make_agreement("consign_in")
                consigned.fill_up([self.line(product, 4, lot_id=lot.id)])
                self.env.add_to_compute(lot._fields["avg_cost"], lot)
                self.env.invalidate_all()
                self.assertAlmostEqual(lot.avg_cost, cost)

    def test_lot_emptied_today_had_its_value_before(self):
        product = self.make_product("average", tracking="lot", lot_valuated=True)
        lot = self.make_lot(product, "L1")
        self.receive(product, 4, 5.0, lot=lot, days_ago=6)
        self._make_out_move(product, 4, lot_ids=[lot])
        self.assertAlmostEqual(self.value(product, self.day(2)), 20.0)
        self.assertAlmostEqual(self.value(product), 0.0)

    def test_value_of_a_closed_agreement_at_a_past_date(self):
        """The place is archived by then, its goods were valued nevertheless."""
        product = self.make_product("average")
        self.receive(product, 10, 5.0, days_ago=20)
        agreement = self.make_agreement()
        agreement.fill_up([self.line(product, 10)], self.day(10))
        agreement.pick_up([self.line(product, 10)], self.day(2))
        agreement.action_close()
        self.assertAlmostEqual(self.value(product, self.day(5)), 50.0)

    def test_own_goods_are_reserved_first(self):
        """Consigned goods that came earlier wait, unless the agreement says otherwise."""
        product = self.make_product("fifo")
        consigned = self.make_agreement("consign_in")
        consigned.fill_up([self.line(product, 10)], self.day(9))
        self.receive(product, 5, 5.0)
        quants = self.env["stock.quant"]._gather(product, self.stock_location)
        self.assertEqual(quants.location_id[0], self.stock_location)
        consigned.reserve_policy = "theirs_first"
        quants = self.env["stock.quant"]._gather(product, self.stock_location)
        self.assertEqual(quants.location_id[0], consigned.location_id)

    def test_goods_never_reserved_are_not_available(self):
        product = self.make_product("fifo")
        consigned = self.make_agreement("consign_in", reserve_policy="never")
        consigned.fill_up([self.line(product, 10)])
        Quant = self.env["stock.quant"]
        self.assertEqual(Quant._get_available_quantity(product, self.stock_location), 0.0)
        self.assertEqual(Quant._get_available_quantity(product, consigned.location_id), 10.0)
        consigned.reserve_policy = "own_first"
        self.company.consignment_never_reserve = True
        self.assertEqual(Quant._get_available_quantity(product, self.stock_location), 0.0)

    def test_gathering_costs_no_query_more_per_product(self):
        """Without consigned goods reservation reads as much as before."""
        product = self.make_product("average")
        self.receive(product, 10, 5.0)
        Quant = self.env["stock.quant"].sudo()
        counts = []
        for order in (lambda quants: quants, type(Quant)._order_consigned):
            self.patch(type(Quant), "_order_consigned", order)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            Quant._gather(product, self.stock_location)
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 1)

    def test_closing_of_the_stock_account_is_right(self):
        """Periodic: the closing books own goods alone, with goods out and others' goods in."""
        product = self.make_product("average", "periodic")
        self.receive(product, 10, 5.0)
        self.make_agreement().fill_up([self.line(product, 4)])
        self.make_agreement("consign_in").fill_up([self.line(product, 9)])
        self.env.invalidate_all()
        stock_value = self.company.stock_value(self.company._get_accounts_by_product(product))
        self.assertAlmostEqual(sum(stock_value.values()), 50.0)
