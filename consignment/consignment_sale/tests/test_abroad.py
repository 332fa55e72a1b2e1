from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.consignment.tests.common import InSecondCompany

from .common import ConsignmentSaleCommon


@tagged("post_install", "-at_install")
class TestAbroad(InSecondCompany, ConsignmentSaleCommon):
    """Another company in its own currency; its dealer settles in a third one, two for one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dollar = cls.make_currency("XDC", 6.0)
        cls.service = cls.env["product.product"].create(
            {"name": "Commission", "type": "service", "supplier_taxes_id": False, "taxes_id": False}
        )

    def start(self, **values):
        """Twenty received at 6.5 in the company's currency, fifteen out at 100 in the dealer's."""
        self.agreement = self.make_agreement(currency_id=self.dollar.id, **values)
        self.receive(self.valve, 20, 6.5, days_ago=45)
        self.agreement.fill_up([self.line(self.valve, 15, price_unit=100.0)], self.day(40))
        return self.agreement

    def settle(self, quantity=6, days_ago=8):
        lines = [self.line(self.valve, quantity)]
        order = self.order(self.agreement.report_sales(lines, self.day(days_ago)))
        self.assertEqual((order.company_id, order.currency_id), (self.company, self.dollar))
        return order

    @property
    def notes(self):
        domain = [("consignment_agreement_id", "=", self.agreement.id)]
        return self.env["account.move"].search(domain, order="id")

    def assert_amounts(self, move, theirs, ours):
        """What is on the document, and what it is in the company's currency."""
        self.assertEqual((move.company_id, move.currency_id), (self.company, self.dollar))
        self.assertAlmostEqual(move.amount_untaxed, theirs)
        self.assertAlmostEqual(move.amount_untaxed_signed, ours)

    def test_price_correction(self):
        agreement = self.start()
        self.assert_amounts(self.invoice(self.settle()), 600.0, 300.0)
        agreement.adjust_price([{"product_id": self.valve.id, "price_unit": 80.0}], self.day(10))
        self.assertEqual(self.notes.move_type, "out_refund")
        self.assert_amounts(self.notes, 120.0, -60.0)
        self.assert_amounts(self.invoice(self.settle(2, days_ago=5)), 160.0, 80.0)

    def test_commission(self):
        agreement = self.start(
            method="commission", commission_rate=10.0, commission_product_id=self.service.id
        )
        order = self.settle()
        self.assert_amounts(self.notes, 60.0, -30.0)
        agreement.return_sales(order.id, [self.line(self.valve, 2)], "stock")
        self.assert_amounts(self.notes[1], 20.0, 10.0)

    def test_commission_deducted(self):
        self.start(
            method="commission",
            commission_rate=10.0,
            commission_product_id=self.service.id,
            commission_document="deduction",
        )
        self.assert_amounts(self.invoice(self.settle()), 540.0, 270.0)

    def test_return(self):
        agreement = self.start()
        order = self.settle()
        invoice = self.invoice(order)
        self.assertAlmostEqual(self.cogs(invoice), 39.0)
        for destination, there in (("stock", 9), ("dealer", 10), ("scrap", 10)):
            agreement.return_sales(order.id, [self.line(self.valve, 1)], destination)
            self.assertEqual(self.balance(agreement, self.valve), there)
        refund = self.invoice(order)
        self.assertEqual(refund.move_type, "out_refund")
        self.assert_amounts(refund, 300.0, -150.0)
        self.assertAlmostEqual(self.cogs(refund), -19.5)
        # one of the twenty is lost, three are sold
        self.assertAlmostEqual(self.value(self.valve), 16 * 6.5)

    def test_month_end(self):
        shipped = self.env["account.account"].create(
            {"name": "Shipped", "code": "140699", "account_type": "asset_current"}
        )
        self.company.consignment_shipped_account_id = shipped
        self.company.consignment_reclass_journal_id = self.company.account_stock_journal_id
        self.start()
        self.settle(days_ago=20)
        day = fields.Date.today() - timedelta(days=1)
        move = self.env["account.move"].browse(
            self.env["consignment.agreement"].create_reclass(
                self.company.id, fields.Date.to_string(day)
            )
        )
        line = move.line_ids.filtered(lambda line: line.account_id == shipped)
        self.assertEqual(move.company_id, self.company)
        self.assertEqual(line.currency_id, self.company.currency_id)
        self.assertAlmostEqual(line.balance, 58.5)

    def test_exposure(self):
        """Nine pieces at 6.5, and an invoice of 600, as the dealer counts."""
        agreement = self.start()
        self.invoice(self.settle())
        self.assertAlmostEqual(agreement._get_exposure(), 9 * 6.5 * 2 + 600.0)

    def test_count_and_loan(self):
        agreement = self.start()
        order = self.order(agreement.settle_by_count([self.line(self.valve, 11)]))
        self.assertAlmostEqual(order.amount_untaxed, 400.0)
        loan = self.make_agreement("loan_out", currency_id=self.dollar.id)
        loan.fill_up([self.line(self.valve, 2, price_unit=90.0)])
        sold = self.order(loan.convert([self.line(self.valve, 1)], "sale"))
        self.assertEqual((sold.currency_id, sold.amount_untaxed), (self.dollar, 90.0))
