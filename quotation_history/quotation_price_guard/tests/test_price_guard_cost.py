from odoo.fields import Command
from odoo.tests import tagged

from .common import PriceGuardCommon


@tagged("post_install", "-at_install")
class TestPriceGuardCost(PriceGuardCommon):
    """What the guard costs the host, counted in queries."""

    def _products(self, size):
        return self.env["product.product"].create(
            [
                {"name": f"Part {number}", "list_price": 100.0, "standard_price": 60.0}
                for number in range(size)
            ]
        )

    def _big_order(self, size, **line):
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": product.id, **line})
                    for product in self._products(size)
                ],
            }
        )

    def _count(self, function, *args):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        function(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - start

    def test_states_of_100_lines_cost_as_many_queries_as_of_five(self):
        self._floor()
        small, big = self._big_order(5, price_unit=70.0), self._big_order(100, price_unit=70.0)
        counts = [
            self._count(lambda order=order: order.order_line.mapped("floor_state"))
            for order in (small, big)
        ]
        self.assertLessEqual(counts[1] - counts[0], 2)

    def test_agreed_prices_of_100_lines_cost_as_many_queries_as_of_five(self):
        self._agree(88.0)
        counts = [
            self._count(lambda order=order: self._price(order))
            for order in (self._big_order(5), self._big_order(100))
        ]
        self.assertLessEqual(counts[1] - counts[0], 2)

    def _price(self, order):
        order.order_line.with_context(force_price_recomputation=True)._compute_price_unit()

    def test_unused_guard_asks_nothing_when_confirming(self):
        order = self._big_order(20)
        order.order_line.mapped("product_id.categ_id")
        order._judge_prices()
        start = self.env.cr.sql_log_count
        order._check_price_floors()
        self.assertEqual(self.env.cr.sql_log_count, start)

    def _count_memory(self, order):
        order.get_price_memory()
        return self._count(order.get_price_memory)

    def test_memory_with_agreed_prices_takes_two_queries(self):
        """One for what was paid and quoted, one for what was agreed."""
        tag = self.env["res.partner.category"].create({"name": "Dealer"})
        self.customer.category_id = tag
        order = self._big_order(100)
        products = order.order_line.product_id
        for product in products[:10]:
            self._agree(88.0, product_id=product.id)
        for template in products[5:15].product_tmpl_id:
            self._agree(77.0, product_tmpl_id=template.id, partner_category_id=tag.id)
        self.assertEqual(self._count_memory(order), 2)
        prices = [line["agreed_price"] for line in order.get_price_memory()]
        self.assertEqual(prices, [88.0] * 10 + [77.0] * 5 + [False] * 85)

    def test_memory_with_agreed_discounts_does_not_grow_with_the_lines(self):
        counts = []
        self._agree(kind="discount", discount=30.0, price=0.0, categ_id=self.category.id)
        for size in (5, 100):
            order = self._big_order(size)
            order.order_line.product_id.categ_id = self.category
            counts.append(self._count_memory(order))
            prices = {line["agreed_price"] for line in order.get_price_memory()}
            self.assertEqual(prices, {70.0})
        self.assertLessEqual(counts[1] - counts[0], 1)

    def test_unused_guard_adds_no_query_to_the_order_form(self):
        order = self._big_order(3)
        self.env["sale.price.approval"]._is_used(order.company_id.id)
        own = {
            "price_approval_count",
            "price_guard_level",
            "price_guard_message",
            "needs_price_approval",
            "promotion_message",
            "keep_promotions",
            "price_date",
        }
        form = dict.fromkeys(order.get_view(view_type="form")["models"]["sale.order"], {})
        self.assertLessEqual(own, form.keys())
        plain = {name: form[name] for name in form.keys() - own}
        for _warm in range(2):
            order.web_read(form)
        without = self._count(order.web_read, plain)
        self.assertEqual(self._count(order.web_read, form), without)

    def test_first_approval_shows_at_once(self):
        self._floor()
        order = self._order(70.0)
        self.assertEqual(order.price_approval_count, 0)
        order.action_request_price_approval()
        self.assertEqual(order.price_approval_count, 1)
