from odoo.tests import HttpCase, tagged

from .common import PriceGuardCommon


@tagged("post_install", "-at_install")
class TestPriceGuardTour(PriceGuardCommon, HttpCase):
    def test_price_below_the_floor_is_approved(self):
        """The salesperson asks, the price manager signs, the salesperson confirms."""
        self._floor()
        order = self._order(price=70.0)
        url = f"/odoo/sales/{order.id}"
        self.start_tour(url, "price_guard_request", login="guard_seller")
        approval = self.env["sale.price.approval"].search([("order_id", "=", order.id)])
        self.assertEqual(approval.state, "pending")
        approval_url = (
            f"/odoo/action-quotation_price_guard.action_sale_price_approval/{approval.id}"
        )
        self.start_tour(approval_url, "price_guard_approve", login="guard_manager")
        self.assertEqual(approval.state, "approved")
        self.start_tour(url, "price_guard_confirm", login="guard_seller")
        self.assertEqual(order.state, "sale")

    def test_a_day_of_a_quotation(self):
        """Quote, send, be bargained with, answer with the next round, sell, remember."""
        self.customer.write({"email": "customer@example.com", "lang": "en_US"})
        self.seller.email = "seller@example.com"
        order = self._order(price=100.0)
        order.write({"require_signature": True, "require_payment": False})
        url = f"/odoo/sales/{order.id}"
        self.start_tour(url, "daily_round_send", login="guard_seller")
        first = order.offer_ids
        self.assertEqual((first.state, first.sent_by_channel), ("sent", "mail"))
        self.start_tour(order.get_portal_url(), "daily_round_counter", login=None)
        self.assertEqual(first.state, "countered")
        self.start_tour(url, "daily_round_answer", login="guard_seller")
        second = order.offer_ids - first
        self.assertEqual((second.short_name, second.state), ("R2-A", "sent"))
        self.assertEqual(second.line_ids.price_net, 80.0)
        self.start_tour(order.get_portal_url(), "daily_round_accept", login=None)
        self.assertEqual((order.state, order.accepted_offer_id), ("sale", second))
        self.start_tour(url, "daily_round_remember", login="guard_seller")
        agreement = self.env["sale.agreed.price"].search([("order_id", "=", order.id)])
        self.assertEqual((agreement.price, agreement.state), (80.0, "draft"))
