from ast import literal_eval
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.quotation_history.models.sale_offer import SaleOffer

from .common import OfferCommon


@tagged("post_install", "-at_install")
class TestNegotiation(OfferCommon):
    def _two_offers(self):
        first = self._offer(label="Standard")
        self._line().price_unit = 95
        second = self._offer(label="Cash price")
        self.order._send_offers("manual")
        return first, second

    # === ACCEPT === #

    def test_accept_loads_supersedes_and_confirms(self):
        first, second = self._two_offers()
        self.assertTrue(first.action_accept())
        self.assertEqual((first.state, second.state), ("accepted", "superseded"))
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.order.accepted_offer_id, first)
        self.assertEqual(self._line().price_unit, 100)
        self.assertEqual(first.decided_by, self.seller.name)

    def test_second_acceptance_is_refused(self):
        first, second = self._two_offers()
        first.action_accept()
        with self.assertRaisesRegex(UserError, "already been decided"):
            second.action_accept()

    def test_draft_superseded_expired_and_countered_are_refused(self):
        first, second = self._two_offers()
        self._line().price_unit = 90
        third = self._offer()
        with self.assertRaises(UserError):
            third.action_accept()
        second.action_counter([], "Too much")
        with self.assertRaises(UserError):
            second.action_accept()
        third.action_send()
        with self.assertRaisesRegex(UserError, "superseded"):
            first.action_accept()
        self.order.validity_date = fields.Date.today() - timedelta(days=1)
        with self.assertRaises(UserError):
            second.action_accept()

    def test_expired_is_refused_before_the_cron_ran(self):
        self.order.validity_date = fields.Date.today() + timedelta(days=1)
        offer = self._send()
        with freeze_time(fields.Date.today() + timedelta(days=3)):
            with self.assertRaisesRegex(UserError, "expired"):
                offer.action_accept()

    def test_hook_refuses_acceptance_and_sending(self):
        offer = self._offer()
        with patch.object(SaleOffer, "_check_can_send", side_effect=UserError("limit")):
            with self.assertRaises(UserError):
                offer.action_send()
        offer.action_send()
        with patch.object(SaleOffer, "_get_acceptance_error", return_value="limit"):
            with self.assertRaises(UserError):
                offer.action_accept()
        self.assertEqual(self.order.state, "sent")

    def test_work_in_progress_is_kept(self):
        first, _second = self._two_offers()
        self._line().price_unit = 77
        first.action_accept()
        draft = self.order.offer_ids.filtered(lambda offer: offer.label == "Work in progress")
        self.assertEqual(draft.line_ids[0].price_unit, 77)
        self.assertEqual(draft.state, "cancelled")

    def test_same_content_keeps_internal_changes(self):
        offer = self._send()
        self.order.client_order_ref = "PO 1"
        line = self._line()
        offer.action_accept()
        self.assertEqual(self._line(), line)
        self.assertFalse(line.is_offer_price)

    def test_confirm_button_accepts_the_matching_offer(self):
        first, second = self._two_offers()
        self.order.action_confirm()
        self.assertEqual((first.state, second.state), ("superseded", "accepted"))

    def test_confirming_other_content_is_recorded(self):
        first = self._send()
        self._line().price_unit = 50
        self.order.action_confirm()
        accepted = self.order.accepted_offer_id
        self.assertEqual(first.state, "superseded")
        self.assertEqual((accepted.short_name, accepted.state), ("R2-A", "accepted"))
        self.assertEqual(accepted.line_ids[0].price_unit, 50)
        self.assertTrue(accepted.verify_digest())
        note = self.order.message_ids.filtered(lambda message: "R2-A" in message.body)
        self.assertIn("The customer had R1-A", note.body)
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))

    def test_confirming_an_offer_needs_no_note(self):
        self._send()
        self.order.action_confirm()
        self.assertFalse(
            self.order.message_ids.filtered(lambda message: "none of the offers" in message.body)
        )

    def test_confirming_other_content_is_blocked_by_policy(self):
        self.order.company_id.sudo().offer_confirm_policy = "sent"
        self._send()
        self._line().price_unit = 50
        with self.assertRaisesRegex(UserError, "differs from every offer"):
            self.order.action_confirm()
        self._line().price_unit = 100
        self.assertTrue(self.order.action_confirm())

    def test_confirm_without_offers_leaves_nothing(self):
        self.order.action_confirm()
        self.assertFalse(self.order.offer_ids)

    def test_other_seller_cannot_touch_it(self):
        offer = self._send().with_user(self.other_seller)
        for method, args in (
            ("action_accept", ()),
            ("action_load", ()),
            ("action_decline", ("no",)),
            ("action_counter", ([], "no")),
            ("compare", ()),
            ("verify_digest", ()),
        ):
            with self.assertRaises(AccessError):
                getattr(offer, method)(*args)

    # === SEND === #

    def test_send_records_mail_and_pdf(self):
        offer = self._offer()
        offer.action_send()
        self.assertEqual((offer.state, offer.sent_by_channel), ("sent", "mail"))
        message = self.order.message_ids.filtered(lambda m: m.partner_ids == self.customer)
        self.assertEqual(message.attachment_ids.mapped("name"), [f"{offer.name}.pdf"])
        self.assertTrue(offer.pdf_digest)
        self.assertEqual(self.order.state, "sent")

    def test_mail_composer_captures_silently(self):
        action = self.order.action_quotation_send()
        context = dict(action["context"], active_ids=self.order.ids)
        composer = self.env["mail.compose.message"].with_user(self.seller).with_context(**context)
        composer.create({}).action_send_mail()
        self.assertEqual(self.order.offer_ids.mapped("short_name"), ["R1-A"])
        self.assertEqual(self.order.offer_ids.state, "sent")
        self.assertEqual(self.order.state, "sent")
        # the same once more
        composer.create({}).action_send_mail()
        self.assertEqual(self.order.offer_count, 1)

    def test_mail_takes_the_drafts_along(self):
        first = self._offer()
        self._line().price_unit = 95
        context = {"mark_so_as_sent": True}
        message = self.order.with_context(**context).message_post(body="Our offers")
        self.assertEqual(self.order.offer_ids.mapped("state"), ["sent", "sent"])
        self.assertIn(f"{first.name}.pdf", message.attachment_ids.mapped("name"))

    def test_customer_without_an_address(self):
        self.customer.email = False
        self.order.with_context(mark_so_as_sent=True).message_post(
            body="Hello", partner_ids=self.customer.ids
        )
        self.assertEqual(self.order.offer_ids.sent_to, self.customer.name)

    def test_empty_quotation_is_sent_as_before(self):
        self.order.order_line.unlink()
        self.order.with_context(mark_so_as_sent=True).message_post(body="Hello")
        self.assertEqual(self.order.state, "sent")
        self.assertFalse(self.order.offer_ids)

    def test_mark_as_sent(self):
        self.order.action_quotation_sent()
        self.assertEqual(self.order.offer_ids.sent_by_channel, "manual")

    # === DECLINE AND COUNTER === #

    def test_decline_keeps_the_words(self):
        offer = self._send()
        offer.action_decline("Too expensive")
        self.assertEqual((offer.state, offer.decision_note), ("declined", "Too expensive"))
        with self.assertRaises(UserError):
            offer.action_decline("Again")

    def test_lost_wizard_gives_the_reason(self):
        offer = self._send()
        reason = self.env["sale.offer.lost.reason"].create({"name": "Price"})
        wizard = (
            self.env["sale.offer.lost"]
            .with_user(self.seller)
            .create(
                {
                    "order_ids": [Command.set(self.order.ids)],
                    "lost_reason_id": reason.id,
                    "note": "No",
                }
            )
        )
        wizard.action_lost()
        self.assertEqual(self.order.state, "cancel")
        self.assertEqual((offer.state, offer.lost_reason_id), ("declined", reason))
        self.assertTrue(offer.verify_digest())

    def test_cancelling_a_confirmed_order_is_on_record_with_its_reason(self):
        offer = self._send()
        self.order.action_confirm()
        self.assertEqual(self.order.accepted_offer_id, offer)
        reason = self.env.ref("quotation_history.lost_reason_review")
        action = self.order.action_cancel_with_reason()
        wizard = (
            self.env["sale.offer.lost"]
            .with_user(self.seller)
            .with_context(**action["context"])
            .create({"lost_reason_id": reason.id, "note": "No capacity before June"})
        )
        wizard.action_lost()
        self.assertEqual(self.order.state, "cancel")
        self.assertFalse(self.order.accepted_offer_id)
        self.assertEqual((offer.state, offer.lost_reason_id), ("cancelled", reason))
        self.assertEqual(offer.event_ids[0].kind, "cancelled")
        self.assertTrue(offer.verify_digest())
        records = self.env.ref("quotation_history.action_sale_offer_lost_list")
        self.assertIn(offer, offer.search(literal_eval(records.domain)))
        self.order.action_draft()
        self.assertEqual(self._offer().short_name, "R2-A")

    def test_cancel_declines_and_a_new_start_opens_a_round(self):
        offer = self._send()
        self.order.action_cancel()
        self.assertEqual(offer.state, "declined")
        self.order.action_draft()
        self.assertEqual(self._offer().short_name, "R2-A")

    def test_counter_is_recorded_with_an_activity(self):
        offer = self._send()
        line = offer.line_ids[0]
        offer.action_counter(
            [{"line_id": line.id, "price_unit": 80, "quantity": 4, "note": "Please"}], "For 4"
        )
        self.assertEqual(offer.state, "countered")
        self.assertEqual((line.customer_target_price, line.customer_target_qty), (80, 4))
        self.assertIn("80", offer.event_ids.filtered(lambda e: e.kind == "countered").note)
        self.assertEqual(self.order.activity_ids.user_id, self.seller)
        self.assertTrue(offer.verify_digest())

    def test_bad_counter_loses_nothing(self):
        offer = self._send()
        foreign = self._create_order()
        other = self.env["sale.offer"].browse(foreign.capture_offer())
        for lines in (
            [{"product_id": self.pump.id, "price_unit": "cheap"}],
            [{"product_id": self.pump.id, "quantity": -1}],
            [{"product_id": self.pump.id, "price_unit": float("nan")}],
            [{"line_id": other.line_ids[0].id, "price_unit": 1}],
            ["text"],
            [],
        ):
            with self.assertRaises(UserError):
                offer.action_counter(lines, "")
        self.assertEqual(offer.state, "sent")

    def test_counter_becomes_the_next_round(self):
        offer = self._send()
        self._line().price_unit = 1
        offer.action_counter(
            [{"product_id": self.pump.id, "price_unit": 80, "quantity": 4}], "For 4"
        )
        draft = self.env["sale.offer"].browse(offer.action_counter_to_draft())
        self.assertEqual((draft.short_name, draft.state), ("R2-A", "draft"))
        self.assertEqual((draft.line_ids[0].price_net, draft.line_ids[0].qty), (80, 4))
        self.assertEqual(draft.line_ids[1].price_net, 20)

    # === EXPIRY === #

    def _run(self, cron):
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()

    def test_cron_expires_and_reminds(self):
        today = fields.Date.today()
        self.order.validity_date = today + timedelta(days=2)
        offer = self._send()
        other = self._create_order(validity_date=today + timedelta(days=30))
        other._send_offers("manual")
        cron = self.env.ref("quotation_history.ir_cron_expire_offers")
        self._run(cron)
        self.assertEqual(len(self.order.activity_ids), 1)
        self.assertFalse(other.activity_ids)
        self._run(cron)
        self.assertEqual(len(self.order.activity_ids), 1)
        with freeze_time(today + timedelta(days=3)):
            self._run(cron)
        self.assertEqual(offer.state, "expired")
        self.assertEqual(other.offer_ids.state, "sent")

    def test_countered_offer_expires_with_its_date(self):
        today = fields.Date.today()
        self.order.validity_date = today + timedelta(days=2)
        offer = self._send()
        offer.action_counter([{"product_id": self.pump.id, "price_unit": 80}], "Less")
        cron = self.env.ref("quotation_history.ir_cron_expire_offers")
        self._run(cron)
        self.assertEqual(offer.state, "countered")
        with freeze_time(today + timedelta(days=3)):
            with self.assertRaisesRegex(UserError, "expired"):
                offer.action_counter([], "Even less")
            self._run(cron)
        self.assertEqual(offer.state, "expired")
        self.assertEqual(self.order.offer_event_ids[0].kind, "expired")

    def test_counter_of_an_expired_offer_can_still_be_taken_over(self):
        today = fields.Date.today()
        self.order.validity_date = today + timedelta(days=2)
        offer = self._send()
        offer.action_counter([{"product_id": self.pump.id, "price_unit": 80}], "Less")
        with freeze_time(today + timedelta(days=3)):
            self._run(self.env.ref("quotation_history.ir_cron_expire_offers"))
            self.order.validity_date = today + timedelta(days=9)
            draft = self.env["sale.offer"].browse(offer.action_counter_to_draft())
        self.assertEqual((draft.round, draft.line_ids[0].price_net), (2, 80))

    def test_expired_offer_without_a_counter_has_none_to_take_over(self):
        self.order.validity_date = fields.Date.today() + timedelta(days=2)
        offer = self._send()
        with freeze_time(fields.Date.today() + timedelta(days=3)):
            self._run(self.env.ref("quotation_history.ir_cron_expire_offers"))
            with self.assertRaisesRegex(UserError, "no counter-offer"):
                offer.action_counter_to_draft()

    # === STEPS AND ANALYSIS === #

    def test_every_step_is_recorded(self):
        first = self._send()
        first.action_counter([], "Cheaper")
        self._line().price_unit = 90
        second = self._send()
        second.action_accept()
        kinds = self.order.offer_event_ids.sorted("id").mapped("kind")
        self.assertEqual(
            kinds,
            ["captured", "sent", "countered", "captured", "superseded", "sent", "chosen",
             "accepted"],
        )  # fmt: skip
        self.assertEqual(set(self.order.offer_event_ids.mapped("actor")), {self.seller.name})

    def test_analysis(self):
        self._send()
        self._line().price_unit = 80
        self._send()
        self.order.action_confirm()
        self.env.flush_all()
        rows = self.env["sale.offer.report"].search([("order_id", "=", self.order.id)])
        rows = rows.sorted("round_name")
        self.assertEqual(rows.mapped("win_rate"), [0, 100])
        self.assertAlmostEqual(rows[1].concession, 10)
        self.assertEqual(rows.mapped("amount"), [400, 360])
        self.assertEqual(rows[0].categ_id, self.pump.categ_id)
        self.assertEqual(sum(rows.mapped("nbr_quotations")), 1)
        self.assertEqual(rows.filtered("nbr_quotations").nbr_rounds, 2)

    def test_analysis_of_the_time_between_rounds_and_to_the_decision(self):
        start = fields.Datetime.now()
        with freeze_time(start - timedelta(days=9)):
            self._two_offers()
        with freeze_time(start - timedelta(days=5)):
            self._line().price_unit = 80
            second = self._send()
        with freeze_time(start - timedelta(days=2)):
            second.action_accept()
        self.assertEqual(self._analyse("days_between_rounds", "days_to_decide"), (4, 3))
        self.assertEqual(self._analyse("nbr_rounds", "concession"), (2, 10))
        self.env.flush_all()
        report = self.env["sale.offer.report"]
        groups = report._read_group(
            [("order_id", "=", self.order.id)], ["round_name"], ["days_between_rounds:avg"]
        )
        self.assertEqual(groups, [("R1", False), ("R2", 4)])

    def test_concession_is_one_of_prices_not_of_quantities(self):
        self._send()
        self._line().write({"product_uom_qty": 20, "price_unit": 90})
        self._line(self.valve).unlink()
        extra = self._create_product("Motor", 500, 300)
        self.order.order_line = [Command.create({"product_id": extra.id})]
        self._send()
        self.order.action_confirm()
        self.assertEqual(self._analyse("concession"), (10,))

    def test_concession_across_currencies(self):
        currency = self.env["res.currency"].create({"name": "XQC", "symbol": "X"})
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": 4.0, "name": "2020-01-01"}
        )
        self._send()
        self.order.pricelist_id = self.env["product.pricelist"].create(
            {"name": "XQC", "currency_id": currency.id}
        )
        self._line().price_unit = 360
        self._line(self.valve).price_unit = 72
        self._send()
        self.order.action_confirm()
        self.assertAlmostEqual(self._analyse("concession")[0], 10)

    def test_analysis_of_a_decline(self):
        start = fields.Datetime.now()
        with freeze_time(start - timedelta(days=3)):
            offer = self._send()
        with freeze_time(start - timedelta(days=2)):
            offer.action_decline("Too dear")
        self.assertEqual(
            self._analyse("days_to_decide", "days_between_rounds", "win_rate", "concession"),
            (1, False, 0, False),
        )

    def test_analysis_by_salesperson_customer_and_category(self):
        self._send()
        self.order.action_confirm()
        self.env.flush_all()
        for name, value in (
            ("user_id", self.seller),
            ("partner_id", self.customer),
            ("commercial_partner_id", self.customer),
            ("categ_id", self.pump.categ_id),
        ):
            groups = self.env["sale.offer.report"]._read_group(
                [("order_id", "=", self.order.id)], [name], ["amount:sum"]
            )
            self.assertEqual(groups, [(value, 400)])

    def test_decided_are_orders_that_fell_through_too(self):
        self._send()
        self.order.action_confirm()
        self.order.action_cancel()
        withdrawn = self._create_order()
        withdrawn._send_offers("manual")
        withdrawn.offer_ids.action_withdraw()
        self.env.flush_all()
        view = self.env.ref("quotation_history.sale_offer_report_view_search")
        decided = etree.fromstring(view.arch).find(".//filter[@name='decided']")
        found = self.env["sale.offer.report"].search(literal_eval(decided.get("domain")))
        self.assertIn(self.order, found.order_id)
        self.assertNotIn(withdrawn, found.order_id)

    def test_accountant_reads_the_analysis(self):
        self._send()
        self.env.flush_all()
        for group in ("account.group_account_readonly", "account.group_account_invoice"):
            accountant = new_test_user(self.env, group.replace(".", "_"), groups=group)
            report = self.env["sale.offer.report"].with_user(accountant)
            self.assertTrue(report.search([("order_id", "=", self.order.id)]))

    def _analyse(self, *measures):
        self.env.flush_all()
        return self.env["sale.offer.report"]._read_group(
            [("order_id", "=", self.order.id)], aggregates=[f"{name}:avg" for name in measures]
        )[0]

    def test_alternatives_do_not_lower_the_win_rate(self):
        _first, second = self._two_offers()
        self.assertEqual(self._analyse("win_rate", "quotation_win_rate"), (False, False))
        second.action_accept()
        self.assertEqual(
            self._analyse("win_rate", "quotation_win_rate", "nbr_rounds"), (100, 100, 1)
        )

    def test_cancelled_order_is_no_win(self):
        self._send()
        self.order.action_confirm()
        self.assertEqual(self._analyse("quotation_win_rate"), (100,))
        self.order.action_cancel()
        self.assertEqual(self._analyse("quotation_win_rate"), (0,))

    def test_analysis_speaks_the_users_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        report = self.env["sale.offer.report"].with_context(lang="zh_CN")
        labels = dict(report.fields_get(["state"])["state"]["selection"])
        self.assertEqual(labels["superseded"], "已被取代")

    def test_sale_report_counts_one_order(self):
        for price in (95, 90, 85):
            self._send()
            self._line().price_unit = price
        self.order.action_confirm()
        self.env.flush_all()
        report = self.env["sale.report"]
        groups = report._read_group(
            [("partner_id", "=", self.customer.id)], aggregates=["nbr:sum", "price_subtotal:sum"]
        )
        self.assertEqual(groups, [(2, self.order.amount_untaxed)])

    # === COMPARE === #

    def test_compare(self):
        first, second = self._two_offers()
        result = (second | first).with_user(self.seller).compare()
        self.assertEqual([o["short_name"] for o in result["offers"]], ["R1-A", "R1-B"])
        self.assertEqual(result["offers"][1]["first_percent"], -2.5)
        self.assertNotIn("margin", result["offers"][0])
        cell = result["rows"][0]["cells"][1]
        self.assertEqual(cell["previous_percent"], -5)
        self.assertIn("price_unit", cell["changed"])
        self.assertFalse(result["rows"][1]["cells"][1]["changed"])
        manager = first.with_user(self.manager).compare()
        self.assertEqual(manager["offers"][0]["margin"], 160)

    # === COMPANIES === #

    def test_other_company_sees_nothing(self):
        offer = self._send()
        company = self.env["res.company"].create({"name": "Other"})
        manager = self.manager
        manager.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        self.assertFalse(self.env["sale.offer"].with_user(manager).search([("id", "=", offer.id)]))
        with self.assertRaises(AccessError):
            offer.with_user(manager).compare()
