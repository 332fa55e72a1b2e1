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
