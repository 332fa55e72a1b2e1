from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestSuggestion(DevelopmentCommon):
    def _suggestion(self, **values):
        suggestions = self.env["crm.suggestion"].with_user(self.rep)
        return suggestions.create({"name": "Go to fairs", "date": "2026-02-10", **values})

    def test_reviewed_by_month_end(self):
        self.assertEqual(self._suggestion().review_deadline, date(2026, 2, 28))

    def test_author_cannot_judge(self):
        suggestion = self._suggestion()
        for call in (
            suggestion.action_review,
            lambda: suggestion.write({"award": 100}),
            lambda: suggestion.write({"state": "adopted"}),
            lambda: self._suggestion(state="adopted"),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_way_through_the_committee(self):
        suggestion = self._suggestion().with_user(self.head)
        suggestion.action_review()
        meeting = (
            self.env["crm.suggestion.meeting"].with_user(self.head).create({"date": "2026-03-30"})
        )
        meeting.action_collect()
        self.assertEqual(meeting.suggestion_ids, suggestion)
        self.assertEqual(meeting.next_date, date(2026, 6, 30))
        with self.assertRaisesRegex(UserError, "Grade"):
            suggestion.action_adopt()
        suggestion.grade = "2"
        suggestion.action_adopt()
        self.assertTrue(suggestion.implement_by)
        with self.assertRaisesRegex(UserError, "effect"):
            suggestion.action_implement()
        suggestion.effect = "Three new customers"
        suggestion.action_implement()
        self.assertEqual(suggestion.state, "implemented")

    def test_refusal_needs_a_reason(self):
        suggestion = self._suggestion().with_user(self.head)
        with self.assertRaises(UserError):
            suggestion.action_reject()
        suggestion.decision_reason = "Too expensive"
        suggestion.action_reject()
        self.assertEqual(suggestion.state, "rejected")

    def test_others_read_only_what_was_adopted(self):
        suggestion = self._suggestion()
        theirs = self.env["crm.suggestion"].with_user(self.other_rep)
        self.assertNotIn(suggestion.id, theirs.search([]).ids)
        suggestion.with_user(self.head).write({"state": "adopted"})
        self.assertIn(suggestion.id, theirs.search([]).ids)
