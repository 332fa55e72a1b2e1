from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentSaleCommon


@tagged("post_install", "-at_install")
class TestCorrection(ConsignmentSaleCommon):
    """Prices agreed later: who was invoiced is credited or debited, once and not twice."""

    def settle(self, quantity=4):
        self.fill(days_ago=30)
        order = self.order(
            self.agreement.report_sales([self.line(self.valve, quantity)], self.day(8))
        )
        self.invoice(order)
        return order

    def agree(self, price):
        self.agreement.adjust_price(
            [{"product_id": self.valve.id, "price_unit": price}], self.day(10)
        )

    @property
    def notes(self):
        return self.env["account.move"].search(
            [("consignment_agreement_id", "=", self.agreement.id)], order="id"
        )

    def test_a_second_change_starts_from_the_first(self):
        """50 → 45 → 40 on four pieces: 20 and again 20 back, not 20 and 40."""
        self.settle()
        self.agree(45.0)
        self.agree(40.0)
        self.assertEqual(self.notes.mapped("amount_untaxed"), [20.0, 20.0])
        self.assertEqual(set(self.notes.mapped("move_type")), {"out_refund"})

    def test_back_to_the_old_price(self):
        self.settle()
        self.agree(45.0)
        self.agree(50.0)
        self.assertEqual(self.notes.mapped("move_type"), ["out_refund", "out_invoice"])
        self.assertEqual(self.notes.mapped("amount_untaxed"), [20.0, 20.0])

    def test_a_cancelled_note_did_not_change_the_price(self):
        self.settle()
        self.agree(45.0)
        self.notes.button_cancel()
        self.agree(40.0)
        self.assertEqual(self.notes[-1].amount_untaxed, 40.0)

    def test_what_comes_back_takes_its_correction_back(self):
        """Four at 50, corrected to 45; two come back: 100 credited, 10 of it debited again."""
        order = self.settle()
        self.agree(45.0)
        self.agreement.return_sales(order.id, [self.line(self.valve, 2)], "stock")
        self.assertEqual(self.invoice(order).amount_untaxed, 100.0)
        self.assertEqual(self.notes.mapped("move_type"), ["out_refund", "out_invoice"])
        self.assertEqual(self.notes[-1].amount_untaxed, 10.0)

    def test_partly_invoiced_goods_are_corrected_as_a_whole(self):
        order = self.settle()
        order.order_line.product_uom_qty = 6
        self.agree(45.0)
        self.assertEqual(self.notes.amount_untaxed, 30.0)

    def test_an_order_made_by_hand_is_corrected_too(self):
        self.fill(days_ago=30)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.dealer.id,
                "consignment_agreement_id": self.agreement.id,
                "order_line": [(0, 0, {"product_id": self.valve.id, "product_uom_qty": 3})],
            }
        )
        order.action_confirm()
        self.invoice(order)
        self.agree(45.0)
        self.assertEqual(self.notes.amount_untaxed, 15.0)


@tagged("post_install", "-at_install")
class TestCommission(ConsignmentSaleCommon):
    """Whatever way the goods go, the commission follows them."""

    def setUp(self):
        super().setUp()
        service = self.env["product.product"].create(
            {"name": "Commission", "type": "service", "supplier_taxes_id": False}
        )
        self.agreement = self.make_agreement(
            method="commission",
            commission_rate=10.0,
            commission_product_id=service.id,
            user_id=self.seller.id,
        )
        self.fill()

    @property
    def bills(self):
        return self.env["account.move"].search(
            [
                ("consignment_agreement_id", "=", self.agreement.id),
                ("move_type", "in", ("in_invoice", "in_refund")),
            ],
            order="id",
        )

    def test_retail_to_the_dealer_and_a_bill_from_the_dealer(self):
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        self.assertEqual((self.bills.move_type, self.bills.amount_untaxed), ("in_invoice", 30.0))
        self.assertIn(order.name, self.bills.invoice_line_ids.name)
        self.assertEqual(self.bills.state, "draft", "accounting checks and posts it")
        report = order.consignment_report_ids
        self.assertEqual((report.commission, report.net_amount), (30.0, 270.0))

    def test_order_made_by_hand(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.dealer.id,
                "consignment_agreement_id": self.agreement.id,
                "order_line": [(0, 0, {"product_id": self.valve.id, "product_uom_qty": 3})],
            }
        )
        order.action_confirm()
        self.assertEqual(self.bills.amount_untaxed, 15.0)
        order.order_line.product_uom_qty = 5
        self.assertEqual(self.bills.mapped("amount_untaxed"), [15.0, 10.0])

    def test_core_return_refunds_the_commission(self):
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        self._make_return(order.picking_ids.move_ids, 2)
        self.assertEqual(self.bills.mapped("move_type"), ["in_invoice", "in_refund"])
        self.assertEqual(self.bills[-1].amount_untaxed, 10.0)

    def test_a_discount_lowers_the_commission(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.dealer.id,
                "consignment_agreement_id": self.agreement.id,
                "order_line": [
                    (0, 0, {"product_id": self.valve.id, "product_uom_qty": 2, "discount": 50})
                ],
            }
        )
        order.order_line.discount = 50
        order.action_confirm()
        self.assertEqual(self.bills.amount_untaxed, 5.0)

    def test_a_price_correction_corrects_the_commission(self):
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)], self.day(8)))
        self.invoice(order)
        self.agreement.adjust_price(
            [{"product_id": self.valve.id, "price_unit": 40.0}], self.day(10)
        )
        self.assertEqual(self.bills.mapped("move_type"), ["in_invoice", "in_refund"])
        self.assertEqual(self.bills[-1].amount_untaxed, 6.0)

    def test_what_comes_back_after_a_correction_takes_its_own_commission_back(self):
        """Four of six stay sold at 40: ten percent of 160."""
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)], self.day(8)))
        self.invoice(order)
        self.agreement.adjust_price(
            [{"product_id": self.valve.id, "price_unit": 40.0}], self.day(10)
        )
        self.agreement.return_sales(order.id, [self.line(self.valve, 2)], "stock")
        self.assertAlmostEqual(-sum(self.bills.mapped("amount_untaxed_signed")), 16.0)

    def test_salesperson_settles_without_accounting_rights(self):
        agreement = self.agreement.with_user(self.seller)
        order = agreement.report_sales([self.line(self.valve, 6)])
        agreement.return_sales(order, [self.line(self.valve, 6)], "dealer")
        self.assertEqual(self.bills.mapped("amount_untaxed"), [30.0, 30.0])

    def test_no_rate_no_bill(self):
        self.agreement.commission_rate = 0.0
        self.agreement.report_sales([self.line(self.valve, 6)])
        self.assertFalse(self.bills)

    def test_settlement_sheet(self):
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        reports = self.env["ir.actions.report"]
        html, _kind = reports._render_qweb_html(
            "consignment_sale.action_report_settlement", order.consignment_report_ids.ids
        )
        text = html.decode()
        for part in (self.valve.name, "30.00", "270.00", order.name):
            self.assertIn(part, text)


@tagged("post_install", "-at_install")
class TestCommissionDeducted(ConsignmentSaleCommon):
    """The commission is a line on our own invoice instead of a bill of the dealer."""

    def setUp(self):
        super().setUp()
        self.tax = self.company.account_sale_tax_id.copy({"amount": 13.0})
        self.valve.taxes_id = self.tax
        self.service = self.env["product.product"].create(
            {"name": "Commission", "type": "service", "taxes_id": self.tax.ids}
        )
        self.agreement = self.make_agreement(
            method="commission",
            commission_rate=10.0,
            commission_product_id=self.service.id,
            commission_document="deduction",
            user_id=self.seller.id,
        )
        self.fill()

    def settle(self, quantity=6, date=None):
        return self.order(self.agreement.report_sales([self.line(self.valve, quantity)], date))

    def deduction(self, invoice):
        return invoice.invoice_line_ids.filtered(lambda line: line.product_id == self.service)

    @property
    def notes(self):
        domain = [("consignment_agreement_id", "=", self.agreement.id)]
        return self.env["account.move"].search(domain, order="id")

    def test_invoice_is_net_of_the_commission(self):
        invoice = self.invoice(self.settle())
        line = self.deduction(invoice)
        self.assertEqual((line.price_subtotal, invoice.amount_untaxed), (-30.0, 270.0))
        self.assertEqual(line.account_id, self.service._get_product_accounts()["expense"])
        self.assertAlmostEqual(invoice.amount_tax, 270 * 0.13)
        self.assertFalse(self.notes, "the dealer bills nothing")

    def test_price_with_tax_included(self):
        included = self.tax.copy({"price_include_override": "tax_included"})
        self.valve.taxes_id = self.service.taxes_id = included
        order = self.order(self.agreement.report_sales([self.line(self.valve, 1, price_unit=113)]))
        self.assertAlmostEqual(order.amount_untaxed, 100.0)
        self.service.taxes_id = self.tax
        self.assertAlmostEqual(self.deduction(self.invoice(order)).price_subtotal, -10.0)

    def test_credit_note_takes_it_back(self):
        order = self.settle()
        self.invoice(order)
        self.agreement.return_sales(order.id, [self.line(self.valve, 2)], "stock")
        refund = self.invoice(order)
        self.assertEqual((refund.move_type, refund.amount_untaxed), ("out_refund", 90.0))

    def test_several_orders_on_one_invoice(self):
        orders = self.settle(6) | self.settle(2)
        invoice = self.invoice(orders)
        self.assertEqual(len(invoice), 1)
        self.assertEqual(self.deduction(invoice).mapped("price_subtotal"), [-30.0, -10.0])

    def test_price_correction_is_net_of_it_too(self):
        order = self.settle(date=self.day(8))
        self.invoice(order)
        self.agreement.adjust_price(
            [{"product_id": self.valve.id, "price_unit": 40.0}], self.day(10)
        )
        self.assertEqual((self.notes.move_type, self.notes.amount_untaxed), ("out_refund", 54.0))
        self.agreement.return_sales(order.id, [self.line(self.valve, 2)], "stock")
        self.invoice(order)
        notes = self.notes | order.invoice_ids
        # four stay sold at 40, less a tenth
        self.assertAlmostEqual(sum(notes.mapped("amount_untaxed_signed")), 144.0)

    def test_salesperson_invoices_without_accounting_rights(self):
        order = self.settle().with_user(self.seller)
        invoice = order._create_invoices()
        self.assertEqual(invoice.sudo().amount_untaxed, 270.0)

    def test_fixed_on_activation(self):
        with self.assertRaisesRegex(UserError, "fixed"):
            self.agreement.commission_document = "bill"

    def test_other_orders_of_the_dealer_deduct_nothing(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.dealer.id,
                "order_line": [
                    (0, 0, {"product_id": self.service.id, "product_uom_qty": 1, "price_unit": 9})
                ],
            }
        )
        order.action_confirm()
        self.assertEqual(self.invoice(order).amount_untaxed, 9.0)


@tagged("post_install", "-at_install")
class TestReturns(ConsignmentSaleCommon):
    def test_two_lines_do_not_return_more_than_was_sold(self):
        self.fill()
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        with self.assertRaisesRegex(UserError, "Line 2"):
            self.agreement.return_sales(
                order.id, [self.line(self.valve, 4), self.line(self.valve, 4)], "stock"
            )
        self.assertEqual(order.order_line.qty_delivered, 6)

    def test_nothing_returns_before_it_was_sold(self):
        self.fill()
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)], self.day(5)))
        with self.assertRaisesRegex(UserError, order.name):
            self.agreement.return_sales(order.id, [self.line(self.valve, 1)], "stock", self.day(7))

    def test_each_serial_is_offered_and_returns_once(self):
        valve = self.make_product("fifo", tracking="serial", taxes_id=False)
        serials = [self.make_lot(valve, f"S{number}") for number in range(3)]
        for serial in serials:
            self.receive(valve, 1, 5.0, lot=serial)
        self.agreement.fill_up([self.line(valve, 3)])
        order = self.order(self.agreement.report_sales([self.line(valve, 2)]))
        with self.assertRaisesRegex(UserError, "lot or serial"):
            self.agreement.return_sales(order.id, [self.line(valve, 2)], "stock")
        wizard = self.env["consignment.return"].create({"order_id": order.id})
        self.assertEqual(len(wizard.line_ids.lot_id), 2)
        wizard.action_return_all()
        wizard.destination = "dealer"
        wizard.action_confirm()
        self.assertEqual(order.order_line.qty_delivered, 0)
        with self.assertRaisesRegex(UserError, "Line 1"):
            self.agreement.return_sales(
                order.id, [self.line(valve, 1, lot_id=serials[0].id)], "stock"
            )

    def test_an_order_that_issued_goods_is_not_cancelled(self):
        self.fill()
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        with self.assertRaisesRegex(UserError, "settlement return"):
            order._action_cancel()
        self.agreement.return_sales(order.id, [self.line(self.valve, 6)], "dealer")
        order._action_cancel()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(self.balance(self.agreement, self.valve), 15)
