from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentSaleCommon


@tagged("post_install", "-at_install")
class TestSettlement(ConsignmentSaleCommon):
    def test_fill_up_issue_invoice_cost(self):
        """15 of 20 go out, 6 are sold: value 130 stays, then 91; invoice 300, cost 39."""
        self.fill()
        self.assertEqual(self.valve.qty_available, 5)
        self.assertAlmostEqual(self.value(self.valve), 130.0)
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.order_line.qty_delivered, 6)
        self.assertEqual(order.order_line.price_unit, 50.0)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(order.picking_ids.location_id, self.agreement.location_id)
        self.assertAlmostEqual(self.value(self.valve), 91.0)
        invoice = self.invoice(order)
        self.assertEqual(invoice.amount_untaxed, 300.0)
        self.assertAlmostEqual(self.cogs(invoice), 39.0)
        self.assertEqual(self.balance(self.agreement, self.valve), 9)

    def test_every_cost_method_books_its_own_cost(self):
        for method, cost in (("standard", 36.0), ("average", 30.0), ("fifo", 30.0)):
            for valuation in ("periodic", "real_time"):
                with self.subTest(method=method, valuation=valuation):
                    valve = self.make_product(method, valuation, taxes_id=False)
                    self.receive(valve, 20, 5.0)
                    self.agreement.fill_up([self.line(valve, 15)])
                    before = self.value(valve)
                    order = self.order(self.agreement.report_sales([self.line(valve, 6)]))
                    self.assertAlmostEqual(before - self.value(valve), cost)
                    self.assertAlmostEqual(order.picking_ids.move_ids.value, cost)

    def test_the_report_is_kept(self):
        self.fill()
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        report = order.consignment_report_ids
        self.assertEqual(report.state, "confirmed")
        self.assertEqual(report.line_ids.quantity, 6)
        event = self.env["consignment.event"].search(
            [("agreement_id", "=", self.agreement.id), ("verb", "=", "issue")]
        )
        self.assertEqual(event.sale_order_id, order)

    def test_more_than_the_balance_is_refused(self):
        self.fill()
        with self.assertRaisesRegex(UserError, "only 15 are there"):
            self.agreement.report_sales([self.line(self.valve, 16)])
        self.assertFalse(self.agreement.order_ids)

    def test_more_than_the_balance_becomes_a_difference(self):
        self.fill()
        self.agreement.over_settlement = "difference"
        order = self.order(self.agreement.report_sales([self.line(self.valve, 17)]))
        self.assertEqual(order.order_line.qty_delivered, 15)
        report = order.consignment_report_ids
        self.assertEqual(report.line_ids.difference, 2)
        self.assertTrue(report.has_difference)
        warning = self.env.ref("mail.mail_activity_data_warning")
        self.assertEqual(report.activity_ids.activity_type_id, warning)
        self.assertEqual(self.quantity(self.valve, self.agreement.location_id), 0)

    def test_report_of_last_month(self):
        """Dated as the report; last month's statement shows it, the lock date holds."""
        self.fill(days_ago=60)
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)], self.day(40)))
        date = fields.Date.today() - timedelta(days=40)
        self.assertEqual(order.date_order.date(), date)
        self.assertEqual(order.picking_ids.date_done.date(), date)
        self.assertEqual(self.balance(self.agreement, self.valve, self.day(41)), 15)
        self.assertEqual(self.balance(self.agreement, self.valve, self.day(39)), 9)
        self.assertAlmostEqual(self.value(self.valve, self.day(39)), 91.0)
        statement = self.agreement.get_statement(self.day(45), self.day(30))
        self.assertEqual(statement["lines"][0]["issue"], 6)
        self.company.fiscalyear_lock_date = date
        with self.assertRaisesRegex(UserError, "closed in the books"):
            self.agreement.report_sales([self.line(self.valve, 1)], self.day(45))

    def test_settlement_return_back_to_us(self):
        self.fill()
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        self.invoice(order)
        self.agreement.return_sales(order.id, [self.line(self.valve, 2)], "stock")
        self.assertEqual(order.order_line.qty_delivered, 4)
        self.assertEqual(order.order_line.qty_to_invoice, -2)
        self.assertEqual(self.valve.qty_available, 7)
        self.assertAlmostEqual(self.value(self.valve), 104.0)
        credit = self.invoice(order)
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(credit.amount_untaxed, 100.0)
        self.assertAlmostEqual(self.cogs(credit), -13.0)

    def test_settlement_return_stays_with_the_dealer(self):
        self.fill()
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        self.invoice(order)
        self.agreement.return_sales(order.id, [self.line(self.valve, 2)], "dealer")
        self.assertEqual(self.balance(self.agreement, self.valve), 11)
        self.assertEqual(order.order_line.qty_to_invoice, -2)
        self.assertAlmostEqual(self.value(self.valve), 104.0)

    def test_settlement_return_scrapped_there(self):
        """Credited in full, yet the goods are lost: the value goes with them."""
        self.fill()
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        self.invoice(order)
        self.agreement.return_sales(order.id, [self.line(self.valve, 2)], "scrap")
        self.assertEqual(self.balance(self.agreement, self.valve), 9)
        self.assertEqual(order.order_line.qty_to_invoice, -2)
        self.assertAlmostEqual(self.value(self.valve), 91.0)
        self.assertAlmostEqual(self.cogs(self.invoice(order)), -13.0)

    def test_core_return_wizard_goes_back_to_the_dealer(self):
        self.fill()
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        self._make_return(order.picking_ids.move_ids, 2)
        self.assertEqual(self.balance(self.agreement, self.valve), 11)
        self.assertEqual(order.order_line.qty_delivered, 4)

    def test_no_more_is_returned_than_was_sold(self):
        self.fill()
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        with self.assertRaisesRegex(UserError, "Line 1"):
            self.agreement.return_sales(order.id, [self.line(self.valve, 7)], "stock")
        other = self.make_agreement()
        with self.assertRaises(UserError):
            other.return_sales(order.id, [self.line(self.valve, 1)], "stock")
        with self.assertRaises(UserError):
            self.agreement.return_sales(order.id, [self.line(self.valve, 1)], "moon")

    def test_agreement_closes_only_at_zero_and_invoiced(self):
        self.fill()
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        self.agreement.pick_up([self.line(self.valve, 9)])
        with self.assertRaisesRegex(UserError, order.name):
            self.agreement.action_close()
        self.invoice(order)
        draft = self.env["consignment.report"].create({"agreement_id": self.agreement.id})
        with self.assertRaisesRegex(UserError, draft.name):
            self.agreement.action_close()
        draft.action_cancel()
        self.agreement.action_close()
        self.assertEqual(self.agreement.state, "closed")

    def test_price_survives_a_change_of_quantity(self):
        self.fill()
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6, price_unit=44.0)]))
        order.order_line.product_uom_qty = 8
        self.assertEqual(order.order_line.price_unit, 44.0)
        self.assertEqual(order.order_line.qty_delivered, 8, "what is added is issued too")
        self.assertEqual(self.balance(self.agreement, self.valve), 7)

    def test_order_made_by_hand_takes_the_agreed_price_and_place(self):
        self.fill()
        order = self.env["sale.order"].create(
            {
                "partner_id": self.dealer.id,
                "consignment_agreement_id": self.agreement.id,
                "order_line": [
                    (0, 0, {"product_id": self.valve.id, "product_uom_qty": 3}),
                ],
            }
        )
        self.assertEqual(order.order_line.price_unit, 50.0)
        order.action_confirm()
        self.assertEqual(self.balance(self.agreement, self.valve), 12)

    def test_price_adjustment(self):
        """From day 10 on at 45: invoiced goods are credited, open ones settle at the new price."""
        self.fill(days_ago=30)
        old = self.order(self.agreement.report_sales([self.line(self.valve, 1)], self.day(20)))
        invoiced = self.order(self.agreement.report_sales([self.line(self.valve, 2)], self.day(8)))
        open_order = self.order(
            self.agreement.report_sales([self.line(self.valve, 3)], self.day(5))
        )
        self.invoice(old)
        self.invoice(invoiced)
        self.agreement.adjust_price(
            [{"product_id": self.valve.id, "price_unit": 45.0}], self.day(10)
        )
        note = self.env["account.move"].search(
            [("consignment_agreement_id", "=", self.agreement.id)]
        )
        self.assertEqual(note.move_type, "out_refund")
        self.assertEqual(note.amount_untaxed, 10.0)
        self.assertEqual(note.state, "draft")
        self.assertEqual(open_order.order_line.price_unit, 45.0)
        self.assertEqual(old.order_line.price_unit, 50.0)
        self.assertEqual(len(self.agreement.price_ids), 2)
        with self.assertRaises(UserError):
            self.agreement.price_ids.filtered("is_used")[0].price_unit = 1.0
        note.action_post()
        self.assertFalse(self.cogs(note), "the goods did not come back")

    def test_price_rise_is_debited(self):
        self.fill(days_ago=30)
        order = self.order(self.agreement.report_sales([self.line(self.valve, 2)], self.day(8)))
        self.invoice(order)
        self.agreement.adjust_price(
            [{"product_id": self.valve.id, "price_unit": 60.0}], self.day(10)
        )
        note = self.env["account.move"].search(
            [("consignment_agreement_id", "=", self.agreement.id)]
        )
        self.assertEqual((note.move_type, note.amount_untaxed), ("out_invoice", 20.0))

    def test_commission(self):
        """The dealer is invoiced at retail and bills 10 % of it."""
        service = self.env["product.product"].create(
            {"name": "Commission", "type": "service", "supplier_taxes_id": False}
        )
        agreement = self.make_agreement(
            method="commission", commission_rate=10.0, commission_product_id=service.id
        )
        self.receive(self.valve, 10, 5.0)
        agreement.fill_up([self.line(self.valve, 10, price_unit=50.0)])
        order = self.order(agreement.report_sales([self.line(self.valve, 6)]))
        bill = self.env["account.move"].search([("consignment_agreement_id", "=", agreement.id)])
        self.assertEqual((bill.move_type, bill.amount_untaxed), ("in_invoice", 30.0))
        self.assertEqual(self.invoice(order).amount_untaxed, 300.0)
        agreement.return_sales(order.id, [self.line(self.valve, 2)], "stock")
        refund = self.env["account.move"].search(
            [
                ("consignment_agreement_id", "=", agreement.id),
                ("move_type", "=", "in_refund"),
            ]
        )
        self.assertEqual(refund.amount_untaxed, 10.0)

    def test_foreign_dealer(self):
        currency = self.setup_other_currency("EUR", rates=[("2000-01-01", 0.5)])
        agreement = self.make_agreement(currency_id=currency.id)
        self.receive(self.valve, 10, 5.0)
        agreement.fill_up([self.line(self.valve, 10, price_unit=8.0)])
        order = self.order(agreement.report_sales([self.line(self.valve, 5)]))
        self.assertEqual(order.currency_id, currency)
        invoice = self.invoice(order)
        self.assertEqual(invoice.amount_untaxed, 40.0)
        self.assertEqual(abs(invoice.amount_untaxed_signed), 80.0)
        self.assertAlmostEqual(self.cogs(invoice), 25.0)

    def test_pricelist_of_the_agreement(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Dealers",
                "company_id": self.company.id,
                "item_ids": [
                    (
                        0,
                        0,
                        {"compute_price": "fixed", "fixed_price": 33.0, "applied_on": "3_global"},
                    )
                ],
            }
        )
        agreement = self.make_agreement(pricelist_id=pricelist.id)
        self.receive(self.valve, 10, 5.0)
        agreement.fill_up([self.line(self.valve, 10)])
        order = self.order(agreement.report_sales([self.line(self.valve, 5)]))
        self.assertEqual(order.order_line.price_unit, 33.0)

    def test_boxes(self):
        self.fill()
        order = self.order(
            self.agreement.report_sales(
                [self.line(self.valve, 1, uom_id=self.uom_pack_of_6.id, price_unit=240.0)]
            )
        )
        self.assertEqual(order.order_line.product_uom_qty, 6)
        self.assertEqual(order.amount_untaxed, 240.0)
        self.valve.whole_units = True
        with self.assertRaises(UserError):
            self.agreement.report_sales([self.line(self.valve, 0.5)])

    def test_lots_follow_to_the_customer(self):
        valve = self.make_product("fifo", tracking="serial", taxes_id=False)
        serials = [self.make_lot(valve, f"S{number}") for number in range(3)]
        for serial in serials:
            self.receive(valve, 1, 5.0, lot=serial)
        self.agreement.fill_up([self.line(valve, 3)])
        order = self.order(self.agreement.report_sales([self.line(valve, 1, lot_id=serials[1].id)]))
        self.assertEqual(order.picking_ids.move_line_ids.lot_id, serials[1])
        self.agreement.return_sales(order.id, [self.line(valve, 1, lot_id=serials[1].id)], "dealer")
        lots = {row["lot_id"] for row in self.agreement.get_balance()}
        self.assertEqual(lots, {serial.id for serial in serials})

    def test_second_company_and_currency(self):
        """The same numbers in a company with its own currency and chart."""
        currency = self.setup_other_currency("EUR", rates=[("2000-01-01", 1.0)])
        company = self.env["res.company"].create(
            {"name": "Branch Abroad", "currency_id": currency.id}
        )
        self.env["account.chart.template"]._load("generic_coa", company, install_demo=False)
        company.currency_id = currency
        env = self.env(context={**self.env.context, "allowed_company_ids": company.ids})
        warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        valve = env["product.product"].create(
            {"name": "Valve abroad", "is_storable": True, "standard_price": 6.5}
        )
        env["stock.quant"]._update_available_quantity(valve, warehouse.lot_stock_id, 20)
        agreement = env["consignment.agreement"].create(
            {"partner_id": self.dealer.id, "company_id": company.id}
        )
        agreement.action_activate()
        agreement.fill_up([self.line(valve, 15, price_unit=50.0)])
        order = env["sale.order"].browse(agreement.report_sales([self.line(valve, 6)]))
        self.assertEqual(order.company_id, company)
        self.assertEqual(order.currency_id, currency)
        self.assertEqual(order.amount_untaxed, 300.0)
        self.assertEqual(self.balance(agreement, valve), 9)
        self.check_the_rest_abroad(agreement, order, valve)

    def check_the_rest_abroad(self, agreement, order, valve):
        """A box of six, half a piece refused, a return to each place, a count, the close."""
        pack = self.uom_pack_of_6
        boxed = order.browse(
            agreement.report_sales([self.line(valve, 1, uom_id=pack.id, price_unit=240.0)])
        )
        self.assertEqual((boxed.order_line.product_uom_qty, boxed.amount_untaxed), (6, 240.0))
        valve.whole_units = True
        with self.assertRaises(UserError), self.cr.savepoint():
            agreement.report_sales([self.line(valve, 0.5)])
        for destination in ("stock", "dealer", "scrap"):
            agreement.return_sales(order.id, [self.line(valve, 1)], destination)
        self.assertEqual(self.balance(agreement, valve), 4)
        counted = order.browse(agreement.settle_by_count([self.line(valve, 1)]))
        self.assertEqual(counted.amount_untaxed, 150.0)
        agreement.pick_up([self.line(valve, 1)])
        orders = order | boxed | counted
        orders._create_invoices(final=True)
        self.assertEqual(orders.invoice_ids.currency_id, agreement.currency_id)
        agreement.action_close()
