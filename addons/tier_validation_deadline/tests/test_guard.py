from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..models.trust import ENGINE_KEY, as_engine, is_engine
from .common import DeadlineCommon


class GuardCommon(DeadlineCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.definition = cls._create_definition()
        cls.document = cls._create_requested()
        cls.review = cls.document.review_ids
        cls.people = cls.requester | cls.reviewer | cls.stranger | cls.admin

    def assert_refused(self, operation, error=UserError):
        """Assert that ``operation(user)`` fails for everybody and approves nothing."""
        for user in self.people:
            with self.subTest(user=user.login):
                with self.assertRaises(error), self.env.cr.savepoint():
                    operation(user)
                self.env.invalidate_all()
                self.assertEqual(self.review.status, "pending")
                self.assertEqual(self.document.validation_status, "pending")
                self.assertEqual(self.document.state, "draft")
                self.assertEqual(self.review.reviewer_ids, self.reviewer)


@tagged("post_install", "-at_install")
class TestReviewGuard(GuardCommon):
    def test_write(self):
        for values in (
            {"status": "approved"},
            {"comment": "forged"},
            {"done_by": self.admin.id},
            {"reviewer_ids": [Command.link(self.stranger.id)]},
            {"date_deadline": "2030-01-01 00:00:00"},
            {"escalated_to_ids": [Command.link(self.stranger.id)]},
        ):
            self.assert_refused(lambda user, vals=values: self.review.with_user(user).write(vals))

    def test_write_as_superuser_over_a_client_context(self):
        """A client's context says what it likes; only the token itself counts."""
        for forged in (True, 1, "<engine>", ENGINE_KEY, {"engine": 1}):
            self.assert_refused(
                lambda user, value=forged: (
                    self.review.with_user(user)
                    .with_context(**{ENGINE_KEY: value})
                    .write({"status": "approved"})
                )
            )

    def test_create(self):
        vals = {"model": self.document._name, "res_id": self.document.id, "status": "approved"}
        self.assert_refused(lambda user: self.env["tier.review"].with_user(user).create(vals))

    def test_unlink(self):
        self.assert_refused(lambda user: self.review.with_user(user).unlink())

    def test_other_ways_to_write(self):
        ways = [
            lambda review: review.web_save({"status": "approved"}, {}),
            lambda review: review.update({"status": "approved"}),
            lambda review: review.copy({"status": "approved"}),
            lambda review: review.web_resequence({}, "sequence"),
            lambda review: review.name_create("forged"),
        ]
        for way in ways:
            self.assert_refused(lambda user, way=way: way(self.review.with_user(user)))

    def test_load(self):
        external_id = f"__export__.tier_review_{self.review.id}"
        self.env["ir.model.data"].create(
            {
                "module": "__export__",
                "name": f"tier_review_{self.review.id}",
                "model": "tier.review",
                "res_id": self.review.id,
            }
        )
        for user in self.people:
            result = self.review.with_user(user).load(["id", "status"], [[external_id, "approved"]])
            self.assertFalse(result["ids"])
            self.assertEqual(self.review.status, "pending")

    def test_reviewers_through_their_own_record(self):
        vals = {"review_ids": [Command.link(self.review.id)]}
        self.assert_refused(lambda user: user.with_user(user).write(vals))
        forged = {"review_ids": [Command.update(self.review.id, {"status": "approved"})]}
        self.assert_refused(lambda user: user.with_user(user).write(forged))

    def test_reviewers_through_a_new_user(self):
        vals = {"name": "X", "login": "x", "review_ids": [Command.link(self.review.id)]}
        with self.assertRaises(AccessError):
            self.env["res.users"].with_user(self.admin).create(vals)

    def test_through_the_definition(self):
        forged = {"review_ids": [Command.update(self.review.id, {"status": "approved"})]}
        self.assert_refused(lambda user: self.definition.with_user(user).write(forged))

    def test_through_a_dialog(self):
        forged = [Command.update(self.review.id, {"status": "approved"})]
        for model, extra in (
            ("comment.wizard", {"comment": "x"}),
            ("tier.review.sign", {"decision": "approve"}),
        ):
            self.assert_refused(
                lambda user, model=model, extra=extra: (
                    self.env[model].with_user(user).create({**extra, "review_ids": forged})
                )
            )

    def test_client_sees_a_read_only_model(self):
        review = self.review.with_user(self.admin)
        for operation in ("create", "write", "unlink"):
            self.assertFalse(review.has_access(operation))
        self.assertTrue(review.has_access("read"))

    def test_engine_token_does_not_leave_the_engine(self):
        document = self._create_document()
        reviews = document.request_validation()
        self.assertFalse(is_engine(reviews.env))
        self.assertFalse(is_engine(document.review_ids.env))
        self.assertTrue(is_engine(as_engine(document).env))


@tagged("post_install", "-at_install")
class TestDocumentGuard(GuardCommon):
    def test_engine_fields_in_a_write(self):
        for values in (
            {"validation_status": "validated"},
            {"review_ids": [Command.update(self.review.id, {"status": "approved"})]},
            {"review_ids": [Command.clear()]},
            {"review_ids": [Command.delete(self.review.id)]},
            {"need_validation": True},
            {"can_review": True},
            {"reviewer_ids": [Command.link(self.stranger.id)]},
        ):
            self.assert_refused(lambda user, vals=values: self.document.with_user(user).write(vals))

    def test_engine_fields_through_web_save(self):
        vals = {"validation_status": "validated"}
        self.assert_refused(lambda user: self.document.with_user(user).web_save(vals, {}))

    def test_engine_fields_from_the_line(self):
        line = self.document.line_ids
        self.assert_refused(
            lambda user: (
                self.env[line._name]
                .with_user(user)
                .create({"document_id": self.document.id, "amount": 1})
            ),
        )

    def test_engine_fields_in_a_create(self):
        for user in self.people:
            documents = self.env["tier.deadline.document"].with_user(user)
            with self.assertRaises(AccessError):
                documents.create({"amount": 500, "validation_status": "validated"})
            with self.assertRaises(AccessError):
                documents.create(
                    {
                        "amount": 500,
                        "review_ids": [
                            Command.create({"model": documents._name, "status": "approved"})
                        ],
                    }
                )

    def test_empty_engine_fields_of_a_form_are_ignored(self):
        documents = self.env["tier.deadline.document"].with_user(self.requester)
        self.assertTrue(documents.create({"amount": 1, "review_ids": []}))

    def test_defaults_of_a_context_are_ignored(self):
        documents = self.env["tier.deadline.document"].with_user(self.stranger)
        document = documents.with_context(
            default_validation_status="validated",
            default_review_ids=[Command.link(self.review.id)],
        ).create({"amount": 500})
        self.assertEqual(document.validation_status, "no")
        self.assertFalse(document.review_ids)

    def test_saved_defaults_are_ignored(self):
        self.env["ir.default"].with_user(self.admin).set(
            "tier.deadline.document", "validation_status", "validated"
        )
        self.assertEqual(self._create_document().validation_status, "no")

    def test_copy_with_defaults(self):
        self.assert_refused(
            lambda user: self.document.with_user(user).copy({"validation_status": "validated"})
        )

    def test_load(self):
        for user in self.people:
            documents = self.env["tier.deadline.document"].with_user(user)
            result = documents.load(["amount", "validation_status"], [["500", "validated"]])
            self.assertFalse(result["ids"])
            self.assertTrue(result["messages"])

    def test_confirm_without_approval(self):
        self.assert_refused(lambda user: self.document.with_user(user).action_confirm())

    def test_confirm_with_forged_summary_in_the_database(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE tier_deadline_document SET validation_status = 'validated' WHERE id = %s",
            [self.document.id],
        )
        self.env.invalidate_all()
        with self.assertRaises(ValidationError):
            self.document.action_confirm()

    def test_born_confirmed(self):
        for user in self.people:
            documents = self.env["tier.deadline.document"].with_user(user)
            with self.assertRaises(ValidationError):
                documents.create({"amount": 500, "state": "confirmed"})
            with self.assertRaises(ValidationError):
                documents.with_context(default_state="confirmed").create({"amount": 500})
            result = documents.load(["amount", "state"], [["500", "confirmed"]])
            self.assertFalse(result["ids"])

    def test_born_confirmed_where_no_approval_is_needed(self):
        document = self._create_document(amount=50, state="confirmed")
        self.assertEqual(document.state, "confirmed")

    def test_leap_over_cancel(self):
        document = self._create_document()
        document.write({"state": "cancel"})
        with self.assertRaises(ValidationError):
            document.write({"state": "confirmed"})

    def test_values_that_come_with_the_confirmation_count(self):
        document = self._create_document(amount=50)
        with self.assertRaises(ValidationError):
            document.write({"state": "confirmed", "amount": 5000})

    def test_approved_content_is_confirmed_as_approved(self):
        self.review.with_user(self.reviewer).sign("approve")
        for vals in ({"amount": 9}, {"line_ids": [Command.update(1, {"amount": 9})]}):
            with self.assertRaises(ValidationError):
                self.document.write({"state": "confirmed", **vals})
        self.document.write({"state": "confirmed"})

    def test_lines_are_locked_with_the_document(self):
        line = self.document.line_ids
        other = self._create_document().line_ids
        for operation in (
            lambda user: line.with_user(user).write({"amount": 1}),
            lambda user: line.with_user(user).unlink(),
            lambda user: other.with_user(user).write({"document_id": self.document.id}),
        ):
            self.assert_refused(operation, ValidationError)

    def test_lines_are_free_before_the_request_and_after_confirmation(self):
        document = self._create_document()
        document.line_ids.write({"amount": 2})
        self.review.with_user(self.reviewer).sign("approve")
        self.document.action_confirm()
        self.document.line_ids.write({"amount": 3})

    def test_lines_are_free_for_a_reviewer_who_may_write(self):
        self.definition.allow_write_for_reviewer = True
        self.document.line_ids.with_user(self.reviewer).write({"amount": 2})
        self.assertEqual(self.document.line_ids.amount, 2)

    def test_document_can_be_deleted(self):
        document = self._create_requested()
        reviews = document.review_ids
        document.unlink()
        self.assertFalse(reviews.exists())

    def test_cancelling_drops_reviews(self):
        self.document.write({"state": "cancel"})
        self.assertFalse(self.document.review_ids)


@tagged("post_install", "-at_install")
class TestEngineGuard(GuardCommon):
    def setUp(self):
        super().setUp()
        self.people = self.requester | self.stranger | self.admin

    def test_others_do_not_sign(self):
        for operation in (
            lambda user: self.review.with_user(user).sign("approve", "x"),
            lambda user: self.review.with_user(user).sign("reject", "x"),
            lambda user: self.document.with_user(user).validate_tier(),
            lambda user: self.document.with_user(user).reject_tier(),
        ):
            self.assert_refused(operation)

    def test_comment_dialog_on_foreign_reviews(self):
        self.assert_refused(
            lambda user: (
                self.env["comment.wizard"]
                .with_user(user)
                .create(
                    {
                        "res_model": self.document._name,
                        "res_id": self.document.id,
                        "review_ids": [Command.link(self.review.id)],
                        "comment": "forged",
                        "validate_reject": "validate",
                    }
                )
                .add_comment()
            )
        )
        self.assertFalse(self.review.comment)

    def test_comment_dialog_on_another_document(self):
        other = self._create_requested()
        wizard = self.env["comment.wizard"].with_user(self.reviewer)
        with self.assertRaises(AccessError):
            wizard.create(
                {
                    "res_model": other._name,
                    "res_id": other.id,
                    "review_ids": [Command.link(self.review.id)],
                    "comment": "x",
                    "validate_reject": "validate",
                }
            ).add_comment()
        self.assertEqual(self.review.status, "pending")

    def test_comment_dialog_does_not_change_a_signed_opinion(self):
        self.review.with_user(self.reviewer).sign("approve", "Fine")
        wizard = self.env["comment.wizard"].with_user(self.reviewer)
        with self.assertRaises(AccessError):
            wizard.create(
                {
                    "res_model": self.document._name,
                    "res_id": self.document.id,
                    "review_ids": [Command.link(self.review.id)],
                    "comment": "other",
                    "validate_reject": "",
                }
            ).add_comment()
        self.assertEqual(self.review.comment, "Fine")

    def test_nobody_signs_out_of_turn(self):
        self.definition.write({"approve_sequence": True, "sequence": 30})
        self._create_definition(
            name="GM",
            sequence=10,
            approve_sequence=True,
            approve_sequence_bypass=True,
            reviewer_id=self.boss.id,
        )
        document = self._create_requested()
        first, second = document.review_ids.sorted("sequence")
        with self.assertRaises(AccessError):
            second.with_user(self.boss).sign("approve")
        document.with_user(self.boss).validate_tier()
        self.assertEqual((first | second).mapped("status"), ["pending", "waiting"])
        document.with_user(self.boss).reject_tier()
        self.assertEqual((first | second).mapped("status"), ["pending", "waiting"])

    def test_strangers_without_write_access_request_nothing(self):
        document = self._create_document()
        self.env["ir.rule"].create(
            {
                "name": "own documents",
                "model_id": self.model.id,
                "domain_force": "[('create_uid', '=', user.id)]",
                "perm_read": False,
            }
        )
        with self.assertRaises(AccessError):
            document.with_user(self.stranger).request_validation()
        with self.assertRaises(AccessError):
            self.document.with_user(self.stranger).restart_validation()
        self.assertFalse(document.review_ids)
        self.assertTrue(self.document.review_ids)

    def test_companies_of_the_context_do_not_hide_definitions(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.requester.company_ids += other
        self._create_definition(company_id=other.id)
        document = self._create_document(company_id=other.id)
        with self.assertRaises(UserError):
            document.with_context(allowed_company_ids=self.company.ids).action_confirm()
        self.assertEqual(document.state, "draft")

    def test_guests_read_no_reviews(self):
        guest = self._create_user("guest", "base.group_portal")
        reviews = self.env["tier.review"].with_user(guest)
        self.assertFalse(reviews.search([]))
        self.assertFalse(self.env["tier.definition"].with_user(guest).search([]))
        with self.assertRaises(AccessError):
            self.review.with_user(guest).read(["comment"])

    def test_strangers_do_not_restart(self):
        self.people = self.stranger | self.admin
        self.assert_refused(lambda user: self.document.with_user(user).restart_validation())

    def test_parties_restart(self):
        for user in (self.requester, self.reviewer):
            document = self._create_requested()
            document.with_user(user).restart_validation()
            self.assertFalse(document.review_ids)

    def test_public_methods_return_something(self):
        self.assertIs(self.document.with_user(self.reviewer).validate_tier(), True)
        self.assertIs(self._create_requested().restart_validation(), True)

    def test_lock_lifts_without_a_request_only(self):
        """Server code may lift the engine's write lock; a client's context may not."""
        document = self.document.with_context(skip_validation_check=True)
        document.write({"name": "by server code"})
        self.patch(self.registry["tier.validation"], "_without_remote_keys", _as_remote)
        with self.assertRaises(ValidationError):
            document.write({"name": "by a client"})

    def test_definition_is_for_administrators(self):
        for user in (self.requester, self.reviewer, self.stranger):
            with self.assertRaises(AccessError):
                self.definition.with_user(user).write({"reviewer_id": user.id})

    def test_dialog_signs_for_nobody_else(self):
        dialog = self.env["tier.review.sign"].with_user(self.stranger)
        wizard = dialog.create({"review_ids": [Command.link(self.review.id)]})
        with self.assertRaises(AccessError):
            wizard.action_confirm()

    def test_gone_document_cannot_be_signed(self):
        document = self._create_requested()
        review = document.review_ids
        self.env.cr.execute("DELETE FROM tier_deadline_document WHERE id = %s", [document.id])
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            review.with_user(self.reviewer).sign("approve")


def _as_remote(records, *keys):
    return records.with_context(**dict.fromkeys(keys, False))


@tagged("post_install", "-at_install")
class TestCost(DeadlineCommon):
    """What the guards cost a database that does not use them, and per record where it does."""

    def setUp(self):
        super().setUp()
        self.env["tier.definition"].search([]).action_archive()
        self.env["tier.definition"]._get_line_links()  # warm the cache

    def _create_many(self, count=10):
        documents = self.env["tier.deadline.document"].create(
            [{"amount": 50, "line_ids": [Command.create({"amount": 1})]} for _n in range(count)]
        )
        self.env.flush_all()
        return documents

    def test_unused_guards_ask_nothing(self):
        documents = self._create_many()
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            documents._filter_confirmed_by({"state": "confirmed"})
            documents._check_created_state()
            self.env["tier.deadline.line"]._get_reviewed_parent_links()
            self.env["tier.deadline.document"]._strip_engine_fields({"name": "x"})

    def test_only_lines_of_documents_are_looked_at(self):
        self._create_definition()
        links = type(self.env["tier.definition"])._get_line_links
        asked = []

        def count(definitions):
            asked.append(definitions)
            return links(definitions)

        self.patch(type(self.env["tier.definition"]), "_get_line_links", count)
        self.env["res.partner"].create({"name": "Valve works"}).name = "Pump works"
        self.assertFalse(asked)
        self.assertTrue(self.env["tier.deadline.line"]._get_reviewed_parent_links())

    def test_unused_line_write_costs_nothing_more(self):
        lines = self._create_many().line_ids
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            lines.write({"amount": 2})
            lines.flush_recordset()

    def test_used_line_write_costs_two_queries_for_all_lines(self):
        self._create_definition()
        for count in (1, 20):
            lines = self._create_many(count).line_ids
            self.env["tier.definition"]._get_line_links()
            self.env.invalidate_all()
            with self.assertQueryCount(3):
                lines.write({"amount": 2})
                lines.flush_recordset()

    def test_list_to_sign_does_not_grow_with_its_length(self):
        self._create_definition()
        counts = []
        for number in (2, 2, 10):
            for _n in range(number):
                self._create_requested()
            self.env.flush_all()
            self.env.invalidate_all()
            reviews = self.env["tier.review"].with_user(self.reviewer)
            before = self.env.cr.sql_log_count
            reviews.web_search_read(
                [("reviewer_ids", "=", self.reviewer.id), ("status", "=", "pending")],
                {
                    name: {}
                    for name in (
                        "document_name",
                        "document_summary",
                        "document_model_name",
                        "name",
                        "age_days",
                        "date_deadline",
                        "urgency",
                        "is_late",
                        "can_request_extension",
                        "can_sign",
                    )
                },
            )
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 12)
