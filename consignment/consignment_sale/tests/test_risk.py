from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ConsignmentSaleCommon


@tagged("post_install", "-at_install")
class TestRisk(ConsignmentSaleCommon):
    def test_exposure_is_goods_uninvoiced_and_receivable(self):
        self.fill(stock=30)
        self.assertAlmostEqual(self.agreement._get_exposure(), 97.5)
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        self.assertAlmostEqual(self.agreement._get_exposure(), 58.5 + 300.0)
        self.invoice(order)
        self.env.invalidate_all()
        self.assertAlmostEqual(self.agreement._get_exposure(), 58.5 + 300.0)

    def test_guarantee_warns_before_the_fill_up(self):
        self.fill(stock=30)
        self.agreement.guarantee_amount = 100.0
        wizard = self.env["consignment.transfer"].create(
            {
                "agreement_id": self.agreement.id,
                "operation": "fill_up",
                "line_ids": [(0, 0, {"product_id": self.valve.id, "quantity": 1})],
            }
        )
        self.assertIn("guarantee", wizard.warning)
        wizard.action_confirm()
        self.assertTrue(self.agreement.is_exposed)

    def test_limit_counts_what_is_owed(self):
        self.fill(stock=30)
        self.agreement.report_sales([self.line(self.valve, 6)])
        self.agreement.value_limit = 300.0
        with self.assertRaisesRegex(UserError, "limit"):
            self.agreement.fill_up([self.line(self.valve, 1)])

    def set_reclass_accounts(self):
        self.shipped = self.env["account.account"].create(
            {"name": "Shipped", "code": "140699", "account_type": "asset_current"}
        )
        self.company.consignment_shipped_account_id = self.shipped
        self.company.consignment_reclass_journal_id = self.company.account_stock_journal_id

    def test_reclass_is_not_undone_by_the_closing(self):
        self.set_reclass_accounts()
        self.fill(days_ago=40)
        day = fields.Date.today() - timedelta(days=1)
        self._close(at_date=day)
        move = self.env["account.move"].browse(
            self.env["consignment.agreement"].create_reclass(
                self.company.id, fields.Date.to_string(day)
            )
        )
        shipped = move.line_ids.filtered(lambda line: line.account_id == self.shipped)
        self.assertAlmostEqual(shipped.balance, 97.5)
        self.assertEqual(move.state, "posted")
        with self.assertRaisesRegex(UserError, "correctly closed"):
            self._close(at_date=day)
        self.assertEqual(move.reversal_move_ids.date, day + timedelta(days=1))
        with self.assertRaisesRegex(UserError, "correctly closed"):
            self._close()

    def test_reclass_without_accounts(self):
        with self.assertRaises(UserError):
            self.env["consignment.agreement"].create_reclass(self.company.id, self.day(1))

    def test_reclass_of_nothing(self):
        self.set_reclass_accounts()
        agreements = self.env["consignment.agreement"]
        self.assertEqual(agreements.create_reclass(self.company.id, self.day(1)), 0)

    def test_reclass_is_posted_once_a_day(self):
        """Who asks again gets the same entry; one that was taken back may be made anew."""
        self.set_reclass_accounts()
        self.fill(days_ago=40)
        agreements = self.env["consignment.agreement"]
        first = agreements.create_reclass(self.company.id, self.day(1))
        self.assertEqual(agreements.create_reclass(self.company.id, self.day(1)), first)
        move = self.env["account.move"].browse(first)
        (move | move.reversal_move_ids).button_draft()
        second = agreements.create_reclass(self.company.id, self.day(1))
        self.assertNotEqual(second, first)
        self.assertEqual(self.env["account.move"].browse(second).state, "posted")

    def test_reclass_is_the_accountants(self):
        self.set_reclass_accounts()
        agreements = self.env["consignment.agreement"].with_user(self.seller)
        with self.assertRaises(AccessError):
            agreements.create_reclass(self.company.id, self.day(1))
