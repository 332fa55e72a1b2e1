from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PurchaseConsignmentCommon


@tagged("post_install", "-at_install")
class TestSettlement(PurchaseConsignmentCommon):
    """What was used is billed once per period; what was given back is not, or is credited."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product()
        self.agreement = self.make_consigned(self.product, 20)

    def bill(self, agreement=None, date=None):
        agreement = agreement or self.agreement
        return self.env["account.move"].browse(agreement.settle_vendor(date or self.today()))

    def post(self, bill):
        bill.invoice_date = self.today()
        bill.action_post()
        return bill

    def test_settlement_bills_what_was_used(self):
        self.deliver(self.product, 6)
        bill = self.bill()
        self.assertEqual((bill.state, bill.move_type), ("draft", "in_invoice"))
        self.assertEqual(bill.partner_id, self.consignor)
        self.assertEqual(bill.invoice_line_ids.quantity, 6.0)
        self.assertAlmostEqual(bill.amount_untaxed, 42.0)
        settlement = bill.consignment_settlement_ids
        self.assertEqual((settlement.state, settlement.amount), ("draft", 42.0))
        self.assertEqual(self.agreement.unsettled_amount, 0.0)

    def test_the_same_call_again_returns_the_same_bill(self):
        self.deliver(self.product, 6)
        bill = self.bill()
        self.assertEqual(self.bill(), bill)
        self.post(bill)
        self.assertEqual(self.bill(), bill)
        self.assertEqual(len(self.agreement.settlement_ids), 1)

    def test_each_period_is_billed_on_its_own(self):
        first = self.deliver(self.product, 6)
        first.date_done = self.day(10) + " 10:00:00"
        self.deliver(self.product, 2)
        early = self.bill(date=self.day(5))
        self.assertEqual(sum(early.invoice_line_ids.mapped("quantity")), 6.0)
        late = self.bill()
        self.assertEqual(sum(late.invoice_line_ids.mapped("quantity")), 2.0)
        self.assertEqual(
            late.consignment_settlement_ids.date_from.isoformat(), self.day(4), "the day after"
        )

    def test_late_entry_into_a_settled_period_comes_with_the_next(self):
        self.deliver(self.product, 6).date_done = self.day(10) + " 10:00:00"
        self.bill(date=self.day(5))
        self.deliver(self.product, 1).date_done = self.day(8) + " 10:00:00"
        self.assertEqual(sum(self.bill().invoice_line_ids.mapped("quantity")), 1.0)

    def test_nothing_to_settle(self):
        with self.assertRaisesRegex(UserError, "nothing was used"):
            self.bill()

    def test_future_and_senseless_dates(self):
        with self.assertRaisesRegex(UserError, "future"):
            self.bill(date=self.day(-3))
        with self.assertRaisesRegex(UserError, "not a date"):
            self.bill(date="soon")

    def test_deleted_or_cancelled_bill_frees_the_draws(self):
        self.deliver(self.product, 6)
        self.bill().unlink()
        self.assertAlmostEqual(self.draws(self.agreement).open_quantity, 6.0)
        bill = self.bill()
        bill.button_cancel()
        self.env.invalidate_all()
        self.assertEqual(bill.consignment_settlement_ids.state, "cancel")
        self.assertNotEqual(self.bill(), bill)

    def customer_return(self, picking, quantity):
        return self._make_return(picking.move_ids, quantity)

    def test_give_back_before_the_bill(self):
        """6 used, a customer returns 2, they go back: received 4, billed 4."""
        picking = self.deliver(self.product, 6)
        self.customer_return(picking, 2)
        self.assertAlmostEqual(self.value(self.product), 14.0)
        self.agreement.with_user(self.keeper).return_draw([self.line(self.product, 2)])
        line = self.draw_line(self.agreement)
        self.assertEqual((line.qty_received, line.qty_to_invoice), (4.0, 4.0))
        self.assertAlmostEqual(self.value(self.product), 0.0)
        self.assertEqual(self.balance(self.agreement, self.product), 16.0)
        self.assertEqual(self.bill().invoice_line_ids.quantity, 4.0)
        verbs = self.agreement.event_ids.mapped("verb")
        self.assertEqual(set(verbs), {"fill_up", "draw", "draw_return"})

    def test_give_back_after_the_bill_is_refunded(self):
        picking = self.deliver(self.product, 6)
        self.post(self.bill())
        self.customer_return(picking, 2)
        self.agreement.return_draw([self.line(self.product, 2)])
        refund = self.bill()
        self.assertEqual(refund.move_type, "in_refund")
        self.assertEqual(refund.invoice_line_ids.quantity, 2.0)
        self.assertAlmostEqual(refund.amount_untaxed, 14.0)
        self.assertAlmostEqual(refund.consignment_settlement_ids.amount, -14.0)
        self.assertFalse(refund.consignment_settlement_ids.is_different)
        line = self.draw_line(self.agreement)
        self.assertEqual((line.qty_received, line.qty_invoiced), (4.0, 4.0))

    def test_a_line_with_a_return_takes_no_further_draw(self):
        """Core shares a bill out over the draws of a line and would count the return twice."""
        picking = self.deliver(self.product, 6)
        self.customer_return(picking, 2)
        self.agreement.return_draw([self.line(self.product, 2)])
        self.deliver(self.product, 4)
        self.assertEqual(sorted(self.draw_line(self.agreement).mapped("qty_received")), [4.0, 4.0])
        bill = self.bill()
        bill.invoice_line_ids.price_unit = 6.0
        self.post(bill)
        newest = self.draws(self.agreement)[0]
        self.assertAlmostEqual(newest.move_id.value, 24.0)

    def test_no_more_is_given_back_than_was_drawn(self):
        self.receive(self.product, 5, 5.0)
        self.deliver(self.product, 6)
        self.receive(self.product, 5, 5.0)
        with self.assertRaisesRegex(UserError, "were never drawn"):
            self.agreement.return_draw([self.line(self.product, 2)])

    def test_serial_goes_back_to_its_own_draw(self):
        product = self.make_product(tracking="serial")
        lots = [self.make_lot(product, f"S{number}") for number in range(3)]
        agreement = self.make_consigned(product, 3, lots=lots)
        own = self.make_lot(product, "OWN")
        picking = self.deliver(product, 2)
        self.receive(product, 1, 5.0, lot=own)
        returned = self.env["stock.picking"].browse(
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
            .action_create_returns_all()["res_id"]
        )
        returned.move_ids.picked = True
        returned._action_done()
        with self.assertRaisesRegex(UserError, "needs a lot"):
            agreement.return_draw([self.line(product, 1)])
        with self.assertRaisesRegex(UserError, "were never drawn"):
            agreement.return_draw([self.line(product, 1, lot_id=own.id)])
        agreement.return_draw([self.line(product, 1, lot_id=lots[1].id)])
        self.assertEqual(self.draw_line(agreement).qty_received, 1.0)

    def test_customer_return_goes_back_by_itself_where_agreed(self):
        self.agreement.return_policy = "give_back"
        picking = self.deliver(self.product, 6)
        self.customer_return(picking, 2)
        self.assertEqual(self.draw_line(self.agreement).qty_received, 4.0)
        self.assertEqual(self.balance(self.agreement, self.product), 16.0)
        self.assertAlmostEqual(self.value(self.product), 0.0)

    def test_settled_draw_keeps_its_quantity(self):
        self.deliver(self.product, 6)
        self.bill()
        move = self.draws(self.agreement).move_id
        with self.assertRaisesRegex(UserError, "was settled with"):
            move.move_line_ids.quantity = 1

    def test_price_agreed_later_corrects_billed_draws(self):
        """6 billed at 7, 2 open; the price is 8 since then: a note of 6, the open 2 cost 16."""
        self.deliver(self.product, 6)
        self.post(self.bill())
        self.deliver(self.product, 2)
        before = self.env["account.move"].search([])
        self.agreement.adjust_price(
            [{"product_id": self.product.id, "price_unit": 8.0}], self.today()
        )
        note = self.env["account.move"].search([]) - before
        self.assertAlmostEqual(note.amount_untaxed, 6.0)
        self.post(note)
        self.env.invalidate_all()
        values = {draw.drawn: draw.move_id.value for draw in self.draws(self.agreement)}
        self.assertEqual(values, {6.0: 48.0, 2.0: 16.0})
        billed = self.draw_line(self.agreement).filtered("qty_invoiced")
        self.assertEqual(billed.qty_invoiced, 6.0)

    def test_closing_waits_for_the_settlement(self):
        self.deliver(self.product, 20)
        self.agreement.action_start_closing()
        with self.assertRaisesRegex(UserError, "not settled"):
            self.agreement.action_close()
        self.bill()
        self.agreement.action_close()
        self.assertEqual(self.agreement.state, "closed")

    def test_order_of_used_goods_is_not_cancelled(self):
        self.deliver(self.product, 2)
        with self.assertRaisesRegex(UserError, "were used"):
            self.agreement.purchase_order_ids.button_cancel()

    def test_self_billing_numbers_the_bill(self):
        self.agreement.self_billing = True
        self.deliver(self.product, 2)
        bill = self.bill()
        self.assertEqual(bill.ref, bill.consignment_settlement_ids.name)
        self.assertEqual(bill.invoice_date, fields.Date.today())

    # === REMINDER === #

    def remind(self):
        self.env["consignment.agreement"]._cron_remind()
        kind = self.env.ref("consignment_purchase.mail_activity_type_settle")
        return self.agreement.activity_ids.filtered(lambda one: one.activity_type_id == kind)

    def test_end_of_the_period_is_remembered_until_it_is_settled(self):
        self.agreement.settlement_day = fields.Date.to_date(self.day(5)).day
        last = self.agreement._get_last_settlement_day()
        self.assertEqual(last.isoformat(), self.day(5))
        picking = self.deliver(self.product, 6)
        self.assertFalse(self.remind(), "used after the last settlement day")
        picking.date_done = fields.Datetime.to_datetime(last)
        self.env.invalidate_all()
        [reminder] = self.remind()
        self.assertEqual(reminder.date_deadline, last)
        self.assertEqual(len(self.remind()), 1)
        self.bill(date=last.isoformat())
        self.assertFalse(self.agreement.activity_ids)

    def test_settled_on_each_report_needs_no_reminder(self):
        self.agreement.settlement_cycle = "report"
        self.deliver(self.product, 6).date_done = self.day(10) + " 10:00:00"
        self.assertFalse(self.remind())

    # === WHO MAY === #

    def test_accountant_settles(self):
        self.deliver(self.product, 6)
        bill_id = self.agreement.with_user(self.accountant).settle_vendor(self.today())
        bill = self.env["account.move"].with_user(self.accountant).browse(bill_id)
        self.assertAlmostEqual(bill.amount_untaxed, 42.0)

    def test_stock_keeper_makes_no_bill(self):
        self.deliver(self.product, 6)
        with self.assertRaises(AccessError):
            self.agreement.with_user(self.keeper).settle_vendor(self.today())

    def test_only_others_goods(self):
        with self.assertRaisesRegex(UserError, "Only others"):
            self.make_agreement("consign_out").settle_vendor(self.today())


@tagged("post_install", "-at_install")
class TestBorrow(PurchaseConsignmentCommon):
    """Goods borrowed to complete a delivery, and how the debt is paid."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product()
        self.receive(self.product, 6, 5.0, days_ago=30)
        self.agreement = self.make_consigned(self.product, 4, kind="borrow_in")

    def owed(self):
        self.env.invalidate_all()
        rows = self.agreement.get_owed()
        return [(row["quantity"], row["value"]) for row in rows]

    def test_bought_and_in_kind(self):
        """6 own and 4 borrowed go out; 2 are bought, 2 returned in kind: nothing is owed."""
        picking = self.deliver(self.product, 10)
        self.assertAlmostEqual(picking.move_ids.value, 58.0)
        self.assertEqual(self.owed(), [(4.0, 28.0)])
        bill_id = self.agreement.buy_borrowed([self.line(self.product, 2)])
        bill = self.env["account.move"].browse(bill_id)
        self.assertAlmostEqual(bill.amount_untaxed, 14.0)
        self.assertEqual(self.owed(), [(2.0, 14.0)])
        self.receive(self.product, 5, 6.0)
        self.agreement.with_user(self.keeper).return_in_kind([self.line(self.product, 2)])
        self.assertEqual(self.owed(), [])
        self.assertEqual(self.draw_line(self.agreement).qty_received, 2.0)
        self.assertEqual(self.quantity(self.product, self.stock_location), 3.0)
        self.assertAlmostEqual(self.value(self.product), 18.0)
        self.assertEqual(self.balance(self.agreement, self.product), 0.0)
        self.agreement.action_close()

    def test_value_difference_shows_in_the_variation_only(self):
        """The stock account ends at what the stock is worth; the rest is stock variation."""
        self.deliver(self.product, 10)
        self.receive(self.product, 5, 6.0)
        self.agreement.return_in_kind([self.line(self.product, 4)])
        self._close()
        accounts = self._get_stock_valuation_move_lines().account_id
        balance = sum(self._get_stock_valuation_move_lines().mapped("balance"))
        self.assertEqual(accounts, self.account_stock_valuation)
        self.assertAlmostEqual(balance, self.value(self.product))
        touched = self.env["account.move.line"].search([("company_id", "=", self.company.id)])
        self.assertEqual(
            touched.account_id, self.account_stock_valuation | self.account_stock_variation
        )

    def test_other_article(self):
        """2 of the borrowed article are paid for with 3 of another one."""
        other = self.make_product("fifo", name="Other")
        self.receive(other, 5, 4.0)
        self.deliver(self.product, 10)
        self.agreement.with_user(self.keeper).exchange(
            [self.line(self.product, 2)], [self.line(other, 3)]
        )
        self.assertEqual(self.owed(), [(2.0, 14.0)])
        self.assertAlmostEqual(self.value(other), 8.0)
        self.assertEqual(self.balance(self.agreement, self.product), 0.0)
        verbs = set(self.agreement.event_ids.mapped("verb"))
        self.assertEqual(verbs, {"fill_up", "draw", "draw_return", "pick_up"})

    def test_no_more_than_is_owed(self):
        self.deliver(self.product, 8)
        with self.assertRaisesRegex(UserError, "more than are owed"):
            self.agreement.buy_borrowed([self.line(self.product, 3)])
        self.receive(self.product, 9, 5.0)
        with self.assertRaisesRegex(UserError, "were never drawn"):
            self.agreement.return_in_kind([self.line(self.product, 3)])

    def test_unused_goods_go_back_without_a_trace_in_the_books(self):
        self.agreement.pick_up([self.line(self.product, 4)])
        self.assertFalse(self.agreement.purchase_order_ids)
        self.assertEqual(self.owed(), [])

    def test_owed_at_a_past_day(self):
        self.deliver(self.product, 10).date_done = self.day(10) + " 10:00:00"
        self.agreement.buy_borrowed([self.line(self.product, 3)], self.day(5))
        quantities = [
            sum(row["quantity"] for row in self.agreement.get_owed(self.day(days)))
            for days in (12, 7, 2)
        ]
        self.assertEqual(quantities, [0, 4.0, 1.0])

    def test_serial_in_kind_is_another_piece(self):
        product = self.make_product(tracking="serial")
        theirs, ours = self.make_lot(product, "T"), self.make_lot(product, "O")
        agreement = self.make_consigned(product, 1, kind="borrow_in", lots=[theirs])
        self.deliver(product, 1)
        self.receive(product, 1, 5.0, lot=ours)
        agreement.return_in_kind([self.line(product, 1, lot_id=ours.id)])
        self.assertEqual(agreement.get_owed(), [])
