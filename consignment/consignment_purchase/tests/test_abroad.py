from odoo.tests import tagged

from odoo.addons.consignment.tests.common import InSecondCompany

from . import test_commission
from .common import PurchaseConsignmentCommon


class Abroad(InSecondCompany):
    """Another company in its own currency; the owner is paid in a third one, two for one."""

    @classmethod
    def choose_company(cls):
        res = super().choose_company()
        cls.dollar = cls.make_currency("XDC", 6.0)
        return res

    def assert_amounts(self, move, theirs, ours):
        """What is on the document, and what it is in the company's currency."""
        self.assertEqual((move.company_id, move.currency_id), (self.company, self.dollar))
        self.assertAlmostEqual(move.amount_untaxed, theirs)
        self.assertAlmostEqual(move.amount_untaxed_signed, ours)


@tagged("post_install", "-at_install")
class TestAbroad(Abroad, PurchaseConsignmentCommon):
    def setUp(self):
        super().setUp()
        self.product = self.make_product()
        self.agreement = self.make_consigned(self.product, 20, 14.0, currency_id=self.dollar.id)

    def settle(self):
        bill = self.env["account.move"].browse(self.agreement.settle_vendor(self.today()))
        bill.invoice_date = self.today()
        bill.action_post()
        return bill

    def test_price_agreed_later(self):
        """6 billed at 14 (7 of ours), 2 open; the price is 16 since then."""
        self.deliver(self.product, 6)
        self.assert_amounts(self.settle(), 84.0, -42.0)
        self.deliver(self.product, 2)
        before = self.env["account.move"].search([])
        self.agreement.adjust_price(
            [{"product_id": self.product.id, "price_unit": 16.0}], self.today()
        )
        note = self.env["account.move"].search([]) - before
        self.assert_amounts(note, 12.0, -6.0)
        note.invoice_date = self.today()
        note.action_post()
        self.env.invalidate_all()
        values = {draw.drawn: draw.move_id.value for draw in self.draws(self.agreement)}
        self.assertEqual(values, {6.0: 48.0, 2.0: 16.0})

    def test_given_back_after_the_bill(self):
        picking = self.deliver(self.product, 6)
        self.settle()
        self._make_return(picking.move_ids, 2)
        self.assertAlmostEqual(self.value(self.product), 14.0)
        self.agreement.return_draw([self.line(self.product, 2)])
        self.assertAlmostEqual(self.value(self.product), 0.0)
        refund = self.settle()
        self.assertEqual(refund.move_type, "in_refund")
        self.assert_amounts(refund, 28.0, 14.0)

    def test_borrowed_bought_and_in_kind(self):
        borrowed = self.make_consigned(
            self.product, 4, 14.0, kind="borrow_in", currency_id=self.dollar.id
        )
        self.agreement.pick_up([self.line(self.product, 20)])
        self.receive(self.product, 6, 5.0)
        self.deliver(self.product, 10)
        [owed] = borrowed.get_owed()
        self.assertEqual((owed["quantity"], owed["value"]), (4.0, 56.0))
        self.assertEqual(owed["currency_id"], self.dollar.id)
        bill = borrowed.buy_borrowed([self.line(self.product, 2)])
        self.assert_amounts(self.env["account.move"].browse(bill), 28.0, -14.0)
        self.receive(self.product, 2, 5.0)
        borrowed.return_in_kind([self.line(self.product, 2)])
        self.assertFalse(borrowed.get_owed())


@tagged("post_install", "-at_install")
class TestCommissionAbroad(Abroad, test_commission.TestCommission):
    """Sold at 20 of ours, owed to the owner in the third currency."""

    @classmethod
    def make_consigned(cls, *args, **values):
        return super().make_consigned(*args, currency_id=cls.dollar.id, **values)

    def test_only_the_commission_is_income(self):
        picking = self.deliver(self.goods, 5)
        invoice = self.invoice(picking.move_ids, 5, 20.0)
        self.assertEqual(invoice.invoice_line_ids.account_id, self.agency)
        bill = self.env["account.move"].browse(self.agreement.settle_vendor(self.today()))
        self.assert_amounts(bill, 200.0, -100.0)
        commission = bill.consignment_settlement_ids.commission_invoice_id
        self.assert_amounts(commission, 20.0, 10.0)
        bill.invoice_date = self.today()
        (bill | commission).action_post()
        balance = self.env["account.move.line"].search([("account_id", "=", self.agency.id)])
        self.assertAlmostEqual(sum(balance.mapped("balance")), 0.0)
