from odoo.tests import HttpCase, tagged

from .price_memory_common import PriceMemoryCommon


@tagged("post_install", "-at_install")
class TestPriceMemoryTour(PriceMemoryCommon, HttpCase):
    def test_salesperson_takes_the_last_price(self):
        """Type a line, see what the customer paid, put that price on the line, look back."""
        self.manager.write({"password": "memory_manager", "lang": "en_US"})
        self._sell(price=87.5, days_ago=20)
        self._sell(self.branch, price=92.0, days_ago=200)
        self.start_tour("/odoo/sales", "price_memory_take_last_price", login="memory_manager")
        order = self.env["sale.order"].search(
            [("partner_id", "=", self.customer.id), ("state", "=", "draft")]
        )
        self.assertEqual(order.order_line.price_unit, 87.5)
        self.assertEqual(order.order_line.discount, 0.0)
