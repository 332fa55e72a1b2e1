from datetime import timedelta

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import PriceGuardCommon

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="  # noqa: E501


@tagged("post_install", "-at_install")
class TestPriceGuardPortal(PriceGuardCommon, HttpCase):
    """A customer with the link can sign or pay only what may be confirmed."""

    def setUp(self):
        super().setUp()
        self.customer.lang = "en_US"
        self._floor()
        self.order = self._order(70.0)
        self.order.write({"require_signature": True, "require_payment": False})
        self.authenticate(None, None)

    def _call(self, action, **values):
        return self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/{action}",
            {"access_token": self.order._portal_ensure_token(), **values},
        )

    def _sign(self):
        return self._call("accept", name="Ms Li", signature=PIXEL)

    def _approve(self):
        self.order.action_request_price_approval()
        self.order.price_approval_ids.with_user(self.price_manager).validate_tier()
        self.env.invalidate_all()

    def test_page_says_that_prices_are_checked(self):
        page = self.url_open(self.order.get_portal_url())
        self.assertIn("still checking the prices", page.text)
        self.assertNotIn('data-bs-target="#modalaccept"', page.text)
        self.assertEqual(self.order.state, "draft")

    def _choose(self, offer):
        page = self.url_open(
            f"/my/orders/{self.order.id}/offers/{offer.id}/choose",
            data={
                "access_token": self.order._portal_ensure_token(),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.env.invalidate_all()
        return page.text

    def test_no_choice_once_the_floor_was_raised(self):
        """The price was fine when it was sent; the customer reads that he has to wait, not why."""
        self.order.order_line.price_unit = 90.0
        offer = self.order._send_offers("manual")
        self.env["sale.price.floor"].search([]).min_margin = 40.0
        text = self._choose(offer)
        self.assertNotIn("below their floor", text)
        self.assertFalse(self.order.chosen_offer_id)
        self.assertEqual(self.order.state, "sent")

    def test_customer_reads_nothing_of_a_missing_rate(self):
        customer = self.env.ref("base.public_user")
        euro = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search(
                [("rate_ids", "=", False), ("id", "!=", self.env.company.currency_id.id)], limit=1
            )
        )
        order = self.order.with_user(customer).sudo()
        order.currency_id = euro
        with self.assertRaisesRegex(UserError, "contact your salesperson"):
            order._check_currency_known({"ok": [True]})

    def test_no_signature_before_the_approval(self):
        self.assertIn("still checking the prices", self._sign()["error"])
        self.assertFalse(self.order.signature)
        self.assertEqual(self.order.state, "draft")

    def test_no_signature_while_the_approval_waits(self):
        self.order.action_request_price_approval()
        self.assertIn("error", self._sign())
        self.assertFalse(self.order.signature)

    def test_signed_after_the_approval(self):
        self._approve()
        self.assertTrue(self._sign()["force_refresh"])
        self.assertEqual(self.order.state, "sale")

    def test_no_signature_when_the_approval_has_run_out(self):
        self._approve()
        self.order._send_offers("manual")
        self.order.price_approval_ids.line_ids.flush_recordset()
        self.env.cr.execute(
            "UPDATE sale_price_approval_line SET valid_until = %s WHERE approval_id IN "
            "(SELECT id FROM sale_price_approval WHERE order_id = %s)",
            [self.today - timedelta(days=1), self.order.id],
        )
        self.env.invalidate_all()
        self.assertIn("error", self._sign())
        self.assertEqual(self.order.state, "sent")

    @mute_logger("odoo.http")
    def test_no_payment_before_the_approval(self):
        self.order.write(
            {"require_signature": False, "require_payment": True, "prepayment_percent": 1.0}
        )
        self.assertFalse(self.order._has_to_be_paid())
        with self.assertRaises(Exception) as caught:
            self._call("transaction")
        self.assertIn("ValidationError", str(caught.exception))
        self._approve()
        self.assertTrue(self.order._has_to_be_paid())

    def test_no_signature_for_a_promotion_that_ended(self):
        self.env["sale.price.floor"].search([]).active = False
        self.company.price_promo_basis = "confirm"
        now = fields.Datetime.now()
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Spring",
                "item_ids": [
                    fields.Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": self.valve.id,
                            "fixed_price": 80,
                            "date_end": now + timedelta(days=1),
                        }
                    )
                ],
            }
        )
        self.order = self._order()
        self.order.write({"pricelist_id": pricelist.id, "require_signature": True})
        self.order.action_update_prices()
        self.assertEqual(self.order.order_line.price_unit, 80)
        pricelist.item_ids.date_end = now - timedelta(days=1)
        self.assertIn("error", self._sign())
        self.assertFalse(self.order.signature)
        self.order.with_user(self.price_manager).keep_promotions = True
        self.assertTrue(self._sign()["force_refresh"])
