import time
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import OfferCommon

MANY = 10_000


@tagged("post_install", "-at_install")
class TestBadInput(OfferCommon):
    """What should not be typed is told in words, and nothing is lost."""

    def test_negative_quantity_is_frozen_and_comes_back(self):
        """A line that takes goods back belongs to a quotation; it is no price that counts."""
        self._line(self.valve).product_uom_qty = -3
        offer = self._send()
        self._line(self.valve).product_uom_qty = 7
        offer.action_load()
        self.assertEqual(self._line(self.valve).product_uom_qty, -3)
        memory = {line["product_id"]: line for line in self.order.get_price_memory()}
        self.assertFalse(memory[self.valve.id]["last_quoted_price"])
        self.assertEqual(memory[self.pump.id]["last_quoted_price"], 100)

    def test_negative_wish_is_refused(self):
        offer = self._send()
        for wish in ({"quantity": -1}, {"price_unit": -1}, {"price_unit": "nan"}):
            with self.assertRaisesRegex(UserError, "not a price or quantity"):
                offer.action_counter([{"product_id": self.pump.id, **wish}], "")
        self.assertEqual(offer.state, "sent")

    def test_ambiguous_and_endless_numbers_are_refused(self):
        offer = self._send()
        for wish in ("1,5", "1,50,000", "1e308", "inf", "0", 0, True, [3]):
            with self.subTest(wish=wish), self.assertRaisesRegex(UserError, "not a price"):
                offer.action_counter([{"product_id": self.pump.id, "price_unit": wish}], "")
        self.assertEqual(offer.state, "sent")
        wishes = [{"product_id": self.pump.id, "price_unit": "1,234.50", "quantity": " 3 "}]
        offer.action_counter(wishes, 7)
        line = offer.line_ids[0]
        self.assertEqual((line.customer_target_price, line.customer_target_qty), (1234.5, 3))
        self.assertEqual(offer.decision_note, "7")

    def test_values_of_a_wrong_kind(self):
        for option in (5, ["A"], {"a": 1}):
            with self.assertRaisesRegex(UserError, "one or two letters"):
                self.order.capture_offer(option)
        offer = self._send()
        for lines in (5, {"product_id": self.pump.id}, "text", [5], [{"line_id": "x"}]):
            with self.subTest(lines=lines), self.assertRaises(UserError):
                offer.action_counter(lines, "")

    def test_counter_by_a_product_of_two_lines_is_ambiguous(self):
        self._line().copy({"order_id": self.order.id})
        offer = self._send()
        with self.assertRaisesRegex(UserError, "several lines"):
            offer.action_counter([{"product_id": self.pump.id, "price_unit": 80}], "")
        self.assertEqual(offer.state, "sent")

    def test_offer_of_a_decided_order_is_not_sent(self):
        """Any salesperson can write the state of an order over the interface."""
        offer = self._send()
        self.order.write({"state": "cancel"})
        with self.assertRaisesRegex(UserError, "not a quotation any more"):
            offer.action_send()

    def test_offer_made_to_another_customer(self):
        offer = self._send()
        draft = self._offer("B")
        self.assertEqual(draft, offer)
        self._line().price_unit = 90
        draft = self._offer("B")
        self._line().price_unit = 100
        stranger = self.env["res.partner"].create({"name": "Stranger", "email": "x@example.com"})
        self.order.partner_id = stranger
        self.order.invalidate_recordset()
        self.assertEqual(self.order.offer_status, "differs")
        for step in (offer.action_send, offer.action_accept, draft.action_send):
            with self.assertRaisesRegex(UserError, "was made for Offer Customer"):
                step()
        self.assertFalse(self.order.sudo()._get_portal_offers())
        again = self._send()
        self.assertEqual((again.short_name, again.partner_id), ("R2-A", stranger))
        self.assertEqual((offer.state, draft.state), ("superseded", "cancelled"))

    def test_another_address_is_the_same_customer(self):
        offer = self._send()
        self.order.partner_id = self.env["res.partner"].create(
            {"name": "Quay 3", "parent_id": self.customer.id, "type": "delivery"}
        )
        self.assertEqual(self.order.capture_offer(), offer.id)
        offer.action_accept()
        self.assertEqual(offer.state, "accepted")

    def test_merged_customers_keep_their_proof(self):
        offer, forged = self._send(), None
        other = self._create_order()
        other.order_line[0].price_unit = 1
        forged = self.env["sale.offer"].browse(other.capture_offer())
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_offer SET amount_total = 1 WHERE id = %s", [forged.id])
        self.env.invalidate_all()
        kept = self.env["res.partner"].create({"name": "Kept", "email": "kept@example.com"})
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge([self.customer.id, kept.id], kept)
        self.env.invalidate_all()
        self.assertEqual(offer.partner_id, kept)
        self.assertTrue(offer.verify_digest())
        self.assertFalse(forged.verify_digest())

    def test_currency_without_a_rate(self):
        """The offer is frozen in its own currency; nothing is compared with a made-up rate."""
        currency = self.env["res.currency"].create({"name": "XQH", "symbol": "X"})
        pricelist = self.env["product.pricelist"].create(
            {"name": "Without a rate", "currency_id": currency.id}
        )
        self.order = self._create_order(pricelist_id=pricelist.id)
        offer = self._send()
        self.assertEqual(offer.currency_id, currency)
        order = self._create_order()
        self.assertFalse(order.get_price_memory()[0]["last_quoted_price"])
        offer.action_accept()
        self.assertEqual(offer.state, "accepted")

    def test_archived_customer_is_told(self):
        offer = self._send()
        self.customer.active = False
        for step in (offer.action_send, offer.action_accept):
            with self.assertRaisesRegex(UserError, "Offer Customer is archived"):
                step()
        self.assertEqual((offer.state, self.order.state), ("sent", "sent"))
        self.customer.active = True
        offer.action_accept()
        self.assertEqual(self.order.state, "sale")

    def test_archived_product_is_told_and_the_quotation_untouched(self):
        offer = self._send()
        self._line().price_unit = 5
        self.valve.active = False
        with self.assertRaisesRegex(UserError, "archived: Valve"):
            offer.action_load()
        self.assertEqual(self._line().price_unit, 5)
        self.assertTrue(offer.verify_digest())

    def test_unit_of_an_offer_cannot_be_deleted(self):
        unit = self.env["uom.uom"].create(
            {"name": "Pallet", "relative_factor": 40, "relative_uom_id": self.pump.uom_id.id}
        )
        self._line().product_uom_id = unit
        offer = self._send()
        self._line().product_uom_id = self.pump.uom_id
        with self.assertRaisesRegex(UserError, "unit Pallet is part of offers.*Archive it"):
            unit.unlink()
        holder = self.env["uom.uom"].create({"name": "Spare"})
        unit.relative_uom_id = holder
        with self.assertRaisesRegex(UserError, "unit Pallet is part of offers"):
            holder.unlink()
        unit.relative_uom_id = self.pump.uom_id
        unit.active = False
        offer.action_load()
        self.assertEqual(self._line().product_uom_id, unit)

    def test_offer_without_a_product_line(self):
        order = self._create_order(
            order_line=[Command.create({"display_type": "line_note", "name": "Only words"})]
        )
        for step in (order.capture_offer, order.action_capture_alternative):
            with self.assertRaisesRegex(UserError, "Add a product first"):
                step()
        order._capture_on_first_view()
        self.assertFalse(order.offer_ids)

    def test_ten_thousand_lines(self):
        """Slow is allowed, losing a line is not."""
        line = self._line()
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
            " WHERE table_name = 'sale_order_line' AND column_name NOT IN ('id', 'sequence')"
        )
        columns = self.env.cr.fetchone()[0]
        self.env.cr.execute(
            f"INSERT INTO sale_order_line (sequence, {columns})"  # noqa: S608
            f" SELECT g, {columns} FROM sale_order_line, generate_series(11, %s) g WHERE id = %s",
            [MANY + 8, line.id],
        )
        self.env.invalidate_all()
        self.assertEqual(len(self.order.order_line), MANY)
        started = time.perf_counter()
        offer = self._offer()
        self.assertEqual(len(offer.line_ids), MANY)
        self.assertEqual(len(self.order.get_price_memory()), MANY)
        self.assertEqual(len(offer.compare()["rows"]), MANY)
        self.assertLess(time.perf_counter() - started, 600)
        with patch.object(self.registry["sale.offer"], "_render_pdf", lambda offer: b""):
            sending = self._count_queries(lambda: self.order._send_offers("manual"))
        self.assertEqual((offer.state, len(self.order.offer_ids)), ("sent", 1))
        self._line()[:3].price_unit = 1
        loading = self._count_queries(offer.action_load)
        self.assertEqual({line.price_unit for line in self._line()}, {100.0})
        self.assertTrue(offer.verify_digest())
        # the host reads and recomputes a thousand records at a time, none is asked for alone
        self.assertLessEqual(sending, 300)
        self.assertLessEqual(loading, 400)

    def _count_queries(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.cr.sql_log_count - before
