from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PurchaseConsignmentCommon


@tagged("post_install", "-at_install")
class TestCommission(PurchaseConsignmentCommon):
    """Goods sold for their owner's account are neither bought nor a cost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agency = cls.env["account.account"].create(
            {"name": "Agency", "code": "231499", "account_type": "liability_current"}
        )
        cls.service = cls.env["product.product"].create({"name": "Commission", "type": "service"})
        cls.goods = cls.make_product()
        cls.agreement = cls.make_consigned(
            cls.goods,
            10,
            method="commission",
            commission_rate=10.0,
            commission_product_id=cls.service.id,
            commission_account_id=cls.agency.id,
        )

    def invoice(self, move, quantity, price, move_type="out_invoice"):
        """Invoice a delivery the way an order does: the line knows the move."""
        invoice = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.customer.id,
                "invoice_date": self.today(),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.goods.id,
                            "quantity": quantity,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        line, line_class = invoice.invoice_line_ids, type(self.env["account.move.line"])
        original = line_class._get_stock_moves
        self.patch(
            line_class,
            "_get_stock_moves",
            lambda lines: original(lines) | (move if line & lines else move.browse()),
        )
        invoice.action_post()
        return invoice

    def test_only_the_commission_is_income(self):
        picking = self.deliver(self.goods, 5)
        self.assertAlmostEqual(picking.move_ids.value, 0.0)
        self.assertFalse(self.agreement.purchase_order_ids)
        invoice = self.invoice(picking.move_ids, 5, 20.0)
        self.assertEqual(invoice.invoice_line_ids.account_id, self.agency)
        self.assertFalse(invoice.line_ids.filtered(lambda line: line.display_type == "cogs"))
        bill = self.env["account.move"].browse(self.agreement.settle_vendor(self.today()))
        self.assertAlmostEqual(bill.amount_untaxed, 100.0)
        self.assertEqual(bill.invoice_line_ids.account_id, self.agency)
        settlement = bill.consignment_settlement_ids
        self.assertAlmostEqual(settlement.commission, 10.0)
        self.assertAlmostEqual(settlement.commission_invoice_id.amount_untaxed, 10.0)
        self.assertEqual(settlement.commission_invoice_id.partner_id, self.consignor)
        bill.invoice_date = self.today()
        (bill | settlement.commission_invoice_id).action_post()
        balance = self.env["account.move.line"].search([("account_id", "=", self.agency.id)])
        self.assertAlmostEqual(sum(balance.mapped("balance")), 0.0)
        self.assertEqual(self.agreement.settle_vendor(self.today()), bill.id)

    def test_settled_sale_is_credited_not_reset(self):
        invoice = self.invoice(self.deliver(self.goods, 5).move_ids, 5, 20.0)
        self.agreement.settle_vendor(self.today())
        with self.assertRaisesRegex(UserError, "credit note"):
            invoice.button_draft()

    def test_mixed_line_is_refused(self):
        self.receive(self.goods, 5, 5.0)
        with self.assertRaisesRegex(UserError, "Use a line for each"):
            self.deliver(self.goods, 8)

    def test_not_consumed(self):
        production = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", self.company.id)], limit=1
        )
        with self.assertRaisesRegex(UserError, "held on commission"):
            self.deliver(self.goods, 3, location_dest_id=production.id)

    def test_not_invoiced_before_delivery(self):
        picking = self.deliver(self.goods, 5)
        waiting = picking.move_ids.copy({"picking_id": False})
        waiting._action_confirm()
        waiting._action_assign()
        with self.assertRaisesRegex(UserError, "before they are invoiced"):
            self.invoice(picking.move_ids | waiting, 8, 20.0)

    def test_closing_waits(self):
        self.invoice(self.deliver(self.goods, 10).move_ids, 10, 20.0)
        with self.assertRaisesRegex(UserError, "sold and not settled"):
            self.agreement.action_close()

    def test_nothing_is_drawn_by_hand(self):
        with self.assertRaisesRegex(UserError, "Nothing is drawn"):
            self.agreement.draw([self.line(self.goods, 1)])

    def test_account_is_needed_to_begin(self):
        with self.assertRaisesRegex(UserError, "agency account"):
            self.make_agreement(
                "consign_in", method="commission", commission_product_id=self.service.id
            )
