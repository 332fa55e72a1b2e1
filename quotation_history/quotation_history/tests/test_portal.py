from datetime import timedelta
from unittest.mock import patch

from lxml import html

from odoo import fields, http
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.quotation_history.models.sale_offer import SaleOffer

from .common import OfferCommon

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="  # noqa: E501


@tagged("post_install", "-at_install")
class TestPortal(OfferCommon, HttpCase):
    """The customer's side, through the front door."""

    def setUp(self):
        super().setUp()
        self._make_offers()
        self.authenticate(None, None)

    def _make_offers(self, **values):
        """Two alternatives of a quotation, sent."""
        self.order = self._create_order(**values)
        self.first = self._offer(label="Credit")
        self._line().price_unit = 95
        self.second = self._offer(label="Cash price")
        self.order._send_offers("manual")

    def _page(self, order=None, **params):
        order = order or self.order
        return self.url_open(order.get_portal_url(), params=params)

    def _texts(self, response, xpath):
        return [
            " ".join(node.text_content().split())
            for node in html.fromstring(response.text).xpath(xpath)
        ]

    def _answer(self, offer, action, order=None, token=None, **data):
        order = order or self.order
        return self.url_open(
            f"/my/orders/{order.id}/offers/{offer.id}/{action}",
            data={
                "access_token": order._portal_ensure_token() if token is None else token,
                "csrf_token": http.Request.csrf_token(self),
                **data,
            },
        )

    def _alert(self, response):
        return " ".join(self._texts(response, "//div[@id='offers']//div[@role='status']"))

    # === WHAT THE CUSTOMER SEES === #

    def test_cards_and_table(self):
        page = self._page()
        cards = self._texts(page, "//div[@data-offer]")
        self.assertEqual(len(cards), 2)
        self.assertIn("Cash price", cards[1])
        self.assertNotIn('modalaccept" href', page.text)
        self.assertEqual(len(self._texts(page, "//table[contains(@class, 'o_offer_table')]")), 1)
        self.assertNotIn("sale_info_title", page.text)

    def test_no_cost_on_the_page(self):
        self.pump.standard_price = 61.37
        self._line().price_unit = 91
        self._offer("C")
        self.order._send_offers("manual")
        self.assertNotIn("61.37", self._page().text)

    def test_first_view_is_noted_once(self):
        self._page()
        viewed = self.first.first_viewed_on
        self.assertTrue(viewed)
        self._page()
        self.assertEqual(len(self.first.event_ids.filtered(lambda e: e.kind == "viewed")), 1)

    def test_seller_looking_is_no_view(self):
        self.seller.password = "offer_seller"
        self.authenticate("offer_seller", "offer_seller")
        self._page()
        self.assertFalse(self.first.first_viewed_on)

    def test_unsent_work_is_not_shown(self):
        self._line().price_unit = 66.66
        page = self._page()
        self.assertNotIn("66.66", page.text)
        self.assertNotIn(f"{self.order.amount_total:.2f}", page.text)

    def test_list_of_quotations_shows_no_unsent_total(self):
        user = new_test_user(self.env, "offer_buyer", groups="base.group_portal")
        user.partner_id.parent_id = self.customer
        user.password = "offer_buyer"
        self.authenticate("offer_buyer", "offer_buyer")
        self._line().price_unit = 66.66
        self.assertEqual(self.order.amount_total, 333.32)
        page = self.url_open("/my/quotes")
        self.assertIn(self.order.name, page.text)
        self.assertNotIn("333.32", page.text)

    def test_single_offer_looks_as_always(self):
        order = self._create_order(require_signature=True)
        order._send_offers("manual")
        page = self._page(order)
        self.assertIn("sale_info_title", page.text)
        self.assertFalse(self._texts(page, "//div[@data-offer]"))
        self.assertTrue(self._texts(page, "//button[contains(., 'counter-offer')]"))

    def test_single_offer_edited_since_shows_the_offer(self):
        order = self._create_order(require_signature=True)
        order._send_offers("manual")
        order.order_line[0].price_unit = 55.55
        page = self._page(order)
        self.assertEqual(len(self._texts(page, "//div[@data-offer]")), 1)
        self.assertNotIn("55.55", page.text)

    def test_link_freezes_what_was_never_sent(self):
        order = self._create_order()
        self._page(order)
        self.assertEqual(order.offer_ids.sent_by_channel, "portal")
        self.assertEqual(order.state, "sent")

    def test_link_preview_freezes_nothing(self):
        order = self._create_order()
        self.url_open(order.get_portal_url(), headers={"Odoo-Link-Preview": "True"})
        self.assertFalse(order.offer_ids)

    def test_countered_offer_says_so(self):
        self._answer(self.second, "decline", reason="No")
        self._answer(self.first, "counter", note="Less")
        self.assertIn("counter-offer", self._alert(self._page()))

    def test_pdf_shows_the_offers(self):
        self._line().price_unit = 66.66
        response = self._page(report_type="pdf")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertNotIn("66.66", response.text)

    def test_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        for lang, title in (("zh_CN", "沟通历程"), ("en_US", "Communication history")):
            self.customer.lang = lang
            self.assertIn(title, self._page().text)

    # === CHOOSE === #

    def test_choose_without_signature_confirms(self):
        page = self._answer(self.first, "choose")
        self.assertIn("confirmed", self._alert(page))
        self.assertEqual(self.order.state, "sale")
        self.assertEqual((self.first.state, self.second.state), ("accepted", "superseded"))
        self.assertEqual(self._line().price_unit, 100)
        self.assertEqual(self.first.decided_by, self.customer.name)

    def test_second_choice_is_told(self):
        self._answer(self.first, "choose")
        page = self._answer(self.second, "choose")
        self.assertIn("already been decided", self._alert(page))
        self.assertEqual(self.order.accepted_offer_id, self.first)

    def test_choose_then_sign(self):
        self._make_offers(require_signature=True)
        page = self._answer(self.first, "choose")
        self.assertEqual(self.order.state, "sent")
        self.assertEqual(self.order.chosen_offer_id, self.first)
        self.assertIn("modalaccept", page.text)
        # the salesperson goes on editing in between: the choice has to be repeated
        self._line().price_unit = 1
        self.assertIn("choose", self._sign()["error"])
        self._answer(self.first, "choose")
        result = self._sign()
        self.assertTrue(result["force_refresh"])
        self.assertEqual(self.order.accepted_offer_id, self.first)
        self.assertEqual(self._line().price_unit, 100)

    def _sign(self):
        return self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/accept",
            {
                "access_token": self.order._portal_ensure_token(),
                "name": "Mr Wang",
                "signature": PIXEL,
            },
        )

    def test_signing_before_choosing_is_refused(self):
        self._make_offers(require_signature=True)
        self.assertIn("choose", self._sign()["error"])
        self.assertEqual(self.order.state, "sent")

    def test_changing_ones_mind_before_signing(self):
        self._make_offers(require_signature=True)
        self._answer(self.first, "choose")
        self._answer(self.second, "choose")
        self._sign()
        self.assertEqual(self.order.accepted_offer_id, self.second)
        self.assertEqual(self._line().price_unit, 95)

    @mute_logger("odoo.http")
    def test_paying_before_choosing_is_refused(self):
        self._make_offers(require_payment=True, prepayment_percent=1.0)
        self.assertFalse(self.order._has_to_be_paid())
        with self.assertRaises(Exception) as caught:
            self.make_jsonrpc_request(
                f"/my/orders/{self.order.id}/transaction",
                {"access_token": self.order._portal_ensure_token()},
            )
        self.assertIn("ValidationError", str(caught.exception))

    def test_choose_then_pay(self):
        self._make_offers(require_payment=True, prepayment_percent=1.0)
        self._answer(self.first, "choose")
        self.assertTrue(self.order._has_to_be_paid())
        self.assertEqual(self.order.state, "sent")

    # === WHO MAY NOT === #

    def test_tokens(self):
        other = self._create_order()
        for token in ("", "wrong", other._portal_ensure_token()):
            self._answer(self.first, "choose", token=token)
            self.assertEqual(self.order.state, "sent")

    def test_offer_of_another_order(self):
        other = self._create_order()
        other._send_offers("manual")
        page = self._answer(other.offer_ids, "choose", order=self.order)
        self.assertIn("not part of", self._alert(page))
        self.assertEqual((self.order.state, other.state), ("sent", "sent"))

    def test_closed_offers(self):
        self.first._to_engine()._engine_write({"state": "superseded"})
        self.second._to_engine()._engine_write(
            {"validity_date": fields.Date.today() - timedelta(days=1)}
        )
        for offer in (self.first, self.second):
            for action, data in (
                ("choose", {}),
                ("counter", {"note": "x"}),
                ("decline", {"reason": "x"}),
            ):
                page = self._answer(offer, action, **data)
                self.assertIn("cannot be chosen any more", self._alert(page))
        self.assertEqual(self.order.state, "sent")

    def test_unapproved_offers(self):
        self.first._to_engine()._engine_write({"state": "to_approve"})
        page = self._answer(self.first, "choose")
        self.assertIn("to approve", self._alert(page))
        with patch.object(SaleOffer, "_get_acceptance_error", return_value="Below the floor"):
            self.assertFalse(self.order._get_portal_offers())

    def test_portal_user_of_another_customer(self):
        stranger = new_test_user(self.env, "offer_stranger", groups="base.group_portal")
        stranger.password = "offer_stranger"
        self.authenticate("offer_stranger", "offer_stranger")
        self._answer(self.first, "choose", token="")
        self.assertEqual(self.order.state, "sent")

    def test_portal_user_of_the_customer_needs_no_token(self):
        user = new_test_user(self.env, "offer_buyer", groups="base.group_portal")
        user.partner_id.parent_id = self.customer
        user.password = "offer_buyer"
        self.authenticate("offer_buyer", "offer_buyer")
        self._answer(self.first, "choose", token="")
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.first.decided_by, user.name)

    def test_portal_user_reads_no_offers_over_rpc(self):
        user = new_test_user(self.env, "offer_buyer", groups="base.group_portal")
        for model in ("sale.offer", "sale.offer.line", "sale.offer.event"):
            self.assertFalse(self.env[model].with_user(user).has_access("read"))

    def test_without_csrf_token(self):
        with mute_logger("odoo.http"):
            response = self.url_open(
                f"/my/orders/{self.order.id}/offers/{self.first.id}/choose",
                data={"access_token": self.order._portal_ensure_token()},
            )
        self.assertEqual(response.status_code, 400)

    # === COUNTER AND DECLINE === #

    def test_counter(self):
        line = self.first.line_ids[0]
        data = {
            f"price_unit_{line.id}": "80",
            f"quantity_{line.id}": "2",
            f"price_unit_{self.first.line_ids[1].id}": "20",
            "note": "Then we order today",
        }
        page = self._answer(self.first, "counter", **data)
        self.assertIn("Thank you", self._alert(page))
        self.assertEqual(self.first.state, "countered")
        self.assertEqual((line.customer_target_price, line.customer_target_qty), (80, 0))
        self.assertFalse(self.first.line_ids[1].customer_target_price)
        self.assertEqual(self.order.activity_ids.user_id, self.seller)
        self.assertEqual(self.second.state, "sent")

    def test_counter_with_text_instead_of_numbers(self):
        line = self.first.line_ids[0]
        page = self._answer(self.first, "counter", **{f"price_unit_{line.id}": "cheap"})
        self.assertIn("not a price", self._alert(page))
        self.assertEqual(self.first.state, "sent")

    def test_counter_text_is_escaped(self):
        self._answer(self.first, "counter", note="<script>alert(1)</script>")
        self.assertNotIn("<script>alert", self.order.message_ids[0].body)

    def test_decline_needs_words(self):
        self._answer(self.first, "decline", reason=" ")
        self.assertEqual(self.first.state, "sent")
        self._answer(self.first, "decline", reason="Too late")
        self.assertEqual(self.first.decision_note, "Too late")
        self.assertEqual(self.order.state, "sent")

    # === OPTIONAL PRODUCTS === #

    def test_customer_takes_an_optional_product(self):
        order = self._create_order(require_signature=True)
        order.write(
            {
                "order_line": [
                    Command.create(
                        {"display_type": "line_section", "name": "Options", "is_optional": True,
                         "sequence": 50}
                    ),
                    Command.create(
                        {"product_id": self.valve.id, "product_uom_qty": 0, "sequence": 51}
                    ),
                ]
            }
        )  # fmt: skip
        order._send_offers("manual")
        option = order.order_line.sorted("sequence")[-1]
        self.make_jsonrpc_request(
            f"/my/orders/{order.id}/update_line_dict",
            {
                "line_id": option.id,
                "access_token": order._portal_ensure_token(),
                "input_quantity": 3,
            },
        )
        self.assertEqual(option.product_uom_qty, 3)
        self.assertFalse(order._must_choose_offer())
        order.action_confirm()
        accepted = order.accepted_offer_id
        self.assertEqual(accepted.line_ids[-1].qty, 3)
        self.assertEqual(order.offer_ids.filtered(lambda o: o.option == "A").state, "superseded")

    # === PRINT === #

    def test_printing_freezes(self):
        order = self._create_order()
        self.seller.password = "offer_seller"
        self.authenticate("offer_seller", "offer_seller")
        self.url_open(f"/report/pdf/sale.report_saleorder/{order.id}")
        self.assertEqual(order.offer_ids.sent_by_channel, "print")
        self.url_open(f"/report/pdf/sale.report_saleorder/{order.id}")
        self.assertEqual(order.offer_count, 1)

    def test_printing_freezes_nothing_where_switched_off(self):
        order = self._create_order()
        order.company_id.sudo().offer_capture_on_print = False
        self.seller.password = "offer_seller"
        self.authenticate("offer_seller", "offer_seller")
        self.url_open(f"/report/pdf/sale.report_saleorder/{order.id}")
        self.assertFalse(order.offer_ids)
