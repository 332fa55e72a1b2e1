from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PriceGuardCommon


@tagged("post_install", "-at_install")
class TestPriceApproval(PriceGuardCommon):
    def setUp(self):
        super().setUp()
        self._floor()

    def _request(self, document, user=None):
        action = document.with_user(user or self.seller).action_request_price_approval()
        return self.env["sale.price.approval"].browse(action["res_id"])

    def _approve(self, approval, user=None):
        approval.with_user(user or self.price_manager).validate_tier()
        return approval

    def _state(self, order):
        self.env.invalidate_all()
        return order.order_line.floor_state

    # === THE WAY OF A REQUEST === #

    def test_request_waits_for_a_price_manager(self):
        order = self._order(price=70.0)
        approval = self._request(order)
        self.assertEqual(approval.state, "pending")
        self.assertIn(self.price_manager, approval.review_ids.reviewer_ids)
        self.assertNotIn(self.seller, approval.review_ids.reviewer_ids)
        self.assertEqual(self._state(order), "pending")
        self.assertEqual(approval.line_ids.price, 70.0)
        self.assertEqual(approval.line_ids.floor_price, 80.0)

    def test_approved_price_is_sent_and_confirmed(self):
        order = self._order(price=70.0)
        self._approve(self._request(order))
        self.assertEqual(self._state(order), "approved")
        order.capture_offer()
        order.offer_ids.action_send()
        order.offer_ids.action_accept()
        self.assertEqual(order.state, "sale")

    def test_requester_is_told(self):
        order = self._order(price=70.0)
        self._approve(self._request(order))
        self.assertIn("Prices of", order.message_ids[0].body)

    def test_request_asks_for_the_reason(self):
        order = self._order(price=70.0)
        action = order.action_ask_price_approval()
        wizard = (
            self.env["sale.price.reason"]
            .with_user(self.seller)
            .with_context(**action["context"])
            .create({"reason": "A competitor offers 69"})
        )
        self.assertIn("Gate valve", wizard.prices)
        self.assertNotIn("80", wizard.prices)
        approval = self.env["sale.price.approval"].browse(wizard.action_request()["res_id"])
        self.assertEqual(approval.reason, "A competitor offers 69")
        self.assertEqual(approval.user_id, self.seller)

    def test_colleague_cannot_ask_for_prices_of_others(self):
        order = self._order(price=70.0)
        wizard = (
            self.env["sale.price.reason"]
            .with_user(self.colleague)
            .create({"order_id": order.id, "reason": "Mine"})
        )
        with self.assertRaises(AccessError):
            wizard.action_request()

    def test_name_is_said_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["quotation_price_guard"], ["zh_CN"])
        order = self._order(price=70.0)
        approval = self._request(order)
        self.assertEqual(approval.display_name, f"Prices of {order.name}")
        self.assertEqual(approval.with_context(lang="zh_CN").display_name, f"{order.name} 的价格")

    def test_same_request_is_not_made_twice(self):
        order = self._order(price=70.0)
        self.assertEqual(self._request(order), self._request(order))

    def test_nothing_to_approve_is_told(self):
        with self.assertRaises(UserError):
            self._request(self._order(price=90.0))

    def test_request_of_a_captured_alternative(self):
        order = self._order(price=70.0)
        order.capture_offer()
        offer = order.offer_ids
        order.order_line.price_unit = 100.0
        action = offer.with_user(self.seller).action_request_price_approval()
        self._approve(self.env["sale.price.approval"].browse(action["res_id"]))
        offer.action_send()
        self.assertEqual(offer.state, "sent")

    # === THE STATE OF THE OFFER === #

    def _captured(self, price=70.0):
        order = self._order(price=price)
        return self.env["sale.offer"].with_user(self.seller).browse(order.capture_offer())

    def test_offer_waits_and_is_approved(self):
        offer = self._captured()
        approval = self._request(offer)
        self.assertEqual(offer.state, "to_approve")
        with self.assertRaisesRegex(UserError, "waits for an approval"):
            offer.action_send()
        self._approve(approval)
        self.assertEqual(offer.state, "approved")
        self.assertEqual(
            offer.event_ids.sorted("id").mapped("kind"), ["captured", "to_approve", "approved"]
        )
        self.assertEqual(
            offer.event_ids.sorted("id").mapped("actor"),
            [self.seller.name, self.seller.name, self.price_manager.name],
        )
        offer.order_id.with_context(mark_so_as_sent=True).message_post(body="Here it is")
        self.assertEqual((offer.state, offer.round), ("sent", 1))
        self.assertTrue(offer.verify_digest())

    def test_request_of_the_quotation_is_one_of_its_offers(self):
        offer = self._captured()
        approval = self._request(offer.order_id)
        self.assertEqual(offer.state, "to_approve")
        self._approve(approval)
        self.assertEqual(offer.state, "approved")

    def test_refused_and_taken_back_offers_are_drafts_again(self):
        offer = self._captured()
        self._request(offer).with_user(self.seller).action_cancel()
        self.assertEqual(offer.state, "draft")
        self._request(offer).with_user(self.price_manager).reject_tier()
        self.assertEqual(offer.state, "draft")
        self.assertEqual(offer.event_ids.sorted("id")[-1].kind, "draft")

    def test_alternative_above_the_floor_does_not_wait(self):
        offer = self._captured()
        offer.order_id.order_line.price_unit = 90.0
        other = offer.browse(offer.order_id.capture_offer("B"))
        self._request(offer)
        self.assertEqual((offer.state, other.state), ("to_approve", "draft"))
        other.order_id._send_offers("manual")
        self.assertEqual((offer.state, other.state), ("to_approve", "sent"))

    def test_capture_beside_an_offer_in_approval_stays_in_the_round(self):
        offer = self._captured()
        self._request(offer)
        offer.order_id.order_line.price_unit = 75.0
        other = offer.browse(offer.order_id.capture_offer())
        self.assertEqual((other.short_name, offer.state), ("R1-B", "to_approve"))

    def test_offer_whose_floor_is_gone_does_not_wait(self):
        offer = self._captured()
        self._request(offer)
        self.env["sale.price.floor"].search([]).active = False
        offer.action_send()
        self.assertEqual(offer.state, "sent")

    def test_offer_in_approval_is_frozen(self):
        offer = self._captured()
        self._request(offer)
        with self.assertRaises(UserError):
            offer.order_id.unlink()
        with self.assertRaises(UserError):
            offer.line_ids.with_user(self.price_manager).unlink()

    def test_taken_back_request_leaves_nothing(self):
        order = self._order(price=70.0)
        approval = self._request(order)
        approval.with_user(self.seller).action_cancel()
        self.assertEqual(approval.state, "cancelled")
        self.assertEqual(self._state(order), "approval")

    # === SMART APPROVAL === #

    def test_same_or_better_price_needs_no_approval(self):
        self._approve(self._request(self._order(price=70.0)))
        for price in (70.0, 75.0):
            order = self._order(price=price)
            self.assertEqual(self._state(order), "approved")
            order.action_confirm()

    def test_worse_price_needs_a_new_approval(self):
        self._approve(self._request(self._order(price=70.0)))
        self.assertEqual(self._state(self._order(price=69.0)), "approval")

    def test_quantity_outside_the_band_needs_a_new_approval(self):
        self._approve(self._request(self._order(price=70.0, product_uom_qty=10.0)))
        self.assertEqual(self._state(self._order(price=70.0, product_uom_qty=12.0)), "approved")
        self.assertEqual(self._state(self._order(price=70.0, product_uom_qty=13.0)), "approval")

    def test_dozen_at_the_approved_price_per_piece(self):
        self._approve(self._request(self._order(price=70.0, product_uom_qty=12.0)))
        order = self._order(price=840.0, product_uom_id=self.dozen.id)
        self.assertEqual(self._state(order), "approved")

    def test_approval_ends(self):
        approval = self._approve(self._request(self._order(price=70.0)))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_price_approval_line SET valid_until = %s WHERE approval_id = %s",
            (fields.Date.subtract(self.today, days=1), approval.id),
        )
        self.env.invalidate_all()
        self.assertEqual(self._state(self._order(price=70.0)), "approval")

    def test_approval_is_for_the_customer(self):
        self._approve(self._request(self._order(price=70.0)))
        order = self._order(price=70.0)
        order.partner_id = self.stranger
        order.order_line.price_unit = 70.0
        self.assertEqual(self._state(order), "approval")

    def test_refusal_holds_for_the_same_or_a_worse_price(self):
        approval = self._request(self._order(price=70.0))
        approval.with_user(self.price_manager).reject_tier()
        self.assertEqual(approval.state, "refused")
        for price in (70.0, 65.0):
            order = self._order(price=price)
            self.assertEqual(self._state(order), "refused")
            with self.assertRaisesRegex(UserError, "refused"):
                order.action_confirm()
            with self.assertRaises(UserError):
                self._request(order)

    def test_better_price_after_a_refusal_may_be_asked_for(self):
        self._request(self._order(price=70.0)).with_user(self.price_manager).reject_tier()
        order = self._order(price=72.0)
        self.assertEqual(self._state(order), "approval")
        self._approve(self._request(order))
        self.assertEqual(self._state(order), "approved")

    # === AUTHORITY === #

    def _authority(self, group="sales_team.group_sale_salesman", **values):
        return self.env["sale.price.authority"].create(
            {"group_id": self.env.ref(group).id, "max_discount": 100.0, **values}
        )

    def test_own_authority_lets_a_price_pass_and_is_recorded(self):
        self._authority(min_margin=10.0)
        order = self._order(price=70.0)
        self.assertEqual(self._state(order), "approved")
        order.action_confirm()
        approval = self.env["sale.price.approval"].search([("order_id", "=", order.id)])
        self.assertEqual((approval.kind, approval.state), ("authority", "approved"))
        self.assertEqual(approval.decided_by_id, self.seller)

    def test_beyond_the_own_authority(self):
        self._authority(min_margin=20.0)
        self.assertEqual(self._state(self._order(price=70.0)), "approval")
        self.env["sale.price.authority"].search([]).write({"min_margin": 0.0, "max_discount": 25.0})
        self.assertEqual(self._state(self._order(price=70.0)), "approval")

    def test_authority_does_not_overcome_a_refusal(self):
        self._request(self._order(price=70.0)).with_user(self.price_manager).reject_tier()
        self._authority(min_margin=0.0)
        self.assertEqual(self._state(self._order(price=70.0)), "refused")

    def test_authority_does_not_overcome_a_block(self):
        self.env["sale.price.floor"].search([]).action = "block"
        self._authority(min_margin=0.0)
        with self.assertRaises(UserError):
            self._order(price=70.0).action_confirm()

    def test_approver_needs_authority(self):
        approval = self._request(self._order(price=70.0))
        self._authority("quotation_price_guard.group_price_manager", min_margin=20.0)
        with self.assertRaisesRegex(UserError, "beyond your authority"):
            self._approve(approval)
        self.assertEqual(approval.state, "pending")

    def test_only_who_may_decide_is_asked(self):
        self._authority("quotation_price_guard.group_price_manager", min_margin=20.0)
        self._authority("sales_team.group_sale_manager", min_margin=0.0)
        approval = self._request(self._order(price=70.0))
        self.assertNotIn(self.price_manager, approval.review_ids.reviewer_ids)
        self.assertIn(self.manager, approval.review_ids.reviewer_ids)

    def test_price_beyond_everybodys_authority_is_told_at_once(self):
        self._authority("sales_team.group_sale_manager", min_margin=20.0)
        order = self._order(price=70.0)
        with self.assertRaisesRegex(UserError, "Nobody has the authority.*Gate valve"):
            self._request(order)

    def test_customer_has_no_authority(self):
        self._authority("base.group_portal", min_margin=-100.0)
        order = self._order(price=70.0)
        with self.assertRaises(UserError):
            order.with_user(self.portal).sudo().write({"state": "sale"})

    # === FORGING === #

    def test_approval_cannot_be_written(self):
        approval = self._request(self._order(price=70.0))
        for user in (self.seller, self.price_manager):
            for vals in ({"state": "approved"}, {"valid_until": "2099-01-01"}):
                with self.assertRaises(AccessError):
                    approval.with_user(user).write(vals)
            with self.assertRaises(AccessError):
                approval.line_ids.with_user(user).write({"price": 1.0})
        with self.assertRaises(AccessError):
            approval.with_user(self.price_manager).with_context(
                price_guard_engine="<price guard>", skip_validation_check=True
            ).write({"state": "approved"})

    def test_approval_cannot_be_created(self):
        with self.assertRaises(AccessError):
            self.env["sale.price.approval"].with_user(self.price_manager).create(
                {"name": "Forged", "partner_id": self.customer.id, "state": "approved"}
            )

    def test_requester_cannot_sign(self):
        order = self._order(price=70.0)
        approval = self._request(order)
        with self.assertRaises(AccessError):
            approval.with_user(self.seller).validate_tier()
        self.assertEqual(approval.state, "pending")
        with self.assertRaises(UserError):
            approval.review_ids.with_user(self.seller).write({"status": "approved"})

    def test_price_manager_does_not_sign_the_own_request(self):
        order = self._order(price=70.0, user=self.price_manager)
        approval = self._request(order, self.price_manager)
        with self.assertRaises(AccessError):
            self._approve(approval)
        self.assertEqual(approval.state, "pending")

    def test_validation_status_does_not_decide(self):
        approval = self._request(self._order(price=70.0))
        try:
            approval.sudo().write({"validation_status": "validated"})
        except (AccessError, UserError):
            return
        self.assertEqual(approval.state, "pending")

    def test_direct_decision_waits_for_reviews(self):
        approval = self._request(self._order(price=70.0))
        with self.assertRaises(UserError):
            approval.with_user(self.price_manager).action_approve()

    def test_direct_decision_without_definitions(self):
        self.env["tier.definition"].search([("model", "=", "sale.price.approval")]).active = False
        approval = self._request(self._order(price=70.0))
        with self.assertRaises(AccessError):
            approval.with_user(self.seller).action_approve()
        approval.with_user(self.price_manager).action_approve()
        self.assertEqual(approval.state, "approved")

    def test_colleagues_requests_are_hidden(self):
        approval = self._request(self._order(price=70.0))
        found = self.env["sale.price.approval"].with_user(self.colleague).search([])
        self.assertNotIn(approval, found)

    def test_floor_and_cost_are_hidden_from_salespeople(self):
        approval = self._request(self._order(price=70.0))
        for name in ("floor_price", "cost", "margin", "deviation"):
            with self.assertRaises(AccessError):
                approval.line_ids.with_user(self.seller).read([name])
        with self.assertRaises(AccessError):
            self.env["sale.price.floor"].with_user(self.seller).search([])
