from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestConversion(ConsignmentCommon):
    def setUp(self):
        super().setUp()
        self.valve = self.make_product("average")
        self.receive(self.valve, 20, 5.0, days_ago=30)
        self.loan = self.make_agreement("loan_out")
        self.loan.fill_up([self.line(self.valve, 5)])

    def test_gift_books_an_expense(self):
        picking = self.env["stock.picking"].browse(
            self.loan.convert([self.line(self.valve, 1)], "gift")
        )
        self.assertEqual(self.balance(self.loan, self.valve), 4)
        entry = picking.move_ids.account_move_id
        account = self.company.consignment_gift_location_id.valuation_account_id
        self.assertEqual(entry.state, "posted")
        self.assertEqual(entry.line_ids.filtered("debit").account_id, account)
        self.assertEqual(sum(entry.line_ids.mapped("debit")), 5.0)
        self.assertAlmostEqual(self.value(self.valve), 95.0)

    def test_own_use(self):
        self.loan.convert([self.line(self.valve, 1)], "own_use")
        self.assertEqual(self.quantity(self.valve, self.company.consignment_own_use_location_id), 1)

    def test_lend_on(self):
        friend = self.env["res.partner"].create({"name": "Friend"})
        following = self.env["consignment.agreement"].browse(
            self.loan.convert([self.line(self.valve, 2)], "relend", friend.id)
        )
        self.assertEqual(following.partner_id, friend)
        self.assertEqual(following.previous_id, self.loan)
        self.assertEqual(self.balance(following, self.valve), 2)
        self.assertEqual(self.balance(self.loan, self.valve), 3)
        self.assertAlmostEqual(self.value(self.valve), 100.0)

    def test_each_way_is_capped_by_what_is_out(self):
        self.loan.pick_up([self.line(self.valve, 2)])
        self.loan.convert([self.line(self.valve, 1)], "gift")
        self.loan.convert([self.line(self.valve, 2)], "own_use")
        for way in ("gift", "own_use", "relend"):
            with self.subTest(way=way), self.assertRaises(UserError):
                self.loan.convert([self.line(self.valve, 1)], way)

    def test_unknown_conversion(self):
        for way in ("theft", "_convert", "", None):
            with self.assertRaises(UserError):
                self.loan.convert([self.line(self.valve, 1)], way)

    def test_others_goods_are_not_converted(self):
        consigned = self.make_agreement("consign_in")
        consigned.fill_up([self.line(self.valve, 5)])
        with self.assertRaises(UserError):
            consigned.convert([self.line(self.valve, 1)], "gift")

    def test_another_article_comes_back(self):
        """Lent 2 valves worth 10, got 1 pump worth 14: the difference of 4 stays outside."""
        pump = self.make_product("average", name="Pump")
        self.loan.exchange([self.line(self.valve, 2)], [self.line(pump, 1, price_unit=14.0)])
        self.assertEqual(self.balance(self.loan, self.valve), 3)
        self.assertAlmostEqual(self.value(self.valve), 90.0)
        self.assertAlmostEqual(self.value(pump), 14.0)
        self.assertEqual(pump.qty_available, 1)

    def test_wizard_takes_back_what_was_scanned(self):
        self.valve.barcode = "6901234567892"
        wizard = self.env["consignment.transfer"].create(
            {"agreement_id": self.loan.id, "operation": "pick_up"}
        )
        self.assertEqual(wizard.line_ids.available, 5)
        wizard.on_barcode_scanned("6901234567892")
        wizard.on_barcode_scanned("6901234567892")
        with self.assertRaises(UserError):
            wizard.on_barcode_scanned("nothing")
        wizard.action_confirm()
        self.assertEqual(self.balance(self.loan, self.valve), 3)

    def test_wizard_takes_all(self):
        wizard = self.env["consignment.transfer"].create(
            {"agreement_id": self.loan.id, "operation": "own_use"}
        )
        wizard.action_take_all()
        self.assertFalse(wizard.warning)
        wizard.line_ids.quantity = 6
        self.assertTrue(wizard.warning)
        wizard.line_ids.quantity = 5
        wizard.action_confirm()
        self.assertEqual(self.balance(self.loan, self.valve), 0)

    def test_wizard_changes_prices(self):
        wizard = self.env["consignment.price.change"].create({"agreement_id": self.loan.id})
        wizard.line_ids.price_unit = 12.0
        wizard.action_confirm()
        self.assertEqual(self.loan.price_ids.price_unit, 12.0)

    def test_wizard_exchange_shows_the_difference(self):
        pump = self.make_product("average", name="Pump")
        wizard = self.env["consignment.exchange"].create(
            {
                "agreement_id": self.loan.id,
                "given_ids": [(0, 0, {"product_id": self.valve.id, "quantity": 2})],
                "received_ids": [
                    (0, 0, {"product_id": pump.id, "quantity": 1, "price_unit": 14.0})
                ],
            }
        )
        self.assertEqual(wizard.difference, 4.0)
        wizard.action_confirm()
        self.assertAlmostEqual(self.value(pump), 14.0)
