from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.consignment.tests.common import InSecondCompany

from .common import PurchaseConsignmentCommon

METHODS = {"standard": 60.0, "average": 50.0, "fifo": 50.0}


class Scenarios:
    """The numbers of the house, asserted in each company; costs are the company's currency.

    Prices are agreed in ``currency``, of which ``rate`` units are worth one of the company's.
    """

    rate = 1.0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currency = cls.company.currency_id

    def consigned(self, product, quantity, price=7.0, **values):
        values.setdefault("currency_id", self.currency.id)
        return self.make_consigned(product, quantity, price * self.rate, **values)

    def settle(self, agreement):
        return self.env["account.move"].browse(agreement.settle_vendor(self.today()))

    def test_value_beside_goods_of_others(self):
        """Own 10 at 5 stay 50/50/60 when 10 consigned goods come, and at past days."""
        agreement = self.make_agreement("consign_in")
        for method, worth in METHODS.items():
            for valuation in ("periodic", "real_time"):
                product = self.make_product(method, valuation)
                self.receive(product, 10, 5.0, days_ago=9)
                yesterday = self.value(product, self.day(1))
                agreement.fill_up([self.line(product, 10)], self.day(4))
                values = [self.value(product, day) for day in (None, self.day(7), self.day(1))]
                self.assertEqual([*values, yesterday], [worth] * 4, (method, valuation))

    def test_twelve_delivered_of_ten(self):
        """10 own and 2 consigned at 7: draw 14, cost 64, to invoice 2; at 7.5 the draw is 15."""
        for method in ("average", "fifo"):
            with self.subTest(method=method):
                product = self.make_product(method)
                self.receive(product, 10, 5.0, days_ago=9)
                agreement = self.consigned(product, 10)
                picking = self.deliver(product, 12)
                self.assertAlmostEqual(self.draws(agreement).move_id.value, 14.0)
                self.assertAlmostEqual(picking.move_ids.value, 64.0)
                self.assertEqual(self.draw_line(agreement).qty_to_invoice, 2.0)
                self.assertAlmostEqual(self.value(product), 0.0)
                self.assertAlmostEqual(self.value(product, self.day(1)), 50.0)
                bill = self.settle(agreement)
                self.assertEqual(bill.currency_id, self.currency)
                self.assertAlmostEqual(bill.amount_untaxed, 14.0 * self.rate)
                bill.invoice_date = self.today()
                bill.invoice_line_ids.price_unit = 7.5 * self.rate
                bill.action_post()
                self.assertAlmostEqual(self.draws(agreement).move_id.value, 15.0)

    def test_serials_partly_delivered_then_the_backorder(self):
        product = self.make_product(tracking="serial")
        lots = [self.make_lot(product, f"S{number}") for number in range(3)]
        agreement = self.consigned(product, 3, lots=lots)
        picking = self.deliver(product, 3, done=2)
        self.assertEqual(picking.move_ids.lot_ids, lots[0] | lots[1])
        backorder = picking.backorder_ids
        backorder.action_assign()
        backorder.move_ids.picked = True
        backorder._action_done()
        self.assertEqual(self.draw_line(agreement).qty_received, 3.0)
        self.assertAlmostEqual(sum(self.draws(agreement).move_id.mapped("value")), 21.0)

    def test_manufacturing(self):
        self.needs_manufacturing()
        valve = self.make_product("average")
        self.receive(valve, 10, 5.0, days_ago=9)
        agreement = self.consigned(valve, 10)
        station = self.make_product("fifo", name="Station", standard_price=0.0)
        self.produce(station, {valve: 12})
        self.assertAlmostEqual(self.draws(agreement).move_id.value, 14.0)
        self.assertAlmostEqual(self.value(station), 64.0)

    def test_scrap_under_both_policies(self):
        for policy, drawn, value in (("ours", 2.0, 14.0), ("theirs", 0.0, 0.0)):
            product = self.make_product()
            agreement = self.consigned(product, 10, loss_policy=policy)
            scrap = self.env["stock.scrap"].create(
                {
                    "product_id": product.id,
                    "scrap_qty": 2,
                    "location_id": agreement.location_id.id,
                    "company_id": self.company.id,
                }
            )
            scrap.action_validate()
            self.assertEqual(sum(self.draws(agreement).mapped("drawn")), drawn, policy)
            self.assertAlmostEqual(scrap.move_ids.value, value, msg=policy)

    def test_whose_goods_go_first(self):
        """3 of own 5 beside 10 that came earlier: no draw; with theirs first 3 are drawn."""
        for policy, drawn in (("own_first", 0.0), ("theirs_first", 3.0)):
            product = self.make_product("fifo")
            agreement = self.consigned(product, 10, reserve_policy=policy)
            self.receive(product, 5, 5.0)
            self.deliver(product, 3)
            self.assertEqual(sum(self.draws(agreement).mapped("drawn")), drawn, policy)

    def test_two_of_six_go_back_to_the_consignor(self):
        """Received 6 then 4, their value is gone again, 4 are billed."""
        product = self.make_product()
        agreement = self.consigned(product, 20)
        picking = self.deliver(product, 6)
        self._make_return(picking.move_ids, 2)
        self.assertEqual(self.draw_line(agreement).qty_received, 6.0)
        self.assertAlmostEqual(self.value(product), 14.0)
        agreement.return_draw([self.line(product, 2)])
        self.assertEqual(self.draw_line(agreement).qty_received, 4.0)
        self.assertAlmostEqual(self.value(product), 0.0)
        self.assertEqual(self.settle(agreement).invoice_line_ids.quantity, 4.0)

    def test_borrow_four_ship_ten(self):
        """6 own and 4 borrowed; 2 bought and 2 returned in kind: nothing is owed any more."""
        product = self.make_product()
        self.receive(product, 6, 5.0, days_ago=30)
        agreement = self.consigned(product, 4, kind="borrow_in")
        self.assertAlmostEqual(self.deliver(product, 10).move_ids.value, 58.0)
        agreement.buy_borrowed([self.line(product, 2)])
        [owed] = agreement.get_owed()
        self.assertEqual((owed["quantity"], owed["value"]), (2.0, 14.0 * self.rate))
        self.receive(product, 5, 6.0)
        agreement.return_in_kind([self.line(product, 2)])
        self.assertEqual(agreement.get_owed(), [])
        self.assertAlmostEqual(self.value(product), 18.0)
        self._close()
        booked = self._get_stock_valuation_move_lines()
        booked = booked.filtered(lambda line: line.parent_state == "posted")
        self.assertAlmostEqual(sum(booked.mapped("balance")), 18.0)
        touched = self.env["account.move.line"].search(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted")]
        )
        accounts = self.account_stock_valuation | self.account_stock_variation
        self.assertLessEqual(touched.account_id, accounts)

    def test_boxes_and_pieces(self):
        """2 boxes of 6 are 12 pieces at 4; half a piece is refused, half a box is not."""
        product = self.make_product(whole_units=True)
        agreement = self.consigned(product, 30, price=4.0)
        self.deliver(product, 2, product_uom=self.uom_pack_of_6.id)
        self.assertEqual(self.draw_line(agreement).qty_received, 12.0)
        self.assertAlmostEqual(self.draws(agreement).move_id.value, 48.0)
        with self.assertRaisesRegex(UserError, "Line 1: .* whole units only"):
            agreement.draw([self.line(product, 0.5)])
        agreement.draw([self.line(product, 0.5, uom_id=self.uom_pack_of_6.id)])
        self.assertEqual(self.balance(agreement, product), 15.0)

    def test_past_days_before_and_after(self):
        """Delivered nine days ago: the values and the debt of each day stay what they were."""
        product = self.make_product("average")
        self.receive(product, 10, 5.0, days_ago=19)
        agreement = self.consigned(product, 10)
        self.deliver(product, 12).date_done = self.day(9) + " 10:00:00"
        values = [self.value(product, self.day(days)) for days in (12, 5)]
        self.assertEqual(values, [50.0, 0.0])
        balances = [self.balance(agreement, product, self.day(days)) for days in (25, 12, 5)]
        self.assertEqual(balances, [0, 10.0, 8.0])
        owed = [sum(row["value"] for row in agreement.get_owed(self.day(days))) for days in (12, 5)]
        self.assertEqual(owed, [0, 14.0 * self.rate])


@tagged("post_install", "-at_install")
class TestScenarios(Scenarios, PurchaseConsignmentCommon):
    """In one company and its own currency."""


@tagged("post_install", "-at_install")
class TestScenariosInSecondCompany(Scenarios, InSecondCompany, PurchaseConsignmentCommon):
    """In a second company, in another currency, with prices in a third one."""

    rate = 2.0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # 6 to the first company's unit, of which the second company's currency has 3.
        cls.currency = cls.make_currency("XTC", 6.0)
