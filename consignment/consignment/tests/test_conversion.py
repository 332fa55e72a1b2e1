from odoo.exceptions import UserError
from odoo.tests import Form, tagged

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

    def test_exchange_offers_what_is_still_out(self):
        wizard = self.env["consignment.exchange"].create({"agreement_id": self.loan.id})
        self.assertEqual(wizard.given_ids.product_id, self.valve)
        self.assertEqual((wizard.given_ids.available, wizard.given_ids.quantity), (5, 0))

    def test_price_wizard_follows_the_day_and_keeps_what_was_typed(self):
        self.loan.adjust_price([{"product_id": self.valve.id, "price_unit": 9.0}], self.day(20))
        self.loan.adjust_price([{"product_id": self.valve.id, "price_unit": 10.0}], self.day(0))
        form = Form(
            self.env["consignment.price.change"].with_context(default_agreement_id=self.loan.id)
        )
        self.assertEqual(form.line_ids._records[0]["old_price"], 10.0)
        form.date_from = self.day(10)
        self.assertEqual(form.line_ids._records[0]["price_unit"], 9.0, "nothing was typed")
        with form.line_ids.edit(0) as line:
            line.price_unit = 8.0
        form.date_from = self.day(0)
        self.assertEqual(form.line_ids._records[0]["price_unit"], 8.0, "typed")

    def test_price_wizard_wants_a_new_price(self):
        wizard = self.env["consignment.price.change"].create({"agreement_id": self.loan.id})
        self.assertEqual((wizard.line_ids.there, wizard.line_ids.settled), (5, 0))
        with self.assertRaisesRegex(UserError, "new price"):
            wizard.action_confirm()

    def test_transfer_wizard_names_the_row_of_the_screen(self):
        pump = self.make_product("average", name="Pump")
        self.receive(pump, 5, 5.0)
        self.loan.fill_up([self.line(pump, 2)])
        wizard = self.env["consignment.transfer"].create(
            {"agreement_id": self.loan.id, "operation": "pick_up"}
        )
        with self.assertRaisesRegex(UserError, "at least one line"):
            wizard.action_confirm()
        wizard.line_ids[1].quantity = -1
        with self.assertRaisesRegex(UserError, "Line 2"):
            wizard.action_confirm()

    def test_slip_is_printed_with_the_goods(self):
        wizard = self.env["consignment.transfer"].create(
            {"agreement_id": self.loan.id, "operation": "pick_up"}
        )
        wizard.line_ids.quantity = 2
        action = wizard.action_confirm_print()
        self.assertEqual(action["report_name"], "consignment.report_slip")
        self.assertEqual(self.balance(self.loan, self.valve), 3)

    def test_unknown_barcode_is_said(self):
        wizard = self.env["consignment.transfer"].create(
            {"agreement_id": self.loan.id, "operation": "pick_up"}
        )
        with self.assertRaisesRegex(UserError, "NO-SUCH"):
            wizard.on_barcode_scanned("NO-SUCH")

    def test_what_is_scanned_is_handed_over(self):
        pump = self.make_product("average", name="Pump", tracking="serial")
        serial = self.env["stock.lot"].create({"name": "SN-7", "product_id": pump.id})
        self.valve.barcode = "4006381333931"
        wizard = self.env["consignment.transfer"].new(
            {"agreement_id": self.loan.id, "operation": "fill_up"}
        )
        for barcode in ("SN-7", "4006381333931", "4006381333931"):
            wizard.on_barcode_scanned(barcode)
        self.assertEqual(
            [(line.product_id, line.lot_id, line.quantity) for line in wizard.line_ids],
            [(pump, serial, 1), (self.valve, serial.browse(), 2)],
        )
