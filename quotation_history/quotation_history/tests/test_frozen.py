import base64
from unittest.mock import patch
from xmlrpc.client import Fault

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import OfferCommon


@tagged("post_install", "-at_install")
class TestFrozen(OfferCommon):
    """What the customer was offered stays as it was, whoever tries, however."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.offer = cls.env["sale.offer"].browse(cls.order.capture_offer())
        cls.order._send_offers("manual")

    def test_digest_holds(self):
        self.assertTrue(self.offer.with_user(self.seller).verify_digest())

    def test_write_is_refused(self):
        for user in (self.seller, self.manager):
            with self.assertRaises(AccessError):
                self.offer.with_user(user).check_access("write")
        for record in (self.offer, self.offer.line_ids[0], self.offer.event_ids[0]):
            with self.assertRaises(UserError):
                record.sudo().write({"display_name": "x"})
            with self.assertRaises(UserError):
                record.sudo().unlink()
            with self.assertRaises(UserError):
                record.sudo().create({})

    def test_copy_is_refused(self):
        for record in (self.offer, self.offer.line_ids[0]):
            with self.assertRaises(UserError):
                record.sudo().copy()

    def test_context_keys_open_nothing(self):
        forged = {"offer_engine": True, "install_mode": True, "force_write": 1, "sudo": True}
        with self.assertRaises(UserError):
            self.offer.sudo().with_context(**forged).write({"amount_total": 1})

    def test_defaults_in_the_context_are_ignored(self):
        order = self._create_order().with_context(
            default_state="accepted", default_sent_on="2020-01-01", default_customer_target_price=9
        )
        offer = self.env["sale.offer"].browse(order.capture_offer())
        self.assertEqual((offer.state, offer.sent_on), ("draft", False))
        self.assertFalse(offer.line_ids[0].customer_target_price)
        with self.assertRaises(UserError):
            self.env["sale.order"].with_context(default_accepted_offer_id=offer.id).create(
                {"partner_id": self.customer.id}
            )

    def test_size_instead_of_content_proves_nothing_wrong(self):
        order = self._create_order().with_context(bin_size=True)
        order._send_offers("manual")
        self.assertTrue(order.offer_ids.verify_digest())
        self.assertTrue(order.with_context(bin_size=False).offer_ids.verify_digest())

    def test_commands_from_the_order_are_refused(self):
        line = self.offer.line_ids[0]
        commands = [
            Command.update(self.offer.id, {"amount_total": 1}),
            Command.delete(self.offer.id),
            Command.create({"round": 9}),
            Command.update(self.offer.id, {"line_ids": [Command.update(line.id, {"qty": 1})]}),
        ]
        for order in (self.order, self.order.sudo()):
            for command in commands:
                with self.assertRaises(UserError):
                    order.write({"offer_ids": [command]})

    def test_related_order_columns_cannot_be_forged(self):
        for values in ({"current_round": 0}, {"accepted_offer_id": self.offer.id}):
            with self.assertRaises(UserError):
                self.order.write(values)
            with self.assertRaises(UserError):
                self.env["sale.order"].create({"partner_id": self.customer.id, **values})

    def test_order_is_not_deleted(self):
        self.order.sudo().action_draft()
        with self.assertRaisesRegex(UserError, "Cancel the quotation"):
            self.order.sudo().unlink()
        self.order.action_cancel()
        with self.assertRaises(UserError):
            self.order.sudo().unlink()

    def test_order_with_drafts_only_is_deleted(self):
        order = self._create_order()
        offer = self.env["sale.offer"].browse(order.capture_offer())
        order.sudo().unlink()
        self.assertFalse(offer.exists())

    def test_line_deleted_from_the_order_stays_in_the_offer(self):
        self.order.order_line[0].unlink()
        self.assertEqual(len(self.offer.line_ids), 2)
        self.assertTrue(self.offer.verify_digest())

    @mute_logger("odoo.sql_db")
    def test_frozen_products_cannot_be_deleted(self):
        self.order.order_line[0].unlink()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.pump.sudo().unlink()

    def test_change_behind_the_orm_shows(self):
        self.env.cr.execute(
            "UPDATE sale_offer_line SET price_unit = 1 WHERE id = %s", [self.offer.line_ids[0].id]
        )
        self.assertFalse(self.offer.verify_digest())

    def test_line_deleted_behind_the_orm_shows(self):
        self.env.cr.execute(
            "DELETE FROM sale_offer_line WHERE id = %s", [self.offer.line_ids[0].id]
        )
        self.assertFalse(self.offer.verify_digest())

    def test_pdf_is_attached_and_proven(self):
        self.assertTrue(self.offer.pdf)
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "sale.offer"), ("res_field", "=", "pdf"),
             ("res_id", "=", self.offer.id)]
        )  # fmt: skip
        with self.assertRaises(AccessError):
            attachment.with_user(self.seller).write({"raw": b"other"})
        attachment.sudo().raw = b"other"
        self.assertFalse(self.offer.verify_digest())

    def test_the_mailed_pdf_is_the_one_kept(self):
        self.order.order_line[0].price_unit = 5
        offer = self.env["sale.offer"].browse(self.order.capture_offer())
        made = []

        def render(records):
            made.append(records)
            return b"%%PDF-1.4 %d" % len(made)

        for _twice in range(2):
            with patch.object(self.registry["sale.offer"], "_render_pdf", render):
                offer.action_send()
            mailed = self.order.message_ids.attachment_ids.filtered(
                lambda attachment: attachment.name == f"{offer.name}.pdf"
            )
            self.assertEqual(set(mailed.mapped("raw")), {b"%PDF-1.4 1"})
        self.assertEqual(base64.b64decode(offer.pdf), b"%PDF-1.4 1")
        self.assertEqual(len(made), 1)
        self.assertTrue(offer.verify_digest())

    def test_payload_is_read_by_nobody(self):
        with self.assertRaises(AccessError):
            self.offer.line_ids.with_user(self.manager).read(["payload"])

    def test_cost_needs_the_right(self):
        with self.assertRaises(AccessError):
            self.offer.with_user(self.seller).read(["margin"])
        self.assertTrue(self.offer.with_user(self.manager).read(["margin"]))

    def test_draft_can_be_withdrawn_sent_is_cancelled(self):
        self.offer.with_user(self.seller).action_withdraw()
        self.assertEqual(self.offer.state, "cancelled")
        draft = self.env["sale.offer"].with_user(self.seller).browse(self.order.capture_offer())
        draft.action_withdraw()
        self.assertFalse(draft.exists())


@tagged("post_install", "-at_install")
class TestFrozenRpc(OfferCommon, HttpCase):
    """The same over XML-RPC, as a client would try it."""

    def setUp(self):
        super().setUp()
        self.offer = self._send()
        self.seller.password = "offer_seller"
        database, password = self.env.cr.dbname, "offer_seller"
        uid = self.xmlrpc_common.login(database, password, password)

        def call(model, method, *args, **kwargs):
            return self.xmlrpc_object.execute_kw(
                database, uid, password, model, method, list(args), kwargs
            )

        self.call = call

    @mute_logger("odoo.addons.rpc.controllers.xmlrpc", "odoo.http")
    def test_no_call_changes_an_offer(self):
        line = self.offer.line_ids[0]
        attempts = [
            ("sale.offer", "write", [self.offer.id], {"state": "accepted"}),
            ("sale.offer", "unlink", [self.offer.id]),
            ("sale.offer", "_engine_write", [self.offer.id], {"amount_total": 1}),
            ("sale.offer", "_engine_create", [{"round": 1}]),
            ("sale.offer.line", "write", [line.id], {"price_unit": 1}),
            ("sale.offer.line", "web_save", [line.id], {"price_unit": 1}, {}),
            ("sale.order", "write", [self.order.id], {"offer_ids": [[2, self.offer.id]]}),
            ("sale.order", "write", [self.order.id], {"current_round": 0}),
            ("sale.order", "unlink", [self.order.id]),
        ]
        for model, method, *args in attempts:
            with self.subTest(method=method, args=args), self.assertRaises(Fault):
                self.call(model, method, *args, context={"offer_engine": True})
        self.assertTrue(self.offer.verify_digest())
        self.assertEqual(self.offer.state, "sent")

    @mute_logger("odoo.addons.rpc.controllers.xmlrpc")
    def test_the_contract_over_rpc(self):
        self.assertEqual(self.call("sale.order", "capture_offer", [self.order.id]), self.offer.id)
        self._line().price_unit = 90
        second = self.call("sale.order", "capture_offer", [self.order.id], "B", "Cheap")
        ids = [self.offer.id, second]
        comparison = self.call("sale.offer", "compare", ids)
        self.assertEqual(len(comparison["offers"]), 2)
        self.assertTrue(self.call("sale.offer", "verify_digest", ids))
        self.assertTrue(self.call("sale.offer", "action_send", [second]))
        lines = [{"product_id": self.pump.id, "price_unit": 80, "quantity": 3}]
        self.assertTrue(self.call("sale.offer", "action_counter", [second], lines, "Cheaper"))
        self.assertTrue(self.call("sale.offer", "action_decline", [second], "No"))
        self.assertTrue(self.call("sale.offer", "action_load", [second]))
        self.assertTrue(self.call("sale.offer", "action_accept", [self.offer.id]))
        self.assertEqual(self.order.state, "sale")
