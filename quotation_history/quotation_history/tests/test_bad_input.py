import time

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

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
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            unit.unlink()
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
