from datetime import datetime, timedelta

from freezegun import freeze_time
from markupsafe import Markup

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import tagged

from .common import DeadlineCommon

MONDAY_10 = "2026-03-02 02:00:00"  # 10:00 in Shanghai
TUESDAY_17 = datetime(2026, 3, 3, 9)


@tagged("post_install", "-at_install")
class TestDeadline(DeadlineCommon):
    def test_deadline_starts_when_the_review_is_received(self):
        self._create_definition()
        with freeze_time(MONDAY_10):
            review = self._create_requested().review_ids
        self.assertEqual(review.date_received, datetime(2026, 3, 2, 2))
        self.assertEqual(review.date_deadline, TUESDAY_17)
        self.assertEqual(review.extension_until, datetime(2026, 3, 2, 4))

    def test_no_limit_no_deadline(self):
        self._create_definition(time_limit=0)
        review = self._create_requested().review_ids
        self.assertTrue(review.date_received)
        self.assertFalse(review.date_deadline)
        self.assertFalse(review.is_late)

    def test_definition_calendar_wins_over_the_company(self):
        calendar = self._create_calendar("UTC", "UTC", ((9, 18),))
        self._create_definition(calendar_id=calendar.id)
        with freeze_time("2026-03-02 10:00:00"):
            review = self._create_requested().review_ids
        self.assertEqual(review.date_deadline, datetime(2026, 3, 3, 18))

    def test_each_company_has_its_calendar(self):
        berlin = self._create_calendar("Berlin", "Europe/Berlin", ((9, 18),))
        other = self.env["res.company"].create({"name": "GmbH", "resource_calendar_id": berlin.id})
        self.requester.company_ids += other
        self._create_definition(company_id=False)
        with freeze_time("2026-03-02 10:00:00"):
            review = self._create_requested(company_id=other.id).review_ids
        self.assertEqual(review.date_deadline, datetime(2026, 3, 3, 17))

    def test_second_tier_starts_when_the_first_signed(self):
        self._create_definition(sequence=20, approve_sequence=True)
        self._create_definition(
            name="GM", sequence=10, approve_sequence=True, reviewer_id=self.boss.id
        )
        with freeze_time(MONDAY_10):
            document = self._create_requested()
        first, second = document.review_ids.sorted("sequence")
        self.assertFalse(second.date_deadline)
        with freeze_time("2026-03-03 03:00:00"):
            first.with_user(self.reviewer).sign("approve")
        self.assertEqual(second.status, "pending")
        self.assertEqual(second.date_received, datetime(2026, 3, 3, 3))
        self.assertEqual(second.date_deadline, datetime(2026, 3, 4, 9))

    def test_deadline_does_not_move_with_the_definition(self):
        definition = self._create_definition()
        with freeze_time(MONDAY_10):
            review = self._create_requested().review_ids
        definition.time_limit = 20
        self.assertEqual(review.date_deadline, TUESDAY_17)

    def test_late_before_and_after_the_deadline(self):
        self._create_definition()
        with freeze_time(MONDAY_10):
            review = self._create_requested().review_ids
        for moment, late in (("2026-03-03 09:00:00", False), ("2026-03-03 09:00:01", True)):
            with freeze_time(moment):
                review.invalidate_recordset(["is_late", "urgency"])
                self.assertEqual(review.is_late, late)
                found = review.search([("is_late", "=", True), ("id", "=", review.id)])
                self.assertEqual(bool(found), late)
                other = review.search([("is_late", "=", False), ("id", "=", review.id)])
                self.assertEqual(bool(other), not late)

    def test_signed_late_stays_late(self):
        self._create_definition()
        with freeze_time(MONDAY_10):
            review = self._create_requested().review_ids
        with freeze_time("2026-03-04 09:00:00"):
            review.with_user(self.reviewer).sign("approve")
        self.assertTrue(review.is_late)
        self.assertIn(review, review.search([("is_late", "=", True)]))

    def test_urgency_groups_overdue_first(self):
        self._create_definition()
        moments = ["2026-03-02 02:00:00", "2026-03-03 02:00:00", "2026-03-04 02:00:00"]
        for moment in moments:
            with freeze_time(moment):
                self._create_requested()
        with freeze_time("2026-03-04 04:00:00"):
            reviews = self.env["tier.review"].with_user(self.reviewer)
            mine = Domain("reviewer_ids", "=", self.reviewer.id)
            groups = reviews.formatted_read_group(mine, ["urgency"], ["__count"])
            self.assertEqual(
                [(group["urgency"], group["__count"]) for group in groups],
                [("1_overdue", 1), ("2_today", 1), ("3_later", 1)],
            )
            for group in groups:
                domain = mine & Domain(group["__extra_domain"])
                self.assertEqual(reviews.search(domain).mapped("urgency"), [group["urgency"]])

    def test_age_counts_full_days(self):
        self._create_definition()
        with freeze_time(MONDAY_10):
            review = self._create_requested().review_ids
        with freeze_time("2026-03-04 03:00:00"):
            self.assertEqual(review.age_days, 2)

    def test_time_limit_in_days_is_whole(self):
        with self.assertRaises(ValidationError):
            self._create_definition(time_limit=1.5)
        self.assertTrue(self._create_definition(time_limit=1.5, time_limit_unit="hours"))

    def test_escalation_needs_a_target(self):
        with self.assertRaises(ValidationError):
            self._create_definition(late_action="user")

    def test_definition_with_reviews_is_kept(self):
        definition = self._create_definition()
        self._create_requested()
        with self.assertRaises(UserError):
            definition.unlink()


@tagged("post_install", "-at_install")
class TestSigning(DeadlineCommon):
    def test_sign_with_an_opinion(self):
        self._create_definition()
        document = self._create_requested()
        review = document.review_ids.with_user(self.reviewer)
        self.assertEqual(review.sign("approve", " Fine "), review.ids)
        self.assertEqual(review.status, "approved")
        self.assertEqual(review.done_by, self.reviewer)
        self.assertEqual(review.comment, "Fine")
        self.assertEqual(document.validation_status, "validated")
        document.action_confirm()
        self.assertEqual(document.state, "confirmed")

    def test_signing_twice_changes_nothing(self):
        self._create_definition()
        review = self._create_requested().review_ids.with_user(self.reviewer)
        review.sign("approve", "Fine")
        signed = review.reviewed_date
        self.assertEqual(review.sign("approve", "Other"), review.ids)
        self.assertEqual((review.reviewed_date, review.comment), (signed, "Fine"))

    def test_rejection_needs_an_opinion(self):
        self._create_definition()
        document = self._create_requested()
        review = document.review_ids.with_user(self.reviewer)
        with self.assertRaises(ValidationError):
            review.sign("reject", " ")
        review.sign("reject", "Too cheap")
        self.assertEqual(document.validation_status, "rejected")

    def test_decision_is_one_of_two(self):
        self._create_definition()
        review = self._create_requested().review_ids.with_user(self.reviewer)
        with self.assertRaises(ValidationError):
            review.sign("forget")

    def test_dialog_signs_several_documents(self):
        self._create_definition()
        documents = self._create_requested() | self._create_requested()
        action = documents.review_ids.with_user(self.reviewer).action_sign()
        dialog = self.env["tier.review.sign"].with_user(self.reviewer)
        wizard = dialog.with_context(**action["context"]).create({"opinion": "Both fine"})
        self.assertEqual(wizard.review_count, 2)
        wizard.action_confirm()
        self.assertEqual(documents.mapped("validation_status"), ["validated"] * 2)

    def test_list_names_documents_and_opens_them(self):
        self._create_definition()
        document = self._create_requested(name="Offer 7")
        review = document.review_ids.with_user(self.reviewer)
        self.assertEqual(review.document_name, "Offer 7")
        self.assertEqual(review.document_model_name, "Document under Test")
        action = review.action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), (document._name, document.id))

    def test_document_name_is_for_readers_and_reviewers(self):
        self._create_definition()
        review = self._create_requested().review_ids
        self.env["ir.model.access"].search([("model_id", "=", self.model.id)]).unlink()
        self.env.invalidate_all()
        self.assertTrue(review.with_user(self.reviewer).document_name)
        self.assertFalse(review.with_user(self.stranger).document_name)

    def test_document_names_cost_no_query_each(self):
        self._create_definition()
        for count in (1, 10):
            documents = self.env["tier.deadline.document"]
            for _number in range(count):
                documents |= self._create_requested()
            self.env.flush_all()
            self.env.invalidate_all()
            reviews = documents.review_ids.browse(documents.review_ids.ids)
            reviews = reviews.with_user(self.reviewer)
            reviews.mapped("status")
            reviews.mapped("reviewer_ids")
            with self.assertQueryCount(5):
                reviews.mapped("document_name")

    def test_gone_document_stays_listed_and_says_so(self):
        self._create_definition()
        document = self._create_requested()
        review = document.review_ids
        self.env.cr.execute("DELETE FROM tier_deadline_document WHERE id = %s", [document.id])
        self.env.invalidate_all()
        self.assertFalse(review.document_name)
        with self.assertRaises(UserError):
            review.with_user(self.reviewer).action_open_document()

    def test_requester_and_author_do_not_review(self):
        group = self.env["res.groups"].create(
            {"name": "R", "user_ids": [Command.set((self.requester | self.reviewer).ids)]}
        )
        self._create_definition(
            review_type="group",
            reviewer_id=False,
            reviewer_group_id=group.id,
            exclude_requester=True,
        )
        document = self._create_document()
        document.with_user(self.stranger).request_validation()
        self.assertEqual(document.review_ids.reviewer_ids, self.reviewer)
        with self.assertRaises(AccessError):
            document.review_ids.with_user(self.requester).sign("approve")

    def test_superior_steps_in_where_only_the_requester_would_review(self):
        self.requester.review_superior_id = self.boss
        self._create_definition(
            reviewer_id=self.requester.id, exclude_requester=True, late_action="superior"
        )
        self.assertEqual(self._create_requested().review_ids.reviewer_ids, self.boss)

    def test_restart_keeps_signatures_in_the_chatter(self):
        self._create_definition()
        document = self._create_requested()
        document.review_ids.with_user(self.reviewer).sign("reject", "Too cheap")
        document.restart_validation()
        self.assertFalse(document.review_ids)
        note = document.message_ids.sorted("id")[-1].body
        self.assertIn("Too cheap", note)
        self.assertIn("Reviewer", note)

    def test_comment_dialog_of_the_engine_still_signs(self):
        self._create_definition(has_comment=True)
        document = self._create_requested()
        action = document.with_user(self.reviewer).validate_tier()
        dialog = self.env["comment.wizard"].with_user(self.reviewer)
        dialog.with_context(**action["context"]).create({"comment": "Fine"}).add_comment()
        self.assertEqual(document.validation_status, "validated")
        self.assertEqual(document.review_ids.comment, "Fine")

    def test_signature_block(self):
        self._create_definition()
        self._create_definition(name="GM", sequence=10, reviewer_id=self.boss.id)
        document = self._create_requested()
        review = document.review_ids.filtered(lambda one: one.name == "Sales head")
        with freeze_time("2026-03-02 02:00:00"):
            review.with_user(self.reviewer).sign("approve", "Margin <b>ok</b>")
        html = self._render_block(document.with_context(tz="Asia/Shanghai"))
        self.assertIn("2026-03-02 10:00", html)
        self.assertIn("Margin &lt;b&gt;ok&lt;/b&gt;", html)
        for text in ("Sales head", "Reviewer", "Approved", "GM", "Boss", "Pending"):
            self.assertIn(text, html)

    def test_signature_block_prints_nothing_without_reviews(self):
        self.assertNotIn("<table", self._render_block(self._create_document()))

    def _render_block(self, document):
        self.env["ir.ui.view"].create(
            {
                "name": "report",
                "key": "tier_validation_deadline.test_report",
                "type": "qweb",
                "arch": """<t t-name="report"><p>
                    <t t-call="tier_validation_deadline.signature_block">
                        <t t-set="document" t-value="doc" /></t></p></t>""",
            }
        )
        qweb = self.env["ir.qweb"].with_context(**document.env.context)
        return Markup(qweb._render("tier_validation_deadline.test_report", {"doc": document}))


@tagged("post_install", "-at_install")
class TestExtension(DeadlineCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_definition()
        cls.requester.review_superior_id = cls.boss
        with freeze_time(MONDAY_10):
            cls.review = cls._create_requested().review_ids
        cls.later = datetime(2026, 3, 5, 9)

    def _request(self, moment="2026-03-02 03:00:00", user=None):
        with freeze_time(moment):
            review = self.review.with_user(user or self.reviewer)
            review.request_extension("2026-03-05 09:00:00", "Test report is missing")

    def test_reviewer_asks_and_requester_grants(self):
        self._request()
        self.assertEqual(self.review.extension_state, "requested")
        self.assertEqual(self.review.date_deadline, TUESDAY_17, "asking alone moves nothing")
        self.review.with_user(self.requester).action_grant_extension()
        self.assertEqual(self.review.date_deadline, self.later)
        self.assertEqual(self.review.extension_answered_by, self.requester)

    def test_superior_of_the_requester_decides_too(self):
        self._request()
        self.review.with_user(self.boss).action_refuse_extension()
        self.assertEqual(self.review.extension_state, "refused")
        self.assertEqual(self.review.date_deadline, TUESDAY_17)

    def test_dialog_proposes_the_limit_once_more(self):
        with freeze_time("2026-03-02 03:00:00"):
            dialog = self.env["tier.review.extension"].with_user(self.reviewer)
            wizard = dialog.create({"review_id": self.review.id, "reason": "Sample"})
            self.assertEqual(wizard.deadline, self.later)
            wizard.action_confirm()
        self.assertEqual(self.review.extension_deadline, self.later)

    def test_window_ends_two_working_hours_after_receipt(self):
        self._request("2026-03-02 04:00:00")
        self.assertEqual(self.review.extension_state, "requested")

    def test_after_the_window_is_too_late(self):
        with self.assertRaises(UserError):
            self._request("2026-03-02 04:00:01")

    def test_only_once(self):
        self._request()
        with self.assertRaises(UserError):
            self._request()

    def test_only_by_a_reviewer(self):
        with self.assertRaises(UserError):
            self._request(user=self.stranger)

    def test_nobody_else_decides(self):
        self._request()
        for user in (self.reviewer, self.stranger, self.admin):
            with self.assertRaises(AccessError):
                self.review.with_user(user).action_grant_extension()

    def test_not_earlier_than_now_due(self):
        with freeze_time("2026-03-02 03:00:00"), self.assertRaises(UserError):
            self.review.with_user(self.reviewer).request_extension("2026-03-03 09:00:00", "why")

    def test_requester_is_told(self):
        self._request()
        messages = self.env["mail.message"].search(
            [("model", "=", self.review.model), ("body", "ilike", "Test report is missing")]
        )
        self.assertEqual(messages.partner_ids, (self.requester | self.boss).partner_id)


@tagged("post_install", "-at_install")
class TestEscalation(DeadlineCommon):
    def _create_late(self, count=1, **values):
        definition = self._create_definition(**values)
        with freeze_time(MONDAY_10):
            for _number in range(count):
                self._create_requested()
        return self.env["tier.review"].search([("definition_id", "=", definition.id)])

    def _run(self, moment="2026-03-03 09:30:00", **kwargs):
        with freeze_time(moment):
            self.env.flush_all()
            self.env["tier.review"]._cron_escalate(**kwargs)

    def _count_notes(self, user):
        return self.env["mail.message"].search_count([("partner_ids", "in", user.partner_id.ids)])

    def setUp(self):
        super().setUp()
        # The commits of a scheduled action have no place in a test's transaction.
        self.progress = []
        self.patch(
            self.registry["ir.cron"],
            "_commit_progress",
            lambda cron, processed=0, *, remaining=None, deactivate=False: (
                self.progress.append((processed, remaining)) or 60.0
            ),
        )

    def test_nothing_before_the_deadline(self):
        review = self._create_late()
        self._run("2026-03-03 09:00:00")
        self.assertFalse(review.date_escalated)

    def test_reminder_goes_to_the_reviewer_once_a_day(self):
        review = self._create_late()
        self._run()
        self._run("2026-03-03 10:00:00")
        self.assertEqual(self._count_notes(self.reviewer), 1)
        self._run("2026-03-04 10:00:00")
        self.assertEqual(self._count_notes(self.reviewer), 2)
        self.assertEqual(review.reviewer_ids, self.reviewer)

    def test_user_may_sign_what_was_escalated_to_them(self):
        review = self._create_late(late_action="user", escalation_user_id=self.boss.id)
        with self.assertRaises(AccessError):
            review.with_user(self.boss).sign("approve")
        self._run()
        self.assertEqual(review.reviewer_ids, self.reviewer | self.boss)
        self.assertEqual(self._count_notes(self.boss), 1)
        review.with_user(self.boss).sign("approve")
        self.assertEqual(review.done_by, self.boss)

    def test_escalated_once(self):
        self._create_late(late_action="user", escalation_user_id=self.boss.id)
        self._run()
        self._run("2026-03-09 10:00:00")
        self.assertEqual(self._count_notes(self.boss), 1)

    def test_group(self):
        group = self.env["res.groups"].create(
            {"name": "G", "user_ids": [Command.set((self.boss | self.stranger).ids)]}
        )
        review = self._create_late(late_action="group", escalation_group_id=group.id)
        self._run()
        self.assertEqual(review.escalated_to_ids, self.boss | self.stranger)

    def test_superior(self):
        review = self._create_late(late_action="superior")
        self._run()
        self.assertEqual(review.escalated_to_ids, self.boss)

    def test_never_to_the_requester_where_excluded(self):
        review = self._create_late(
            late_action="user", escalation_user_id=self.requester.id, exclude_requester=True
        )
        self._run()
        self.assertFalse(review.escalated_to_ids)
        self.assertTrue(review.date_escalated)

    def test_batches_until_done(self):
        reviews = self._create_late(count=5)
        self._run(batch_size=2)
        self.assertTrue(all(reviews.mapped("date_escalated")))
        self.assertEqual(self.progress, [(2, 3), (2, 1), (1, 0)])

    def test_a_failing_review_does_not_stop_the_others(self):
        reviews = self._create_late(count=2)
        escalate = type(reviews)._escalate

        def fail_first(review):
            if review == reviews[0]:
                raise RuntimeError("broken")
            return escalate(review)

        self.patch(type(reviews), "_escalate", fail_first)
        with self.assertLogs("odoo.addons.tier_validation_deadline", "ERROR"):
            self._run()
        self.assertEqual(reviews.mapped(lambda one: bool(one.date_escalated)), [False, True])

    def test_granted_extension_is_escalated_anew(self):
        review = self._create_late(late_action="user", escalation_user_id=self.boss.id)
        with freeze_time("2026-03-02 03:00:00"):
            review.with_user(self.reviewer).request_extension("2026-03-05 09:00:00", "Sample")
        review.with_user(self.requester).action_grant_extension()
        self._run()
        self.assertFalse(review.date_escalated)
        self._run("2026-03-05 09:30:00")
        self.assertTrue(review.date_escalated)

    def test_notes_speak_the_language_of_their_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.reviewer.lang = "zh_CN"
        self._create_late()
        self._run()
        message = self.env["mail.message"].search(
            [("partner_ids", "in", self.reviewer.partner_id.ids)], limit=1
        )
        self.assertIn("2026-03-03 17:00", message.body, "in the reader's time zone")


@tagged("post_install", "-at_install")
class TestSuperior(DeadlineCommon):
    def test_chosen_superior(self):
        self.assertEqual(self.reviewer._get_review_superiors(), self.boss)

    def test_archived_superior_does_not_count(self):
        self.boss.active = False
        self.assertFalse(self.reviewer._get_review_superiors())

    def test_sales_team_leader(self):
        if "crm.team" not in self.env:
            self.skipTest("sales_team is not installed")
        team = self.env["crm.team"].create({"name": "T", "user_id": self.boss.id})
        self.env["crm.team.member"].create({"crm_team_id": team.id, "user_id": self.requester.id})
        self.env.invalidate_all()
        self.assertEqual(self.requester._get_review_superiors(), self.boss)

    def test_none(self):
        self.assertFalse(self.stranger._get_review_superiors())


@tagged("post_install", "-at_install")
class TestReport(DeadlineCommon):
    def setUp(self):
        super().setUp()
        self._create_definition()
        start = fields.Datetime.now() - timedelta(days=30)
        with freeze_time(start):
            self.late = self._create_requested().review_ids
            signed = self._create_requested().review_ids
        with freeze_time(start + timedelta(seconds=1)):
            signed.with_user(self.reviewer).sign("approve")
        self.env.flush_all()
        self.report = self.env["tier.review.report"]

    def test_late_reviews_by_reviewer_and_model(self):
        groups = self.report._read_group(
            [("user_id", "=", self.reviewer.id)], ["user_id", "model_id"], ["late_count:sum"]
        )
        self.assertEqual(groups, [(self.reviewer, self.model, 1)])

    def test_state_and_hours(self):
        rows = self.report.search([("user_id", "=", self.reviewer.id)])
        self.assertEqual(set(rows.mapped("state")), {"late", "in_time"})
        late = rows.filtered("is_late")
        self.assertEqual(late.review_id, self.late)
        self.assertGreater(late.hours_late, 24 * 20)

    def test_people_see_their_own_rows(self):
        self.assertFalse(self.report.with_user(self.stranger).search([]))
        self.assertEqual(len(self.report.with_user(self.reviewer).search([])), 2)
        self.assertEqual(len(self.report.with_user(self.requester).search([])), 2)

    def test_supervisors_see_all_of_them(self):
        group = self.env.ref("tier_validation_deadline.group_approval_supervisor")
        self.stranger.group_ids += group
        self.assertGreaterEqual(len(self.report.with_user(self.stranger).search([])), 2)
