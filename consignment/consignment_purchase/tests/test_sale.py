from odoo import Command
from odoo.tests import tagged

from .common import PurchaseConsignmentCommon


@tagged("post_install", "-at_install")
class TestSale(PurchaseConsignmentCommon):
    """Sold on an ordinary order: delivery, invoice and cost of goods sold as the host does."""

    def setUp(self):
        super().setUp()
        if self.env["ir.module.module"]._get("sale_stock").state != "installed":
            self.skipTest("Sales is not installed: deliveries alone are tested elsewhere.")

    def sell(self, product, quantity, company=None):
        company = company or self.company
        orders = self.env["sale.order"].with_company(company)
        order = orders.create(
            {
                "partner_id": self.customer.id,
                "company_id": company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "price_unit": 20.0,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        picking.action_assign()
        picking.move_ids.picked = True
        picking._action_done()
        invoice = order._create_invoices()
        invoice.action_post()
        return order, invoice

    def cost(self, invoice):
        lines = invoice.line_ids.filtered(lambda line: line.display_type == "cogs")
        return sum(lines.filtered(lambda line: line.debit).mapped("debit"))

    def test_cost_of_goods_sold(self):
        for method in ("average", "fifo"):
            with self.subTest(method=method):
                product = self.make_product(method, invoice_policy="delivery")
                self.receive(product, 10, 5.0, days_ago=9)
                agreement = self.make_consigned(product, 10)
                order, invoice = self.sell(product, 12)
                self.assertEqual(order.order_line.qty_delivered, 12.0)
                self.assertAlmostEqual(self.cost(invoice), 64.0)
                self.assertFalse(self.draws(agreement).move_id.sale_line_id)

    def test_serials_are_on_the_invoice(self):
        product = self.make_product(tracking="serial", invoice_policy="delivery")
        lots = [self.make_lot(product, f"S{number}") for number in range(3)]
        self.make_consigned(product, 3, lots=lots)
        _order, invoice = self.sell(product, 2)
        values = invoice._get_invoiced_lot_values()
        self.assertEqual({value["lot_name"] for value in values}, {"S0", "S1"})

    def test_commission_sale(self):
        """Sold for the owner's account: no cost, no income but the commission."""
        agency = self.env["account.account"].create(
            {"name": "Agency", "code": "231498", "account_type": "liability_current"}
        )
        service = self.env["product.product"].create({"name": "Commission", "type": "service"})
        product = self.make_product(invoice_policy="delivery")
        agreement = self.make_consigned(
            product,
            10,
            method="commission",
            commission_rate=8.0,
            commission_product_id=service.id,
            commission_account_id=agency.id,
        )
        order, invoice = self.sell(product, 5)
        self.assertEqual(order.order_line.qty_delivered, 5.0)
        self.assertEqual(invoice.invoice_line_ids.account_id, agency)
        self.assertAlmostEqual(self.cost(invoice), 0.0)
        bill = self.env["account.move"].browse(agreement.settle_vendor(self.today()))
        self.assertAlmostEqual(bill.amount_untaxed, 100.0)
        self.assertAlmostEqual(bill.consignment_settlement_ids.commission, 8.0)

    def test_second_company_in_another_currency(self):
        """The same numbers in a company of its own, which shares the product."""
        other = self.other_company
        self.env.user.company_ids |= other
        env = self.env(context={**self.env.context, "allowed_company_ids": other.ids})
        warehouse = env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        product = self.make_product("average").with_env(env)
        currency = env["res.currency"].create(
            {
                "name": "XVE",
                "symbol": "E",
                "rate_ids": [
                    Command.create({"name": "2020-01-01", "rate": 0.5, "company_id": False})
                ],
            }
        )
        agreement = env["consignment.agreement"].create(
            {
                "kind": "consign_in",
                "partner_id": self.consignor.id,
                "company_id": other.id,
                "currency_id": currency.id,
                "purchase_tax_source": "agreement",
            }
        )
        self.assertEqual(agreement.warehouse_id, warehouse)
        agreement.action_activate()
        agreement.fill_up([self.line(product, 10, price_unit=3.5)])
        order, _invoice = self.sell(product, 2, other)
        draw = env["consignment.draw"].search([("agreement_id", "=", agreement.id)])
        self.assertAlmostEqual(draw.move_id.value, 14.0)
        self.assertAlmostEqual(draw.amount, 7.0)
        self.assertEqual(order.picking_ids.company_id, other)
        bill = env["account.move"].browse(agreement.settle_vendor(self.today()))
        self.assertEqual((bill.company_id, bill.currency_id), (other, currency))
