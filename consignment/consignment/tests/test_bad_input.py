from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestBadInput(ConsignmentCommon):
    """A clear message that names the row, and nothing half-done."""

    def setUp(self):
        super().setUp()
        self.valve = self.make_product(name="Valve")
        self.receive(self.valve, 20, 5.0, days_ago=30)
        self.agreement = self.make_agreement()
        self.good = self.line(self.valve, 1)

    def assert_refused(self, message, bad, date=None):
        before = self.env["stock.picking"].search_count([])
        with self.assertRaisesRegex(UserError, message):
            self.agreement.fill_up([self.good, bad], date)
        self.assertEqual(self.env["stock.picking"].search_count([]), before)
        self.assertEqual(self.agreement.get_balance(), [])
        self.assertFalse(self.agreement.price_ids)

    def test_unknown_product(self):
        self.assert_refused("Line 2: there is no product 999999999", {"product_id": 999999999})

    def test_service(self):
        service = self.env["product.product"].create({"name": "Repair", "type": "service"})
        self.assert_refused("Line 2: Repair is not kept in stock", self.line(service, 1))

    def test_consumable_that_is_not_stored(self):
        glue = self.env["product.product"].create({"name": "Glue", "type": "consu"})
        self.assert_refused("Line 2: Glue is not kept in stock", self.line(glue, 1))

    def test_product_of_another_company(self):
        pump = self.make_product(name="Pump", company_id=self.other_company.id)
        self.assert_refused("Line 2: Pump is another company's", self.line(pump, 1))

    def test_lot_of_another_product(self):
        lot = self.make_lot(self.make_product(tracking="lot"), "X1")
        self.assert_refused(
            "Line 2: the lot does not belong to Valve", self.line(self.valve, 1, lot_id=lot.id)
        )

    def test_lot_that_does_not_exist(self):
        self.assert_refused(
            "Line 2: the lot does not belong to Valve", self.line(self.valve, 1, lot_id=999999999)
        )

    def test_quantities(self):
        for quantity, message in (
            (0, "must be more than zero"),
            (-3, "must be more than zero"),
            (1.2345678, "more than 2 digits"),
            ("3", "is not a number"),
            (None, "is not a number"),
            (float("nan"), "is not a number"),
            (float("inf"), "is not a number"),
        ):
            with self.subTest(quantity=quantity):
                self.assert_refused(
                    f"Line 2: the quantity.*{message}", self.line(self.valve, quantity)
                )

    def test_prices(self):
        for price in (-1, "7", float("nan"), True):
            with self.subTest(price=price):
                self.assert_refused("Line 2: the price", self.line(self.valve, 1, price_unit=price))

    def test_closed_period(self):
        self.company.fiscalyear_lock_date = self.day(3)
        self.assert_refused("closed in the books", self.good, self.day(5))

    def test_before_the_agreement(self):
        self.assert_refused("only begins on", self.good, self.day(500))

    def test_currency_without_a_rate(self):
        self.agreement = self.make_agreement(
            currency_id=self.env["res.currency"].create({"name": "XBR", "symbol": "B"}).id,
            value_limit=100.0,
        )
        self.assert_refused("There is no rate of XBR", self.good)

    def test_more_than_is_there_names_the_line(self):
        self.assert_refused("Line 2: 21 × Valve are missing", self.line(self.valve, 40))

    def test_partner_is_not_archived_while_goods_are_out(self):
        self.agreement.fill_up([self.good])
        with self.assertRaisesRegex(UserError, "still answers for goods"):
            self.dealer.action_archive()
        self.assertTrue(self.dealer.active)

    def test_place_is_not_archived_while_goods_are_out(self):
        self.agreement.fill_up([self.good])
        with self.assertRaises(UserError):
            self.agreement.location_id.action_archive()

    def test_place_of_an_open_agreement_is_not_archived(self):
        """Even empty: the next hand-over would have nowhere to go."""
        with self.assertRaisesRegex(UserError, "still answers for goods"):
            self.agreement.location_id.action_archive()

    def test_what_places_lie_in_is_not_archived(self):
        """The host archives what is below a location along with it."""
        places = self.company.consignment_location_id | self.warehouse.lot_stock_id
        self.make_agreement("consign_in")
        for location in places:
            with (
                self.subTest(location=location.name),
                self.assertRaisesRegex(UserError, "still answers for goods"),
                self.cr.savepoint(),
            ):
                location.with_context(do_not_check_quant=True).action_archive()
        self.assertTrue(self.agreement.location_id.active)

    def test_an_empty_shop_is_archived(self):
        shop = self.env["stock.location"].create(
            {"name": "Shop", "location_id": self.agreement.location_id.id}
        )
        shop.action_archive()
        self.assertFalse(shop.active)

    def test_archived_product_comes_back_all_the_same(self):
        self.agreement.fill_up([self.good])
        self.valve.action_archive()
        self.agreement.pick_up([self.good])
        self.assertEqual(self.agreement.get_balance(), [])

    def test_currency_is_fixed_on_activation(self):
        with self.assertRaisesRegex(UserError, "fixed on activation"):
            self.agreement.currency_id = self.make_currency("XBF", 2.0)
