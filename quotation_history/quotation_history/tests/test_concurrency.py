import threading

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged


@tagged("post_install", "-at_install")
class TestTwoAtOnce(BaseCase):
    """Two customers choose at the same moment, each in a transaction of his own.

    Works with committed records, which it removes again.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            self._create(api.Environment(cr, SUPERUSER_ID, {}))
        self.addCleanup(self._remove)

    def _create(self, env):
        partner = env["res.partner"].create({"name": "Two At Once"})
        product = env["product.product"].create(
            {"name": "Contested", "type": "service", "list_price": 10, "taxes_id": False}
        )
        order = env["sale.order"].create(
            {
                "partner_id": partner.id,
                "require_signature": False,
                "require_payment": False,
                "order_line": [(0, 0, {"product_id": product.id})] * 2,
            }
        )
        order.capture_offer()
        order.order_line.price_unit = 9
        order.capture_offer()
        order._send_offers("manual")
        self.order_id, self.offer_ids = order.id, sorted(order.offer_ids.ids)
        self.partner_id, self.product_id = partner.id, product.id

    def _remove(self):
        with self.registry.cursor() as cr:
            for table, column, value in (
                ("sale_offer_event", "order_id", self.order_id),
                ("sale_offer_line", "product_id", self.product_id),
            ):
                cr.execute(f"DELETE FROM {table} WHERE {column} = %s", [value])
            cr.execute(
                "UPDATE sale_order SET chosen_offer_id = NULL, accepted_offer_id = NULL"
                " WHERE id = %s",
                [self.order_id],
            )
            cr.execute("DELETE FROM sale_offer WHERE order_id = %s", [self.order_id])
            env = api.Environment(cr, SUPERUSER_ID, {})
            order = env["sale.order"].browse(self.order_id)
            order.locked = False
            order._action_cancel()
            order.unlink()
            product = env["product.product"].browse(self.product_id)
            product.product_tmpl_id.unlink()
            env["res.partner"].browse(self.partner_id).unlink()

    def test_exactly_one_wins(self):
        barrier = threading.Barrier(2, timeout=20)
        results = {}

        def accept(offer_id):
            try:
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    offer = env["sale.offer"].browse(offer_id)
                    offer.order_id.mapped("state")
                    barrier.wait()
                    results[offer_id] = retrying(offer.action_accept, env)
            except UserError as error:
                results[offer_id] = str(error)

        threads = [threading.Thread(target=accept, args=(offer_id,)) for offer_id in self.offer_ids]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(40)
        winners = [offer_id for offer_id, result in results.items() if result is True]
        self.assertEqual(len(winners), 1, results)
        message = next(text for text in results.values() if text is not True)
        self.assertRegex(message, "very moment|already been decided|cannot be chosen")
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            order = env["sale.order"].browse(self.order_id)
            self.assertEqual(order.accepted_offer_id.id, winners[0])
            self.assertEqual(sorted(order.offer_ids.mapped("state")), ["accepted", "superseded"])

    def test_second_capture_sees_the_first(self):
        """Two alternatives frozen at once: the later one looks again and takes the next letter."""
        with self.registry.cursor() as first, self.registry.cursor() as second:
            orders = [
                api.Environment(cr, SUPERUSER_ID, {})["sale.order"].browse(self.order_id)
                for cr in (first, second)
            ]
            for order in orders:
                self.assertEqual(len(order.offer_ids), 2)
            # neither changes a row the other one writes
            orders[0].order_line[0].name = "Red"
            orders[0]._capture_offer(new_round=False)
            first.commit()

            def capture():
                orders[1].order_line[1].name = "Blue"
                return orders[1]._capture_offer(new_round=False).short_name

            self.assertEqual(retrying(capture, orders[1].env), "R1-D")
