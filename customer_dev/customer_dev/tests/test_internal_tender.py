from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestInternalTender(DevelopmentCommon):
    """Approved notice, sealed bids, scores, award, two contracts."""

    def setUp(self):
        super().setUp()
        self.reviewer = self._user("dev_reviewer", "base.group_user")
        self.lead = self._lead(user_id=self.head.id, partner_name="Tender Ltd")
        self.tender = self._tender()

    def _tender(self, **values):
        return (
            self.env["crm.internal.tender"]
            .with_user(self.head)
            .create(
                {
                    "lead_id": self.lead.id,
                    "reason": "Met by the general manager",
                    "notice": "<p>A new plant</p>",
                    "date_close": fields.Datetime.now() + timedelta(days=5),
                    "scorer_ids": [(6, 0, self.reviewer.ids)],
                    "criterion_ids": [
                        (0, 0, {"name": "Way", "weight": 60}),
                        (0, 0, {"name": "Cost", "weight": 40}),
                    ],
                    **values,
                }
            )
        )

    def _publish(self):
        self.tender.action_submit()
        review = self.tender.sudo().review_ids
        review.with_user(self.boss).sign("approve", "Go")

    def _bid(self, user, cost=1000):
        action = self.tender.with_user(user).action_bid()
        bid = self.env["crm.internal.tender.bid"].with_user(user).browse(action["res_id"])
        bid.write({"approach": "<p>Samples first</p>", "expected_cost": cost})
        bid.action_submit()
        return bid

    def _close(self):
        with freeze_time(fields.Datetime.now() + timedelta(days=6)):
            self.tender.action_close()

    def _score(self, scores):
        rows = self.env["crm.internal.tender.score"].with_user(self.reviewer)
        for bid, given in scores.items():
            found = rows.search([("bid_id", "=", bid.id)], order="criterion_id")
            for row, score in zip(found, given, strict=True):
                row.score = score

    def _awarded(self):
        self._publish()
        first, second = self._bid(self.rep), self._bid(self.other_rep)
        self._close()
        self._score({first: "42", second: "35"})
        self.tender.action_award()
        return first, second

    # === NOTICE ===

    def test_general_manager_approves_the_notice_and_bidders_are_told(self):
        self.tender.action_submit()
        self.assertFalse(self.env["crm.internal.tender"].with_user(self.rep).search([]))
        self.tender.sudo().review_ids.with_user(self.boss).sign("approve", "Go")
        self.assertEqual(self.tender.state, "open")
        self.assertEqual(
            self.env["crm.internal.tender"].with_user(self.rep).search([]), self.tender
        )
        told = self.tender.message_ids.partner_ids
        self.assertIn(self.rep.partner_id, told)

    def test_a_notice_needs_reviewers_and_a_moment_to_come(self):
        self.tender.scorer_ids = False
        with self.assertRaisesRegex(UserError, "scores"):
            self.tender.action_submit()
        self.tender.date_close = fields.Datetime.now() - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "Until when"):
            self.tender.action_submit()

    def test_a_salesperson_issues_no_tender(self):
        with self.assertRaises(AccessError):
            self.env["crm.internal.tender"].with_user(self.rep).create({"lead_id": self.lead.id})

    def test_the_end_can_only_be_put_off(self):
        self._publish()
        with self.assertRaises(UserError):
            self.tender.date_close = fields.Datetime.now() + timedelta(hours=1)
        self.tender.date_close = fields.Datetime.now() + timedelta(days=9)
        with self.assertRaises(UserError):
            self.tender.criterion_ids[0].weight = 90
        added = {"tender_id": self.tender.id, "name": "Late", "weight": 90}
        with self.assertRaises(UserError):
            self.env["crm.internal.tender.criterion"].with_user(self.head).create(added)

    def test_only_the_organiser_changes_a_tender(self):
        self._publish()
        other_head = self._user("dev_head2", "customer_dev.group_development_head")
        tender = self.tender.with_user(other_head)
        self.tender.team_ids.sudo().user_id = other_head
        with self.assertRaises(AccessError):
            tender.write({"date_close": fields.Datetime.now() + timedelta(days=30)})
        with self.assertRaises(UserError):
            self.env["crm.internal.tender.criterion"].with_user(self.head).create(
                {"tender_id": self.tender.id, "name": "Late", "weight": 99}
            )

    # === SEALED ===

    def test_bids_are_sealed_until_the_close(self):
        self._publish()
        bid = self._bid(self.rep)
        bids = self.env["crm.internal.tender.bid"]
        for user in (self.other_rep, self.head, self.manager, self.director, self.reviewer):
            self.assertFalse(bids.with_user(user).search([]), user.login)
            self.assertEqual(self.tender.with_user(user).bid_count, 0)
            with self.assertRaises(AccessError):
                bid.with_user(user).read(["expected_cost"])
        with self.assertRaisesRegex(UserError, "sealed"):
            self.tender.action_close()
        self._close()
        self.assertEqual(bids.with_user(self.head).search([]), bid)
        self.assertEqual(bids.with_user(self.reviewer).search([]), bid)
        self.assertFalse(bids.with_user(self.other_rep).search([]))

    def test_files_and_chatter_of_a_bid_are_sealed_too(self):
        self._publish()
        bid = self._bid(self.rep)
        file = self.env["ir.attachment"].with_user(self.rep).create({"name": "x", "raw": b"1"})
        bid.attachment_ids = [(4, file.id)]
        message = bid.message_post(body="secret")
        with self.assertRaises(AccessError):
            file.with_user(self.other_rep).read(["raw"])
        with self.assertRaises(AccessError):
            message.with_user(self.manager).read(["body"])

    def test_bids_end_at_the_close_even_before_it_is_done(self):
        self._publish()
        bid = self._bid(self.rep)
        with freeze_time(fields.Datetime.now() + timedelta(days=6)):
            with self.assertRaises(UserError):
                bid.expected_cost = 1
            with self.assertRaises(UserError):
                self._bid(self.other_rep)

    def test_who_scores_or_is_not_invited_cannot_bid(self):
        self.tender.team_ids = self.plain_team
        self._publish()
        with self.assertRaises(UserError):
            self.tender.with_user(self.rep).action_bid()
        with self.assertRaises(UserError):
            self.env["crm.internal.tender.bid"].with_user(self.rep).create(
                {"tender_id": self.tender.id}
            )

    def test_a_bid_cannot_be_forged(self):
        self._publish()
        bid = self._bid(self.rep)
        for values in ({"state": "won"}, {"user_id": self.other_rep.id}):
            with self.assertRaises(AccessError, msg=values):
                bid.write(values)
        with self.assertRaises(UserError):
            bid.team_id = self.plain_team
        made = self.env["crm.internal.tender.bid"].with_user(self.other_rep)
        sneaky = made.create(
            {"tender_id": self.tender.id, "user_id": self.rep.id + 99, "state": "won"}
        )
        self.assertEqual((sneaky.user_id, sneaky.state), (self.other_rep, "draft"))

    def test_tender_without_bids_is_void(self):
        self._publish()
        with freeze_time(fields.Datetime.now() + timedelta(days=6)):
            self.env["crm.internal.tender"]._cron_close()
        self.assertEqual(self.tender.state, "void")

    # === SCORES AND AWARD ===

    def test_scores_are_the_reviewers_own(self):
        self._publish()
        bid = self._bid(self.rep)
        self._close()
        rows = self.env["crm.internal.tender.score"].search([("bid_id", "=", bid.id)])
        self.assertEqual(rows.user_id, self.reviewer)
        with self.assertRaises(AccessError):
            rows.with_user(self.head).write({"score": "5"})
        with self.assertRaises(AccessError):
            rows.with_user(self.reviewer).write({"user_id": self.head.id})
        with self.assertRaises(AccessError):
            rows.with_user(self.rep).read(["score"])

    def test_award_waits_for_all_scores(self):
        self._publish()
        bid = self._bid(self.rep)
        self._close()
        with self.assertRaisesRegex(UserError, "scored"):
            self.tender.action_award()
        self._score({bid: "43"})
        self.assertEqual(bid.sudo().result, 65.0)
        self.assertFalse(self.tender.activity_ids)

    def test_the_winner_gets_the_prospect(self):
        first, second = self._awarded()
        self.assertEqual(self.tender.winner_bid_id.sudo(), second.sudo())
        self.assertEqual((first.sudo().state, second.sudo().state), ("lost", "won"))
        self.assertEqual(self.lead.user_id, self.other_rep)
        self.assertEqual(self.tender.action_award(), second.id, "the same again")

    def test_another_than_the_best_needs_a_reason(self):
        self._publish()
        first, second = self._bid(self.rep), self._bid(self.other_rep)
        self._close()
        self._score({first: "55", second: "11"})
        with self.assertRaisesRegex(UserError, "reason"):
            self.tender.action_award(second.id)
        with self.assertRaises(AccessError):
            self.tender.with_user(self.rep).action_award(second.id, "me")
        self.tender.action_award(second.id, "The customer asked for her")
        self.assertEqual(self.lead.user_id, self.other_rep)

    def test_a_tie_is_decided_with_a_reason(self):
        self._publish()
        first, second = self._bid(self.rep), self._bid(self.other_rep)
        self._close()
        self._score({first: "33", second: "33"})
        with self.assertRaisesRegex(UserError, "tie"):
            self.tender.action_award()

    # === CONTRACTS ===

    def _contract(self):
        action = self.tender.action_draw_contract()
        return self.env["crm.internal.contract"].browse(action["res_id"])

    def test_preliminary_then_formal_contract(self):
        _first, winner = self._awarded()
        contract = self._contract().with_user(self.head)
        self.assertEqual((contract.kind, contract.budget), ("preliminary", 1000))
        self.assertFalse(self.env["crm.internal.contract"].with_user(self.other_rep).search([]))
        contract.action_issue()
        with self.assertRaises(UserError):
            contract.budget = 5
        with self.assertRaises(AccessError):
            contract.action_accept()
        contract.with_user(winner.env.user).action_accept()
        self.assertEqual(self.tender.state, "preliminary")
        formal = self._contract().with_user(self.head)
        formal.write({"terms": "<p>2 %</p>", "commission_rate": 2})
        formal.action_issue()
        formal.with_user(self.other_rep).action_accept()
        self.assertEqual((self.tender.state, formal.kind), ("formal", "formal"))

    def test_contracts_are_between_two(self):
        self._awarded()
        contract = self._contract()
        contract.with_user(self.head).action_issue()
        self.assertFalse(self.env["crm.internal.contract"].with_user(self.rep).search([]))
        with self.assertRaises(UserError):
            contract.with_user(self.other_rep).write({"commission_rate": 50})
        with self.assertRaises(AccessError):
            contract.with_user(self.head).write({"state": "accepted"})

    def test_merge_keeps_one_open_tender(self):
        other = self._lead(self.two, name="Other", priority="3")
        second = self._tender(lead_id=other.id)
        merged = (self.lead | other).with_user(self.manager).merge_opportunity()
        self.assertEqual(self.tender.lead_id | second.lead_id, merged)
        self.assertEqual({self.tender.state, second.state}, {"draft", "cancelled"})

    # === PRINTED ===

    def _print(self, name, docs, user):
        report = self.env["ir.actions.report"].with_user(user)
        html, _kind = report._render_qweb_html(f"customer_dev.action_report_{name}", docs.ids)
        return html.decode()

    def test_before_the_opening_the_notice_is_printed_without_bids(self):
        self._publish()
        bid = self._bid(self.rep)
        bid.expected_cost = 4321
        for user in (self.head, self.rep):
            html = self._print("tender", self.tender, user)
            self.assertIn("A new plant", html)
            self.assertIn("Way", html)
            self.assertNotIn("4,321", html)

    def test_record_of_opening_and_scoring(self):
        first, _second = self._awarded()
        html = self._print("tender", self.tender, self.head)
        for text in ("Record of Opening", self.rep.name, self.other_rep.name, self.reviewer.name):
            self.assertIn(text, html)
        bids = self.tender._get_record_bids()
        self.assertEqual(bids[0].result, max(bids.mapped("result")))
        rows = {
            row["criterion"].name: [cell["given"] for cell in row["cells"]]
            for row in self.tender._get_record_scores(bids)
        }
        position = bids.ids.index(first.id)
        self.assertEqual((rows["Way"][position], rows["Cost"][position]), ("4", "2"))

    def test_a_bidder_prints_nothing_of_other_bids(self):
        self._awarded()
        html = self._print("tender", self.tender, self.other_rep)
        self.assertIn(self.other_rep.name, html)
        bids = self.tender.with_user(self.other_rep)._get_record_bids()
        self.assertEqual(bids.user_id, self.other_rep)
        self.assertFalse(
            self.tender.with_user(self.other_rep)._get_record_scores(bids)[0]["cells"][0]["mean"]
        )

    def test_contract_is_printed_for_both_signatures(self):
        self._awarded()
        action = self.tender.action_draw_contract()
        contract = self.env["crm.internal.contract"].browse(action["res_id"])
        contract.with_user(self.head).write({"duties": "<p>Win them</p>", "terms": "<p>1 %</p>"})
        html = self._print("contract", contract, self.head)
        for text in ("Party A", "Party B", "Win them", "Tender Ltd"):
            self.assertIn(text, html)

    def test_moments_read_in_the_time_zone_of_the_reader(self):
        self._publish()
        self.head.tz = "Asia/Shanghai"
        closing = fields.Datetime.now().replace(hour=20, minute=30, second=0) + timedelta(days=9)
        self.tender.with_user(self.head).date_close = closing
        with self.assertRaisesRegex(UserError, "4:30"):
            self.tender.with_user(self.head).action_close()
