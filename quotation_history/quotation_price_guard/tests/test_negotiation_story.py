from datetime import timedelta

from freezegun import freeze_time
from lxml import html

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .common import PriceGuardCommon


@tagged("post_install", "-at_install")
class TestNegotiationStory(PriceGuardCommon, HttpCase):
    """One negotiation from the first round to the order, with floors of 80."""

    def setUp(self):
        super().setUp()
        self.customer.lang = "en_US"
        self._floor()
        self.order = self._order(price=100.0)
        self.order.write({"require_signature": False, "require_payment": False})
        self.authenticate(None, None)

    def _capture(self, price, option=""):
        self.order.order_line.price_unit = price
        return self.env["sale.offer"].browse(self.order.capture_offer(option))

    def _raw(self, offers):
        """Return the rows of offers and lines as the database has them."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT array_agg(to_jsonb(line) ORDER BY line.id) FROM sale_offer_line line
                WHERE offer_id = ANY(%s)""",
            [offers.ids],
        )
        lines = self.env.cr.fetchone()[0]
        self.env.cr.execute(
            """SELECT to_jsonb(offer) - ARRAY['state', 'decided_on', 'write_date', 'write_uid']
                 FROM sale_offer offer WHERE id = ANY(%s) ORDER BY id""",
            [offers.ids],
        )
        return lines, self.env.cr.fetchall()

    def _choose(self, offer):
        page = self.url_open(
            f"/my/orders/{self.order.id}/offers/{offer.id}/choose",
            data={
                "access_token": self.order._portal_ensure_token(),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.env.invalidate_all()
        alert = html.fromstring(page.text).xpath("//div[@id='offers']//div[@role='status']")
        return " ".join(" ".join(node.text_content().split()) for node in alert)

    def test_rounds_approval_choice_and_analysis(self):
        first = self._capture(100.0) | self._capture(95.0)
        self.order._send_offers("manual")
        self.assertEqual(first.mapped("short_name"), ["R1-A", "R1-B"])
        frozen = self._raw(first)

        # below the floor: refused at sending, approved once
        self.order.order_line.price_unit = 75.0
        with self.assertRaisesRegex(UserError, "approval needed"), self.env.cr.savepoint():
            self.order._send_offers("manual")
        self.order.action_request_price_approval()
        self.order.price_approval_ids.with_user(self.price_manager).validate_tier()
        self.env.invalidate_all()
        self.order._send_offers("manual")
        second = self.order.offer_ids.filtered(lambda offer: offer.round == 2)
        self.assertEqual(second.mapped("short_name"), ["R2-A"])
        self.assertEqual(set(first.mapped("state")), {"superseded"})
        self.assertEqual(self._raw(first), frozen)
        self.assertTrue(first.verify_digest())

        # the customer picks the second round; nothing of the first can be had any more
        self.assertIn("cannot be chosen any more (superseded)", self._choose(first[1]))
        self.assertIn("confirmed", self._choose(second))
        self.assertEqual((self.order.state, self.order.accepted_offer_id), ("sale", second))
        self.assertIn("already been decided", self._choose(first[1]))
        self.assertEqual(self._raw(first), frozen)

        # a better price than the approved one passes, a worse one does not
        self._order(price=76.0).action_confirm()
        with self.assertRaisesRegex(UserError, "approval needed"):
            self._order(price=74.0).action_confirm()

        self.env.flush_all()
        groups = self.env["sale.report"]._read_group(
            [("order_reference", "=", f"sale.order,{self.order.id}")], aggregates=["__count"]
        )
        self.assertEqual(groups, [(1,)])

    def test_expired_offer_is_refused(self):
        self.order.validity_date = fields.Date.today() + timedelta(days=1)
        offer = self._capture(90.0)
        self.order._send_offers("manual")
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            self.assertIn("cannot be chosen any more (expired)", self._choose(offer))
        self.assertEqual(self.order.state, "sent")
