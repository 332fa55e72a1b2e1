from odoo.tests import HttpCase, tagged

from .common import OfferCommon


@tagged("post_install", "-at_install")
class TestTours(OfferCommon, HttpCase):
    """As people work."""

    def test_salesperson(self):
        self.seller.password = "offer_seller"
        self.env["res.users"].browse(self.seller.id).lang = "en_US"
        offer = self._send()
        self._line().price_unit = 95
        self.start_tour(
            f"/odoo/sales/{self.order.id}", "quotation_history_seller", login="offer_seller"
        )
        self.assertEqual(self.order.offer_ids.mapped("label"), [False, "Cash price"])
        self.assertEqual(self._line().price_unit, 100)
        self.assertEqual(offer.state, "sent")

    def test_confirming_what_the_customer_does_not_have_is_asked(self):
        self.seller.password = "offer_seller"
        self.env["res.users"].browse(self.seller.id).lang = "en_US"
        self._send()
        self._line().price_unit = 95
        self.start_tour(
            f"/odoo/sales/{self.order.id}", "quotation_history_confirm", login="offer_seller"
        )
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.order.accepted_offer_id.short_name, "R2-A")

    def test_customer(self):
        self.customer.lang = "en_US"
        self.order = self._create_order(require_signature=True)
        first = self._offer()
        self._line().price_unit = 95
        second = self._offer(label="Cash price")
        self.order._send_offers("manual")
        self.start_tour(self.order.get_portal_url(), "quotation_history_portal", login=None)
        self.assertEqual(self.order.state, "sale")
        self.assertEqual((first.state, second.state), ("accepted", "superseded"))
        self.assertEqual(self.order.signed_by, "Shen Jianguo")
        self.assertIn("Then we order today", second.decision_note)
