"""Questionnaires of several pages: what a browser sends page by page, and what a bot leaves out."""

import json
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from .common import SatisfactionCommon


class PagesCommon(SatisfactionCommon, HttpCase):
    def _make_answer(self, layout="page_per_section", **values):
        survey = self._make_pages(questions_layout=layout, **values)
        wave = self._open(self._make_campaign(name=f"Pages {layout}", survey_id=survey.id))
        answer = self._invitation(wave, self.customers[0])._start()
        answer._mark_in_progress()
        return answer

    def _make_pages(self, **values):
        """Three pages with one question each that must be answered."""
        survey = self._make_survey(title="Pages", **values)
        for number, question in enumerate(self._questions(survey)):
            mandatory = number in (0, 1, 3)
            question.write({"constr_mandatory": mandatory, "sequence": 10 * number + 5})
        for number in (0, 1, 3):
            self.env["survey.question"].create(
                {
                    "survey_id": survey.id,
                    "title": f"Page {number}",
                    "is_page": True,
                    "question_type": False,
                    "sequence": 10 * number,
                }
            )
        return survey

    def _submit(self, answer, values, **params):
        url = f"/survey/submit/{answer.survey_id.access_token}/{answer.access_token}"
        given = {str(question.id): value for question, value in values.items()}
        response = self.url_open(
            url,
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": {**given, **params}}),
            headers={"Content-Type": "application/json"},
        )
        self.env.invalidate_all()
        return response.json()["result"][1]

    def _best(self, question):
        return str(question.suggested_answer_ids[:1].id)


@tagged("post_install", "-at_install")
class TestPages(PagesCommon):
    def test_last_page_alone_does_not_finish(self):
        answer = self._make_answer()
        first, second, third, recommend, _text = self._questions(answer.survey_id)
        reply = self._submit(answer, {recommend: "0"}, page_id=recommend.page_id.id)
        self.assertEqual(answer.state, "in_progress")
        self.assertFalse(self._results(answer))
        self.assertIn("o_satisfaction_missing", reply["survey_content"])
        self.assertIn(first.title, reply["survey_content"])
        self.assertNotIn(second.title, reply["survey_content"])
        given = answer.user_input_line_ids.filtered(lambda line: not line.skipped)
        self.assertEqual(given.question_id, recommend, "what was answered is kept")
        reply = self._submit(answer, {first: self._best(first)}, page_id=first.page_id.id)
        self.assertNotIn("o_satisfaction_missing", reply["survey_content"])
        values = {second: self._best(second), third: self._best(third)}
        self._submit(answer, values, page_id=second.page_id.id)
        self._submit(answer, {recommend: "0"}, page_id=recommend.page_id.id)
        self.assertEqual(answer.state, "done")
        self.assertEqual(answer.satisfaction_index, 100.0)
        self.assertEqual(answer.nps_points, -100.0)

    def test_last_question_alone_does_not_finish(self):
        answer = self._make_answer("page_per_question")
        first, *_others, text = self._questions(answer.survey_id)
        reply = self._submit(answer, {text: "I am a robot"}, question_id=text.id)
        self.assertEqual(answer.state, "in_progress")
        self.assertIn(first.title, reply["survey_content"])

    def test_going_back_lets_nobody_out_either(self):
        answer = self._make_answer(users_can_go_back=True)
        first, _second, _third, recommend, _text = self._questions(answer.survey_id)
        reply = self._submit(answer, {recommend: "9"}, page_id=recommend.page_id.id)
        self.assertEqual(answer.state, "in_progress")
        self.assertIn(first.title, reply["survey_content"])

    def test_one_page_says_what_is_missing(self):
        answer = self._make_answer("one_page", users_can_go_back=True)
        first, second, _third, recommend, _text = self._questions(answer.survey_id)
        page = self.env["survey.question"].search(
            [("survey_id", "=", answer.survey_id.id), ("is_page", "=", True)], limit=1
        )
        given = {second: self._best(second), recommend: "9"}
        reply = self._submit(answer, given, page_id=page.id)
        self.assertEqual(reply["error"], "validation")
        self.assertEqual(set(reply["fields"]), {str(first.id)})
        self.assertEqual(answer.state, "in_progress")
        self._submit(answer, {first: self._best(first), second: self._best(second), recommend: "9"})
        self.assertEqual(answer.state, "done")

    def test_only_questions_that_were_asked_are_missing(self):
        for chosen, state in ((0, "done"), (4, "in_progress")):
            survey = self._make_pages(questions_layout="page_per_section")
            first, second, third, recommend, _text = self._questions(survey)
            third.write(
                {
                    "constr_mandatory": True,
                    "triggering_answer_ids": [(6, 0, first.suggested_answer_ids[4].ids)],
                }
            )
            campaign = self._make_campaign(
                name=f"Asked {chosen}", survey_id=survey.id, quarantine_contact_days=0,
                quarantine_account_days=0,
            )  # fmt: skip
            answer = self._invitation(self._open(campaign), self.customers[1])._start()
            answer._mark_in_progress()
            picked = str(first.suggested_answer_ids[chosen].id)
            self._submit(answer, {first: picked}, page_id=first.page_id.id)
            answer._save_lines(second, self._best(second))
            self._submit(answer, {recommend: "9"}, page_id=recommend.page_id.id)
            self.assertEqual(answer.state, state)

    def test_each_row_of_a_matrix_is_an_answer(self):
        survey = self._make_survey(title="Rows")
        matrix = self.env["survey.question"].create(
            {
                "survey_id": survey.id,
                "title": "Rows",
                "question_type": "matrix",
                "constr_mandatory": True,
                "suggested_answer_ids": [(0, 0, {"value": "Good"})],
                "matrix_row_ids": [(0, 0, {"value": value}) for value in ("A", "B")],
            }
        )
        wave = self._open(self._make_campaign(name="Rows", survey_id=survey.id))
        answer = self._invitation(wave, self.customers[0])._start()
        rows = [str(row.id) for row in matrix.matrix_row_ids]
        answer._save_lines(matrix, {rows[0]: [self._best(matrix)]})
        self.assertEqual(answer._get_missing_questions(), matrix)
        answer._save_lines(matrix, dict.fromkeys(rows, [self._best(matrix)]))
        self.assertFalse(answer._get_missing_questions())

    def test_ordinary_surveys_finish_as_ever(self):
        survey = self._make_pages(questions_layout="page_per_section")
        survey.write({"is_satisfaction": False})
        answer = survey._create_answer(email="somebody@example.com")
        answer._mark_in_progress()
        recommend = self._questions(survey)[3]
        self._submit(answer, {recommend: "9"}, page_id=recommend.page_id.id)
        self.assertEqual(answer.state, "done")


@tagged("post_install", "-at_install")
class TestPageLines(PagesCommon):
    def test_a_page_is_one_insert(self):
        answer = self._make_answer("one_page")
        Line = self.registry["survey.user_input.line"]
        create = Line._create
        inserted = []

        def counted(lines, data_list):
            inserted.append(len(data_list))
            return create(lines, data_list)

        questions = self._questions(answer.survey_id)
        values = {question: self._best(question) for question in questions[:3]}
        with patch.object(Line, "_create", counted):
            self._submit(answer, {**values, questions[3]: "10", questions[4]: "Fine"})
        self.assertEqual(inserted, [5])
        self.assertEqual(answer.state, "done")
        self.assertEqual(answer.satisfaction_index, 100.0)

    def test_what_is_right_is_kept_when_something_is_wrong(self):
        answer = self._make_answer("one_page")
        first, second, _third, recommend, _text = self._questions(answer.survey_id)
        reply = self._submit(
            answer, {first: self._best(first), second: self._best(second), recommend: "999"}
        )
        self.assertEqual(set(reply["fields"]), {str(recommend.id)})
        given = answer.user_input_line_ids.filtered(lambda line: not line.skipped)
        self.assertEqual(given.question_id, first | second)

    def test_questions_triggered_on_the_same_page(self):
        survey = self._make_survey(title="Triggers")
        first, second, *_others = self._questions(survey)
        second.triggering_answer_ids = first.suggested_answer_ids[4]
        campaign = self._make_campaign(name="Triggers", survey_id=survey.id)
        wave = self._open(campaign)
        for customer, chosen, asked in ((0, 4, True), (1, 0, False)):
            answer = self._invitation(wave, self.customers[customer])._start()
            answer._mark_in_progress()
            picked = str(first.suggested_answer_ids[chosen].id)
            self._submit(answer, {first: picked, second: self._best(second)})
            self.assertEqual(answer.state, "done")
            self.assertEqual(second in answer.user_input_line_ids.question_id, asked)

    def test_no_context_of_a_client_holds_lines_back(self):
        answer = self._make_answer("one_page")
        forged = answer.with_context(satisfaction_page={"values": []})
        forged._save_lines(self._questions(answer.survey_id)[3], "7")
        self.assertEqual(answer.user_input_line_ids.mapped("value_scale"), [7])
