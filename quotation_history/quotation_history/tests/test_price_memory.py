from datetime import datetime

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.quotation_history.models.sale_price_memory import MEMORY_KEYS

from .price_memory_common import PriceMemoryCommon


@tagged("post_install", "-at_install")
class TestPriceMemory(PriceMemoryCommon):
    # === WHAT THE MEMORY SAYS === #

    def test_keys_are_those_of_the_interface(self):
        self.assertEqual(
            set(self._memory()),
            {"line_id", "product_id", "currency_id", "uom_id", *MEMORY_KEYS},
        )

    def test_nothing_known(self):
        memory = self._memory()
        self.assertIs(memory["last_sold_price"], False)
        self.assertIs(memory["last_quoted_price"], False)
        self.assertIs(memory["min_price"], False)
        self.assertEqual(memory["count"], 0)

    def test_last_sale_wins_over_an_older_one(self):
        self._sell(price=90.0, days_ago=3)
        self._sell(price=80.0, days_ago=40)
        memory = self._memory()
        self.assertEqual(memory["last_sold_price"], 90.0)
        self.assertEqual(
            fields.Datetime.to_datetime(memory["last_sold_date"]).date(),
            fields.Date.subtract(fields.Date.today(), days=3),
        )

    def test_range_of_twelve_months(self):
        self._sell(price=70.0, days_ago=400)
        for price, days in ((80.0, 300), (90.0, 200), (100.0, 5)):
            self._sell(price=price, days_ago=days)
        memory = self._memory()
        self.assertEqual(
            [memory[key] for key in ("min_price", "max_price", "avg_price", "count")],
            [80.0, 100.0, 90.0, 3],
        )

    def test_sale_older_than_a_year_is_still_the_last(self):
        self._sell(price=70.0, days_ago=400)
        memory = self._memory()
        self.assertEqual(memory["last_sold_price"], 70.0)
        self.assertEqual(memory["count"], 0)

    def test_price_is_net_of_the_discount(self):
        self._sell(price=100.0, discount=15.0)
        self.assertAlmostEqual(self._memory()["last_sold_price"], 85.0)

    def test_family_counts_together(self):
        self._sell(self.branch, price=77.0)
        self.assertEqual(self._memory()["last_sold_price"], 77.0)

    def test_quotation_to_a_branch_sees_the_family(self):
        self._sell(self.customer, price=76.0)
        self.assertEqual(self._memory(self._quote(self.branch))["last_sold_price"], 76.0)

    def test_stranger_is_left_out(self):
        self._sell(self.stranger, price=60.0)
        self.assertIs(self._memory()["last_sold_price"], False)

    def test_other_product_is_left_out(self):
        self._sell(price=60.0, product=self.pump)
        self.assertIs(self._memory()["last_sold_price"], False)

    # === WHAT DOES NOT COUNT === #

    def test_cancelled_order_is_left_out(self):
        self._sell(price=60.0)._action_cancel()
        self.assertIs(self._memory()["last_sold_price"], False)

    def test_return_line_is_left_out(self):
        self._sell(price=95.0, days_ago=5)
        self._sell(price=60.0, product_uom_qty=-2.0)
        self.assertEqual(self._memory()["last_sold_price"], 95.0)

    def test_gift_is_left_out(self):
        self._sell(price=95.0, days_ago=5)
        self._sell(price=100.0, discount=100.0)
        self._sell(price=0.0)
        self.assertEqual(self._memory()["last_sold_price"], 95.0)

    def test_fully_credited_sale_is_left_out(self):
        self._sell(price=95.0, days_ago=5)
        order = self._sell(price=60.0)
        self._credit(order)
        memory = self._memory()
        self.assertEqual(memory["last_sold_price"], 95.0)
        self.assertEqual(memory["count"], 1)

    def test_partly_credited_sale_counts(self):
        order = self._sell(price=60.0, product_uom_qty=4.0)
        self._credit(order, quantity=1.0)
        self.assertEqual(self._memory()["last_sold_price"], 60.0)

    def _credit(self, order, quantity=None):
        invoice = order._create_invoices()
        invoice.action_post()
        refund = invoice._reverse_moves()
        if quantity:
            refund.invoice_line_ids.quantity = quantity
        refund.action_post()

    def test_other_company_is_left_out(self):
        other = self.env["res.company"].create({"name": "Second company"})
        self._sell(price=60.0, order={"company_id": other.id})
        self.assertIs(self._memory()["last_sold_price"], False)

    # === UNITS AND CURRENCIES === #

    def test_price_of_a_dozen_becomes_that_of_a_piece(self):
        self._sell(price=960.0, product_uom_id=self.dozen.id)
        memory = self._memory()
        self.assertAlmostEqual(memory["last_sold_price"], 80.0)
        self.assertAlmostEqual(memory["max_price"], 80.0)

    def test_price_of_a_piece_becomes_that_of_a_dozen(self):
        self._sell(price=80.0)
        order = self._quote(product_uom_id=self.dozen.id)
        self.assertAlmostEqual(self._memory(order)["last_sold_price"], 960.0)

    def test_units_without_a_common_reference_are_not_compared(self):
        self._sell(price=80.0)
        kilo = self.env.ref("uom.product_uom_kgm")
        self.valve.uom_ids = [Command.link(kilo.id)]
        order = self._quote(product_uom_id=kilo.id)
        self.assertIs(self._memory(order)["last_sold_price"], False)

    def _foreign_pricelist(self, name="FXA", rate=None):
        currency = self.env["res.currency"].create({"name": name, "symbol": name})
        if rate:
            self.env["res.currency.rate"].create(
                {"currency_id": currency.id, "rate": rate, "name": "2020-01-01"}
            )
        return self.env["product.pricelist"].create({"name": name, "currency_id": currency.id})

    def test_foreign_sale_is_converted(self):
        pricelist = self._foreign_pricelist(rate=4.0)
        self._sell(price=400.0, order={"pricelist_id": pricelist.id})
        self.assertAlmostEqual(self._memory()["last_sold_price"], 100.0)

    def test_foreign_quotation_sees_its_own_currency(self):
        self._sell(price=100.0)
        order = self._quote(order={"pricelist_id": self._foreign_pricelist(rate=4.0).id})
        memory = self._memory(order)
        self.assertAlmostEqual(memory["last_sold_price"], 400.0)
        self.assertEqual(memory["currency_id"], order.currency_id.id)

    def test_currency_without_a_rate_is_not_compared(self):
        self._sell(price=100.0)
        order = self._quote(order={"pricelist_id": self._foreign_pricelist().id})
        self.assertIs(self._memory(order)["last_sold_price"], False)

    def test_archived_product_keeps_its_memory(self):
        self._sell(price=66.0)
        order = self._quote()
        self.valve.action_archive()
        self.assertEqual(self._memory(order)["last_sold_price"], 66.0)

    # === QUOTED === #

    def test_last_quoted_price(self):
        order = self._quote(price=88.0)
        order.capture_offer()
        order.offer_ids.action_send()
        memory = self._memory()
        self.assertEqual(memory["last_quoted_price"], 88.0)
        self.assertIs(memory["last_sold_price"], False)

    def test_offer_not_sent_was_not_quoted(self):
        self._quote(price=88.0).capture_offer()
        self.assertIs(self._memory()["last_quoted_price"], False)

    def test_declined_offer_was_quoted(self):
        order = self._quote(price=88.0)
        order.capture_offer()
        order.offer_ids.action_send()
        order.offer_ids.action_decline("Too expensive")
        self.assertEqual(self._memory()["last_quoted_price"], 88.0)

    def test_quoted_dozen_becomes_a_piece(self):
        order = self._quote(price=960.0, product_uom_id=self.dozen.id)
        order.capture_offer()
        order.offer_ids.action_send()
        self.assertAlmostEqual(self._memory()["last_quoted_price"], 80.0)

    # === THE LINE BEING TYPED === #

    def test_unsaved_line_knows_its_memory(self):
        self._sell(price=77.0)
        with Form(self.env["sale.order"].with_user(self.manager)) as form:
            form.partner_id = self.customer
            with form.order_line.new() as line:
                line.product_id = self.valve
                self.assertEqual(line.price_memory["last_sold_price"], 77.0)

    def test_changing_the_customer_changes_the_memory(self):
        self._sell(price=77.0)
        self._sell(self.stranger, price=55.0)
        order = self._quote()
        order.partner_id = self.stranger
        self.assertEqual(order.order_line.price_memory["last_sold_price"], 55.0)

    def test_section_has_no_memory(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"name": "S", "display_type": "line_section"})],
            }
        )
        self.assertFalse(order.order_line.price_memory)
        self.assertEqual(order.get_price_memory(), [])

    # === COST === #

    def _big_order(self, size=100):
        products = self.env["product.product"].create(
            [{"name": f"Part {number}", "list_price": 10.0} for number in range(size)]
        )
        sold = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": product.id, "price_unit": 9.0})
                    for product in products
                ],
            }
        )
        order = sold.copy()
        sold.action_confirm()
        return order

    def test_memory_of_100_lines_takes_one_query(self):
        order = self._big_order()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            memory = order.get_price_memory()
        self.assertEqual(len(memory), 100)
        self.assertEqual({line["last_sold_price"] for line in memory}, {9.0})

    def test_icon_of_100_lines_takes_as_many_queries_as_of_one(self):
        order, single = self._big_order(), self._big_order(1)
        counts = []
        for record in (single, order):
            self.env.flush_all()
            self.env.invalidate_all()
            record.order_line.mapped("product_uom_id.factor")
            record.order_line.mapped("product_id")
            record.partner_id.fetch(["commercial_partner_id"])
            record.order_line.mapped("currency_id")
            start = self.env.cr.sql_log_count
            record.order_line.mapped("price_memory")
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 3)

    def test_lists_do_not_read_the_memory(self):
        for view in self.env["ir.ui.view"].search(
            [("model", "=", "sale.order.line"), ("type", "in", ("list", "kanban", "pivot"))]
        ):
            self.assertNotIn("price_memory", view.arch)

    def test_index_serves_the_lookup(self):
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'sale_order_line%memory%'"
        )
        definition = self.env.cr.fetchone()[0]
        self.assertIn("order_partner_id, product_id, order_id DESC", definition)
        self.assertIn("WHERE", definition)

    def test_lookup_among_many_lines_uses_the_index(self):
        """Twenty thousand sold lines: two hundred customers, a hundred products."""
        order = self._sell()
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(200)]
        )
        products = self.env["product.product"].create(
            [{"name": f"Part {number}"} for number in range(100)]
        )
        self.env.flush_all()
        self.env.cr.execute(
            """
            INSERT INTO sale_order_line (order_id, order_partner_id, product_id, product_uom_id,
                   company_id, currency_id, state, name, product_uom_qty, price_unit,
                   customer_lead)
            SELECT l.order_id, customer_id, product, l.product_uom_id, l.company_id,
                   l.currency_id, 'sale', 'copy', 1, 10, 0
              FROM sale_order_line l, unnest(%s) customer_id, unnest(%s) product
             WHERE l.id = %s
            """,
            (customers.ids, products.ids, order.order_line.id),
        )
        memory = self.env["sale.price.memory"]
        query = memory._get_memory_query(
            memory._get_typed_lines_query(customers[0].id, order.company_id.id, products[:9].ids)
        )
        # right after a mass import the database's statistics still speak of a small table
        for statement in ("SELECT 1", "ANALYZE sale_order_line"):
            self.env.cr.execute(statement)
            plan = self.env.execute_query(SQL("EXPLAIN %s", query))
            plan = "\n".join(row[0] for row in plan)
            self.assertIn("sale_order_line_price_memory_idx", plan)
            self.assertNotIn("Seq Scan on sale_order_line", plan)

    def test_same_product_on_two_lines_in_two_units(self):
        self._sell(price=10)
        order = self._quote()
        order.order_line.copy({"order_id": order.id, "product_uom_id": self.dozen.id})
        memory = order.with_user(self.manager).get_price_memory()
        self.assertEqual([line["last_sold_price"] for line in memory], [10.0, 120.0])

    def test_several_orders_are_asked_about_at_once(self):
        self._sell(price=10)
        self._sell(self.stranger, price=30)
        orders = self._quote() | self._quote(self.stranger)
        self.env.flush_all()
        self.env.invalidate_all()
        memory = orders.get_price_memory()
        self.assertEqual([line["last_sold_price"] for line in memory], [10.0, 30.0])
        self.assertEqual([line["line_id"] for line in memory], orders.order_line.ids)

    # === HISTORY === #

    def _history(self, user=None, **kwargs):
        return (
            self.env["sale.price.memory"]
            .with_user(user or self.manager)
            .get_history(self.valve.id, self.customer.id, **kwargs)
        )

    def test_history_of_the_family_and_of_the_contact(self):
        self._sell(price=90.0, days_ago=3)
        self._sell(self.branch, price=80.0, days_ago=10)
        self._sell(self.stranger, price=70.0)
        self.assertEqual([row["price"] for row in self._history()["rows"]], [90.0, 80.0])
        rows = self._history(scope="customer")["rows"]
        self.assertEqual([row["price"] for row in rows], [90.0])

    def test_history_of_all_customers_needs_the_right(self):
        self._sell(self.stranger, price=70.0)
        with self.assertRaises(AccessError):
            self._history(self.salesman, scope="all")
        rows = self._history(scope="all")["rows"]
        self.assertEqual([row["partner"] for row in rows], ["Hill Motors"])

    def test_history_tells_quoted_but_not_sold(self):
        order = self._quote(price=88.0)
        order.capture_offer()
        order.offer_ids.action_send()
        rows = self._history()["rows"]
        self.assertEqual([(row["kind"], row["won"]) for row in rows], [("quoted", False)])

    def test_history_hides_documents_of_colleagues(self):
        order = self._sell(price=90.0, order={"user_id": self.manager.id})
        row = self._history(self.salesman)["rows"][0]
        self.assertEqual((row["price"], row["document"], row["order_id"]), (90.0, "", False))
        row = self._history()["rows"][0]
        self.assertEqual((row["document"], row["order_id"]), (order.name, order.id))

    def test_history_is_cut_by_its_period(self):
        self._sell(price=90.0, days_ago=500)
        self.assertEqual(self._history()["rows"], [])
        self.assertEqual(len(self._history(months=0)["rows"]), 1)

    def test_history_is_for_salespeople(self):
        user = new_test_user(self.env, "memory_clerk", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._history(user)

    def test_history_of_a_foreign_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Second company"})
        with self.assertRaises(AccessError):
            self._history(company_id=other.id)

    def test_unknown_scope_is_refused(self):
        with self.assertRaises(UserError):
            self._history(scope="everybody")

    # === RIGHTS === #

    def test_colleagues_order_cannot_be_asked_about(self):
        order = self._quote(order={"user_id": self.manager.id})
        with self.assertRaises(AccessError):
            order.with_user(self.salesman).get_price_memory()

    def test_salesman_knows_prices_of_colleagues(self):
        self._sell(price=90.0, order={"user_id": self.manager.id})
        order = self._quote(order={"user_id": self.salesman.id})
        self.assertEqual(self._memory(order, self.salesman)["last_sold_price"], 90.0)

    def test_portal_cannot_read_the_memory(self):
        portal = new_test_user(self.env, "memory_portal", groups="base.group_portal")
        order = self._quote(portal.partner_id)
        with self.assertRaises(AccessError):
            order.order_line.with_user(portal).read(["price_memory"])

    def test_answer_survives_xml_rpc(self):
        self._sell(price=90.0)
        for value in self._memory().values():
            self.assertIsNotNone(value)
            self.assertNotIsInstance(value, datetime)
