import json

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OfferCommon


@tagged("post_install", "-at_install")
class TestCapture(OfferCommon):
    def test_first_capture_is_r1_a(self):
        offer = self._offer()
        self.assertEqual(offer.name, f"{self.order.name} R1-A")
        self.assertEqual(offer.state, "draft")
        self.assertEqual(offer.amount_total, self.order.amount_total)
        self.assertEqual(self.order.current_round, 1)

    def test_same_content_same_id(self):
        offer_id = self.order.capture_offer()
        self.assertEqual(self.order.capture_offer(), offer_id)
        self.assertEqual(self.order.capture_offer("B"), offer_id)
        self.order._send_offers("manual")
        self.assertEqual(self.order.capture_offer(), offer_id)
        self.assertEqual(self.order.offer_count, 1)

    def test_alternatives_before_sending_share_the_round(self):
        self._offer()
        self._line().price_unit = 95
        second = self._offer(label="Cash price")
        self.assertEqual(second.short_name, "R1-B")
        self.assertEqual(second.label, "Cash price")

    def test_change_after_sending_opens_the_next_round(self):
        self._send()
        self._line().price_unit = 95
        self.assertEqual(self._offer().short_name, "R2-A")

    def test_named_option_is_added_to_the_sent_round(self):
        self._send()
        self._line().price_unit = 95
        self.assertEqual(self._offer("b").short_name, "R1-B")

    def test_named_draft_is_captured_again(self):
        first = self._offer("A")
        self._line().price_unit = 95
        again = self._offer("A")
        self.assertFalse(first.exists())
        self.assertEqual(again.short_name, "R1-A")
        self.assertEqual(again.line_ids[0].price_unit, 95)

    def test_named_option_that_was_sent_opens_a_round(self):
        self._send("A")
        self._line().price_unit = 95
        self.assertEqual(self._offer("A").short_name, "R2-A")

    def test_new_round_supersedes(self):
        first = self._send()
        self._line().price_unit = 95
        second = self._send()
        self.assertEqual((first.state, second.state), ("superseded", "sent"))

    def test_kept_valid_survives_the_next_round(self):
        first = self._send()
        first.action_toggle_keep_valid()
        self._line().price_unit = 95
        self._send()
        self.assertEqual(first.state, "sent")

    def test_alternative_of_the_same_round_supersedes_nothing(self):
        first = self._send()
        self._line().price_unit = 95
        self._offer("B").action_send()
        self.assertEqual(first.state, "sent")

    def test_no_product_line(self):
        self.order.order_line.unlink()
        with self.assertRaisesRegex(UserError, "product"):
            self.order.capture_offer()

    def test_impossible_option(self):
        with self.assertRaises(UserError):
            self.order.capture_offer("1; drop")

    def test_confirmed_order(self):
        self.order.action_confirm()
        with self.assertRaises(UserError):
            self.order.capture_offer()

    def test_status_differs(self):
        self._send()
        self.assertEqual(self.order.offer_status, "same")
        self._line().product_uom_qty = 3
        self.order.invalidate_recordset()
        self.assertEqual(self.order.offer_status, "differs")
        self.assertEqual(self.order.offer_status_names, "R1-A")
        self._offer()
        self.order.invalidate_recordset()
        self.assertEqual(self.order.offer_status, "draft")

    def test_internal_change_is_no_difference(self):
        self._send()
        self.order.client_order_ref = "PO 7"
        self.order.invalidate_recordset()
        self.assertFalse(self.order.has_unsent_changes)

    def test_summary(self):
        self._send()
        self._line().price_unit = 95
        self._offer()
        self.assertEqual(self.order.offer_summary, "R2 · 2 offers")

    def test_change_percent(self):
        self._send()
        self._line().price_unit = 80
        offer = self._offer()
        self.assertAlmostEqual(offer.change_percent, -10)

    def test_margin_is_frozen(self):
        offer = self._offer().with_user(self.manager)
        self.assertEqual(offer.margin, 400 - 240)
        self.pump.standard_price = 90
        self.assertEqual(offer.line_ids[0].purchase_price, 60)

    def test_frozen_payload_is_the_live_lines(self):
        live = self.order.sudo().order_line._get_offer_payloads().dicts()
        frozen = self._offer().sudo().line_ids.sorted()._get_payloads()
        self.assertEqual([*frozen.values()], live)

    def test_offer_whose_lines_are_complete(self):
        """Offers were frozen like that before lines shared what they have in common."""
        offer = self._offer().sudo()
        whole = offer.line_ids._get_payloads()
        for line, payload in whole.items():
            self.cr.execute(
                "UPDATE sale_offer_line SET payload = %s WHERE id = %s",
                [json.dumps(payload), line.id],
            )
        self.cr.execute(
            "UPDATE sale_offer SET header_payload = header_payload - 'order_line' WHERE id = %s",
            [offer.id],
        )
        self.env.invalidate_all()
        self.assertFalse(offer._get_shared_payload())
        self.assertEqual(offer.line_ids._get_payloads(), whole)
        before = self.order.order_line.mapped("price_unit")
        self.order.order_line.price_unit = 1
        offer.with_user(self.seller).action_load()
        self.assertEqual(self.order.order_line.mapped("price_unit"), before)

    def test_payload_has_every_field_a_copy_has(self):
        lines = self.order.sudo().order_line
        payloads = lines._get_offer_payloads().dicts()
        for payload, copied in zip(payloads, lines.copy_data(), strict=True):
            self.assertEqual(set(payload), set(copied))
            self.assertEqual(payload["price_unit"], copied["price_unit"])
            self.assertEqual(payload["tax_ids"], [list(command) for command in copied["tax_ids"]])

    def test_huge_and_tiny_numbers_are_proven(self):
        self._line().write({"price_unit": 3e17, "technical_price_unit": 1e-7})
        offer = self._offer()
        self.assertTrue(offer.verify_digest())
        self._line().price_unit = 1
        offer.action_load()
        self.assertEqual(self._line().price_unit, 3e17)
