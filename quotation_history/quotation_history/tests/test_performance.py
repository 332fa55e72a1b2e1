from contextlib import ExitStack
from functools import partial
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from .common import OfferCommon


@tagged("post_install", "-at_install")
class TestPerformance(OfferCommon):
    """Query counts: what the feature costs, and that it costs nothing where it is not used."""

    def _large_order(self, count):
        return self._create_order(
            order_line=[
                Command.create({"product_id": self.pump.id, "product_uom_qty": index + 1})
                for index in range(count)
            ]
        )

    def _count(self, func):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        func()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_capture_does_not_grow_with_the_lines(self):
        counts = []
        for lines in (5, 5, 100):
            order = self._large_order(lines)
            counts.append(self._count(order.capture_offer))
        # the first one warms the caches
        self.assertEqual(counts[2], counts[1])
        self.assertLessEqual(counts[1], 24)

    def test_load_does_not_grow_with_the_lines(self):
        counts = []
        for lines in (5, 5, 60):
            order = self._large_order(lines)
            offer = self.env["sale.offer"].browse(order.capture_offer())
            order.order_line[0].price_unit = 1
            counts.append(self._count(offer.action_load))
        self.assertLessEqual(counts[2] - counts[1], 4)

    def test_same_capture_is_cheap(self):
        order = self._large_order(50)
        order.capture_offer()
        self.assertLessEqual(self._count(order.capture_offer), 25)

    def test_status_costs_nothing_without_offers(self):
        orders = self._large_order(3) | self._large_order(3)
        orders.mapped("name")

        def read():
            orders.mapped("has_unsent_changes")
            orders.mapped("offer_summary")

        orders.fetch(["current_round", "state"])
        before = self.cr.sql_log_count
        read()
        self.assertEqual(self.cr.sql_log_count, before)

    def test_form_costs_nothing_without_offers(self):
        order = self._large_order(3)
        plain = {"name": {}, "state": {}, "company_id": {"fields": {"display_name": {}}}}
        listed = {"fields": {"display_name": {}}}
        own = {
            "shown_offer_ids": listed,
            "shown_event_ids": listed,
            "offer_summary": {},
            "offer_status": {},
            "offer_status_names": {},
        }
        counts = [
            self._count(partial(order.web_read, specification))
            for specification in (plain, plain, {**plain, **own})
        ]
        self.assertEqual(counts[2], counts[1])

    def _own_class(self, name):
        """Return the class of this addon that overrides ``name`` on orders."""
        return next(
            cls
            for cls in self.registry["sale.order"].__mro__
            if name in cls.__dict__ and "quotation_history" in cls.__module__
        )

    def _without_offers(self):
        """Take this addon's steps out of confirming and sending, to measure the host alone."""
        stack = ExitStack()
        for name in ("action_confirm", "_action_confirm", "message_post", "create", "write"):
            cls = self._own_class(name)

            def plain(records, *args, _cls=cls, _name=name, **kwargs):
                return getattr(super(_cls, records), _name)(*args, **kwargs)

            stack.enter_context(patch.object(cls, name, plain))
        return stack

    def _assert_costs_nothing(self, prepare, call):
        for _warm in range(3):
            self._count(partial(call, prepare()))
        target = prepare()
        own = self._count(partial(call, target))
        target = prepare()
        with self._without_offers():
            host = self._count(partial(call, target))
        self.assertLessEqual(own - host, 2)

    def test_confirm_costs_nothing_without_offers(self):
        self._assert_costs_nothing(
            lambda: self._large_order(3), lambda order: order.action_confirm()
        )

    def test_confirm_of_many_costs_nothing_per_order(self):
        self._assert_costs_nothing(
            lambda: self._large_order(3) | self._large_order(3) | self._large_order(3),
            lambda orders: orders.action_confirm(),
        )

    def test_create_costs_nothing(self):
        self._assert_costs_nothing(lambda: 3, self._large_order)

    def test_write_costs_nothing(self):
        self._assert_costs_nothing(
            lambda: self._large_order(3), lambda order: order.write({"client_order_ref": "X"})
        )

    def test_note_costs_nothing(self):
        self._assert_costs_nothing(
            lambda: self._large_order(3), lambda order: order.message_post(body="Hello")
        )

    def test_compare_does_not_grow_with_the_lines(self):
        counts = []
        for lines in (5, 5, 60):
            order = self._large_order(lines)
            first = self.env["sale.offer"].browse(order.capture_offer())
            order.order_line[0].price_unit = 1
            second = self.env["sale.offer"].browse(order.capture_offer())
            counts.append(self._count((first | second).compare))
        self.assertLessEqual(counts[2], counts[1] + 1)

    def test_list_of_offers_costs_nothing_per_record(self):
        orders = [self._large_order(2) for _index in range(6)]
        ids = [order.capture_offer() for order in orders]
        specification = {
            "name": {},
            "amount_untaxed": {},
            "state": {},
            "partner_id": {"fields": {"display_name": {}}},
            "user_id": {"fields": {"display_name": {}}},
        }
        offers = self.env["sale.offer"]
        few = self._count(lambda: offers.browse(ids[:2]).web_read(specification))
        many = self._count(lambda: offers.browse(ids).web_read(specification))
        self.assertLessEqual(many, few)

    def test_default_list_uses_an_index(self):
        # a few rows are sorted as fast: only where there is no index for it, Sort remains
        self.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        for table, order in (
            ("sale_offer", "order_id DESC, round DESC, option, id"),
            ("sale_offer_event", "date DESC, id DESC"),
        ):
            self.cr.execute(f"EXPLAIN SELECT id FROM {table} ORDER BY {order} LIMIT 80")
            plan = "\n".join(row[0] for row in self.cr.fetchall())
            self.assertIn("Index", plan)
            self.assertNotIn("Sort", plan)
