from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ConsignmentSaleCommon


@tagged("post_install", "-at_install")
class TestSecurity(ConsignmentSaleCommon):
    def test_salesperson_settles_without_stock_rights(self):
        self.fill()
        agreement = self.agreement.with_user(self.seller)
        order = self.order(agreement.report_sales([self.line(self.valve, 6)]))
        self.assertEqual(order.order_line.qty_delivered, 6)
        agreement.settle_by_count([self.line(self.valve, 8)])
        agreement.settle_by_count([self.line(self.valve, 9)])
        agreement.return_sales(order.id, [self.line(self.valve, 1)], "scrap")
        self.assertEqual(self.balance(self.agreement, self.valve), 9)

    def test_salesperson_sees_own_dealers_only(self):
        other = self.make_agreement(user_id=self.env.ref("base.user_admin").id)
        consigned = self.make_agreement("consign_in", user_id=self.seller.id)
        agreements = self.env["consignment.agreement"].with_user(self.seller)
        found = agreements.search([])
        self.assertIn(self.agreement, found)
        self.assertNotIn(other, found)
        self.assertNotIn(consigned, found)
        with self.assertRaises(AccessError):
            other.with_user(self.seller).report_sales([self.line(self.valve, 1)])

    def test_portal_has_no_right_on_the_models(self):
        portal = new_test_user(self.env, "dealer_user", groups="base.group_portal")
        for model in (
            "consignment.agreement",
            "consignment.report",
            "consignment.report.line",
            "consignment.event",
            "consignment.ageing",
        ):
            for operation in ("read", "write", "create", "unlink"):
                self.assertFalse(self.env[model].with_user(portal).has_access(operation))

    def test_report_state_cannot_be_forged(self):
        report = self.env["consignment.report"].with_user(self.seller)
        order = self.env["sale.order"].create({"partner_id": self.dealer.id})
        for values in ({"state": "confirmed"}, {"order_id": order.id}):
            with self.assertRaises(UserError):
                report.create({"agreement_id": self.agreement.id, **values})
        draft = report.create({"agreement_id": self.agreement.id})
        for values in ({"state": "confirmed"}, {"order_id": order.id}):
            with self.assertRaises(UserError):
                draft.with_context(consignment_transition=True).write(values)

    def test_report_figures_cannot_be_forged(self):
        self.fill()
        report = self.env["consignment.report"].with_user(self.seller)
        report = report.with_context(default_state="confirmed", default_amount=9).create(
            {"agreement_id": self.agreement.id}
        )
        self.assertEqual((report.state, report.amount), ("draft", 0.0))
        for values in ({"amount": 1.0}, {"has_difference": False}, {"company_id": 1}):
            with self.subTest(values=values), self.assertRaises(UserError):
                report.write(values)
            with self.assertRaises(UserError):
                report.create({"agreement_id": self.agreement.id, **values})

    def test_confirmed_order_keeps_its_agreement(self):
        self.fill()
        order = self.order(self.agreement.report_sales([self.line(self.valve, 2)]))
        order = order.with_user(self.seller)
        for agreement in (self.make_agreement().id, False):
            with self.assertRaisesRegex(UserError, "is confirmed"):
                order.consignment_agreement_id = agreement
        order.consignment_agreement_id = self.agreement.id

    def test_salesperson_sees_goods_and_prices_of_own_dealers_only(self):
        self.fill()
        other = self.make_agreement(user_id=self.env.ref("base.user_admin").id)
        other.fill_up([self.line(self.valve, 2, price_unit=40.0)])
        self.make_agreement("consign_in").fill_up([self.line(self.valve, 2, price_unit=4.0)])
        for name in ("price", "event", "ageing"):
            records = self.env[f"consignment.{name}"].with_user(self.seller).search([])
            self.assertEqual(records.agreement_id, self.agreement, name)
        with self.assertRaises(AccessError):
            self.env["consignment.price"].with_user(self.seller).create(
                {"agreement_id": other.id, "product_id": self.valve.id, "price_unit": 1.0}
            )

    def test_settled_report_is_history(self):
        self.fill()
        order = self.order(self.agreement.report_sales([self.line(self.valve, 6)]))
        report = order.consignment_report_ids
        with self.assertRaises(UserError):
            report.line_ids.quantity = 1
        with self.assertRaises(UserError):
            report.date = self.day(1)
        with self.assertRaises(UserError):
            report.line_ids.unlink()
        with self.assertRaises(UserError):
            report.unlink()
        with self.assertRaises(UserError):
            report.action_confirm()

    def test_stock_user_does_not_settle(self):
        self.fill()
        with self.assertRaises(AccessError):
            self.agreement.with_user(self.keeper).report_sales([self.line(self.valve, 1)])

    def test_host_orders_cost_nothing_more(self):
        """Orders without consignment are told apart with two queries for all their lines."""
        values = {
            "partner_id": self.dealer.id,
            "order_line": [(0, 0, {"product_id": self.valve.id, "product_uom_qty": 1})],
        }
        orders = self.env["sale.order"].create([dict(values) for _number in range(3)])
        orders.action_confirm()
        self.assertFalse(orders.order_line.filtered(lambda line: line._is_consigned()))
        self.env.flush_all()
        self.env.invalidate_all()
        orders.order_line.mapped("state")
        orders.mapped("state")
        orders.order_line.mapped("is_storable")
        with self.assertQueryCount(2):
            for line in orders.order_line:
                line._is_consigned()

    def test_host_deliveries_cost_nothing_more(self):
        """Done moves of ordinary orders are told apart with two queries more for all of them."""
        self.receive(self.valve, 10, 5.0)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.dealer.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    (0, 0, {"product_id": self.valve.id, "product_uom_qty": 1}) for _number in "abc"
                ],
            }
        )
        order.action_confirm()
        order.picking_ids.button_validate()
        moves = self.env["stock.move"].sudo().browse(order.picking_ids.move_ids.ids)
        self.env.flush_all()
        self.env.invalidate_all()
        # The moves, which a validation has read anyway; their order lines; their orders.
        with self.assertQueryCount(3):
            self.assertFalse(moves.filtered(lambda move: move.sale_line_id._is_settlement()))

    def test_sales_manager_settles_for_everybody(self):
        self.fill()
        manager = self.make_user("sales_head", "sales_team.group_sale_manager")
        agreement = self.agreement.with_user(manager)
        self.assertIn(self.agreement, agreement.search([]))
        order = self.order(agreement.report_sales([self.line(self.valve, 2)]))
        self.assertEqual(order.user_id, self.seller, "the dealer stays the salesperson's")
        agreement.adjust_price([{"product_id": self.valve.id, "price_unit": 45.0}])

    def test_accountant_reads_and_does_not_settle(self):
        self.fill()
        order = self.order(self.agreement.report_sales([self.line(self.valve, 2)]))
        accountant = self.make_user("accountant", "account.group_account_user")
        agreement = self.agreement.with_user(accountant)
        self.assertEqual(agreement.get_balance()[0]["quantity"], 13)
        self.assertEqual(order.consignment_report_ids.with_user(accountant).amount, 100.0)
        self.assertAlmostEqual(agreement.exposure, 13 * 6.5 + 100.0)
        with self.assertRaises(AccessError):
            agreement.report_sales([self.line(self.valve, 1)])
        with self.assertRaises(AccessError):
            agreement.return_sales(order.id, [self.line(self.valve, 1)], "stock")

    def test_another_company_sees_nothing(self):
        self.fill()
        order = self.order(self.agreement.report_sales([self.line(self.valve, 2)]))
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.make_user("stranger", "sales_team.group_sale_manager", elsewhere)
        for records in (self.agreement, order.consignment_report_ids):
            records = records.with_user(stranger).with_context(allowed_company_ids=elsewhere.ids)
            self.assertFalse(records.search([("id", "in", records.ids)]))
            with self.assertRaises(AccessError):
                records.read(["name"])
