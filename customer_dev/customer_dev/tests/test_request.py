from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestRequest(DevelopmentCommon):
    """Application, stop and reopening: who signs, what follows, what cannot be forged."""

    VALUES = {"reason": "Good firm", "line_ids": [(0, 0, {"name": "Valves", "quantity": 9})]}

    def _apply(self, lead, values=None):
        action = lead.with_user(self.rep).action_apply_development(values or self.VALUES)
        return self.env["crm.development.request"].browse(action["res_id"])

    def _sign(self, request, user, decision="approve", opinion="Seen"):
        waiting = request.sudo().review_ids.filtered(lambda r: r.status in ("waiting", "pending"))
        waiting.with_user(user)._filter_signable(user)[:1].with_user(user).sign(decision, opinion)

    def _stop(self, lead, user=None):
        action = lead.with_user(user or self.rep).action_stop_development("credit", "They owe all")
        return self.env["crm.development.request"].browse(action["res_id"])

    def test_head_alone_signs_a_small_one(self):
        request = self._apply(self._lead(expected_revenue=1000))
        self.assertEqual(request.state, "submitted")
        self._sign(request, self.head)
        self.assertEqual(request.state, "approved")

    def test_general_manager_signs_key_accounts_too(self):
        request = self._apply(self._lead(development_type="key"))
        self._sign(request, self.head)
        self.assertEqual(request.state, "submitted")
        self._sign(request, self.boss)
        self.assertEqual(request.state, "approved")

    def test_general_manager_signs_big_expectations_too(self):
        limit = self.env.company.gm_approval_revenue
        request = self._apply(self._lead(expected_revenue=limit))
        self.assertTrue(request.needs_gm)

    def test_general_manager_comes_after_the_head(self):
        request = self._apply(self._lead(development_type="key"))
        self._sign(request, self.boss)
        self.assertFalse(request.sudo().review_ids.filtered(lambda r: r.done_by == self.boss))

    def test_head_does_not_sign_his_own(self):
        lead = self._lead(user_id=self.head.id)
        action = lead.with_user(self.head).action_apply_development(self.VALUES)
        request = self.env["crm.development.request"].browse(action["res_id"])
        self.assertEqual((request.needs_head, request.needs_gm), (False, True))

    def test_rejected_application_tells_and_can_be_made_again(self):
        lead = self._lead()
        request = self._apply(lead)
        self._sign(request, self.head, "reject", "Too small")
        self.assertEqual((request.state, lead.application_state), ("rejected", "rejected"))
        again = self._apply(lead)
        self.assertNotEqual(again, request)
        self.assertEqual((again.state, lead.application_state), ("submitted", "submitted"))

    def test_the_open_application_is_returned_again(self):
        lead = self._lead().with_user(self.rep)
        first, second = lead.action_apply_development(), lead.action_apply_development()
        self.assertEqual(first["res_id"], second["res_id"])

    def test_submission_needs_reason_and_goods(self):
        lead = self._lead().with_user(self.rep)
        with self.assertRaisesRegex(UserError, "reason"):
            lead.action_apply_development({"policy": "cash"})
        with self.assertRaisesRegex(UserError, "goods"):
            lead.action_apply_development({"reason": "good"})

    def test_what_was_submitted_stays(self):
        request = self._apply(self._lead()).with_user(self.rep)
        with self.assertRaises(UserError):
            request.reason = "something else"
        request.action_withdraw()
        self.assertEqual(request.state, "cancelled")

    def test_submitted_request_is_not_deleted(self):
        request = self._apply(self._lead())
        with self.assertRaises(UserError):
            request.with_user(self.rep).unlink()

    # === FORGING ===

    def test_state_cannot_be_written(self):
        request = self._apply(self._lead()).with_user(self.rep)
        for values in (
            {"state": "approved"},
            {"validation_status": "validated"},
            {"needs_gm": False},
            {"head_id": self.rep.id},
            {"lead_id": self._lead().id},
            {"kind": "stop"},
        ):
            with self.assertRaises(UserError, msg=values):
                request.write(values)
            with self.assertRaises(UserError, msg=values):
                request.with_context(
                    skip_validation_check=True, tier_validation_engine=True, gate_pass=True
                ).write(values)

    def test_approved_request_cannot_be_created(self):
        requests = self.env["crm.development.request"].with_user(self.rep)
        for values in ({"state": "approved"}, {"validation_status": "validated"}):
            with self.assertRaises(AccessError):
                requests.create({"lead_id": self._lead().id, "reason": "x", **values})
        sneaky = requests.with_context(default_state="approved", default_needs_head=False)
        self.assertEqual(sneaky.create({"lead_id": self._lead().id}).state, "draft")

    def test_requester_cannot_sign(self):
        request = self._apply(self._lead())
        with self.assertRaises(AccessError):
            request.sudo().review_ids.with_user(self.rep).sign("approve", "I like it")
        with self.assertRaises(AccessError):
            request.with_user(self.rep).validate_tier()

    # === STOP AND REOPEN ===

    def test_rep_cannot_lose_archive_or_restore_alone(self):
        lead = self._lead().with_user(self.rep)
        for call in (lead.action_set_lost, lead.action_archive, lambda: lead.write({"active": 0})):
            with self.assertRaises(UserError):
                call()
        reason = self.env.ref("customer_dev.lost_reason_price")
        lead.with_user(self.head).action_set_lost(lost_reason_id=reason.id)
        with self.assertRaises(UserError):
            lead.action_restore()

    def test_approved_stop_marks_lost_with_its_reason(self):
        lead = self._lead()
        request = self._stop(lead)
        self.assertTrue(lead.active)
        self._sign(request, self.head)
        self.assertEqual(lead.won_status, "lost")
        self.assertEqual(lead.lost_reason_id.code, "credit")
        self.assertIn("Stop", "".join(lead.message_ids.mapped("body")))

    def test_rejected_stop_changes_nothing(self):
        lead = self._lead()
        self._sign(self._stop(lead), self.head, "reject", "Try again")
        self.assertEqual(lead.won_status, "pending")

    def test_stop_asked_twice_is_one_request(self):
        lead = self._lead()
        self.assertEqual(self._stop(lead), self._stop(lead))

    def test_reopening_is_signed_too_and_stands_where_it_stood(self):
        lead = self._lead(self.two)
        self._sign(self._stop(lead), self.head)
        action = lead.with_user(self.rep).action_reopen_development("They paid")
        self.assertFalse(lead.active)
        self._sign(self.env["crm.development.request"].browse(action["res_id"]), self.head)
        self.assertTrue(lead.active)
        self.assertEqual(lead.stage_id, self.two)

    def test_unknown_stop_reason(self):
        with self.assertRaises(UserError):
            self._lead().with_user(self.rep).action_stop_development("weather", "rain")

    # === MERGE AND DELETION ===

    def test_merge_keeps_one_open_application(self):
        head, tail = self._lead(self.two, name="A"), self._lead(name="B")
        first, second = self._apply(head), self._apply(tail)
        merged = (head | tail).with_user(self.manager).merge_opportunity()
        self.assertEqual(first.lead_id | second.lead_id, merged)
        self.assertEqual({first.state, second.state}, {"submitted", "cancelled"})

    def test_approval_survives_a_merge(self):
        head, tail = self._lead(name="A", priority="3"), self._lead(name="B")
        self._sign(self._apply(tail), self.head)
        merged = (head | tail).with_user(self.manager).merge_opportunity()
        self.assertEqual(merged.application_state, "approved")

    def test_deleted_prospect_leaves_no_reviews(self):
        lead = self._lead()
        request_id = self._apply(lead).id
        lead.with_user(self.manager).unlink()
        self.assertFalse(
            self.env["tier.review"].search_count(
                [("model", "=", "crm.development.request"), ("res_id", "=", request_id)]
            )
        )

    # === REVIEWERS ===

    def test_reviewer_sees_what_he_reviews_and_nothing_else(self):
        request = self._apply(self._lead(development_type="key", partner_name="Secret Ltd"))
        self._apply(self._lead(name="Small"))
        mine = self.env["crm.development.request"].with_user(self.boss).search([])
        self.assertEqual(mine, request)
        self.assertEqual(mine.customer_name, "Secret Ltd")
        self.assertEqual(mine.line_ids.name, "Valves")
        with self.assertRaises(AccessError):
            request.lead_id.with_user(self.boss).read(["name"])

    def test_other_rep_sees_nothing(self):
        self._apply(self._lead())
        self.assertFalse(self.env["crm.development.request"].with_user(self.other_rep).search([]))

    def test_search_by_application_state(self):
        lead, other = self._lead(name="Applied"), self._lead(name="Not")
        self._apply(lead)
        leads = self.env["crm.lead"].with_user(self.rep)
        domain = [("id", "in", (lead | other).ids)]
        self.assertEqual(
            leads.search(domain + [("application_state", "=", "submitted")]).ids, lead.ids
        )
        self.assertEqual(leads.search(domain + [("application_state", "=", "none")]).ids, other.ids)
