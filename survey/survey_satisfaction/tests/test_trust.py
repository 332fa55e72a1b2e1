"""Answers one can trust: what link scanners, impatient people and bots do to a survey."""

import base64
import json
import re

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command, http
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import SatisfactionCommon

SCANNERS = (
    "Mozilla/5.0 (compatible; Outlook SafeLinks)",
    "MicroMessenger/8.0 NetType/WIFI",
    "Slackbot-LinkExpanding 1.0",
)


@tagged("post_install", "-at_install")
class TestTrust(SatisfactionCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wave = cls._open()
        cls.invitation = cls._invitation(cls.wave, cls.customers[0])
        cls.url = f"/satisfaction/{cls.invitation.token}"

    def _count(self):
        return self.env["survey.user_input"].search_count([("survey_id", "=", self.survey.id)])

    def _post(self, url, **data):
        return self.url_open(url, data={"csrf_token": http.Request.csrf_token(self), **data})

    def _csrf(self):
        self.authenticate(None, None)
        return http.Request.csrf_token(self)

    def _begin(self):
        self.authenticate(None, None)
        self._post(f"{self.url}/start")
        return self.invitation.user_input_id

    def _submit(self, answer, values, **params):
        url = f"/survey/submit/{answer.survey_id.access_token}/{answer.access_token}"
        response = self.url_open(
            url,
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": {**values, **params}}),
            headers={"Content-Type": "application/json"},
        )
        self.env.invalidate_all()
        return response.json()

    # --- Landing page ------------------------------------------------------------------

    def test_looking_writes_nothing(self):
        for agent in SCANNERS:
            self.url_open(self.url, headers={"User-Agent": agent})
            self.opener.head(self.base_url() + self.url)
        self.env.invalidate_all()
        self.assertEqual(self._count(), 0)
        self.assertEqual(self.invitation.state, "sent")

    def test_page_is_private(self):
        response = self.url_open(self.url)
        self.assertEqual(response.status_code, 200)
        self.assertIn("noindex", response.headers["X-Robots-Tag"])
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertIn("Customer 0", response.text)
        self.assertNotIn("customer0@example.com", response.text)

    def test_get_on_start_is_refused(self):
        self.assertEqual(self.url_open(f"{self.url}/start").status_code, 405)
        self.assertEqual(self._count(), 0)

    @mute_logger("odoo.http")
    def test_post_without_csrf_is_refused(self):
        self.authenticate(None, None)
        response = self.url_open(f"{self.url}/start", data={"x": "1"})
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self._count(), 0)

    def test_posting_twice_is_one_response(self):
        first = self._begin()
        second = self._post(f"{self.url}/start")
        self.assertEqual(second.status_code, 200)
        self.assertIn(first.access_token, second.url)
        self.assertEqual(self._count(), 1)
        self.env.invalidate_all()
        self.assertEqual(self.invitation.user_input_id, first)
        self.assertEqual(self.invitation.state, "started")

    def test_after_the_answer_no_second_one(self):
        answer = self._fill(self._begin())
        self._post(f"{self.url}/start")
        retry = f"/survey/retry/{self.survey.access_token}/{answer.access_token}"
        self.assertIn("cannot be used", self.url_open(retry).text)
        self.assertEqual(self._count(), 1)

    def test_conditional_questions_open_no_second_try(self):
        """The host forgets its limit of attempts where one question depends on another."""
        questions = self._questions()
        questions[4].sudo().triggering_answer_ids = questions[0].suggested_answer_ids[0]
        answer = self._fill(self._begin())
        start = f"/survey/{self.survey.access_token}/{answer.access_token}"
        self.assertNotIn("/survey/retry", self.url_open(start).text)
        retry = f"/survey/retry/{self.survey.access_token}/{answer.access_token}"
        self.assertIn("cannot be used", self.url_open(retry).text)
        self._post(f"{self.url}/start")
        self.assertEqual(self._count(), 1)

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_one_response_per_invitation(self):
        answer = self._begin()
        with self.assertRaises(IntegrityError):
            answer.sudo().copy({"invitation_id": self.invitation.id})

    def test_survey_link_without_invitation_creates_nothing(self):
        self.url_open(f"/survey/start/{self.survey.access_token}?email=a@b.com")
        self.assertEqual(self._count(), 0)

    def test_one_constant_message(self):
        """Wrong, expired, closed and declined links cannot be told apart."""
        texts = {self.url_open("/satisfaction/0123456789abcdef").text}
        self.authenticate(None, None)
        other = self._invitation(self.wave, self.customers[1])
        self._post(f"/satisfaction/{other.token}/decline")
        texts.add(self.url_open(f"/satisfaction/{other.token}").text)
        self.wave.date_close = "2020-01-01"
        texts.add(self.url_open(self.url).text)
        self.wave.date_close = False
        self.wave.with_user(self.officer).action_close()
        texts.add(self.url_open(self.url).text)
        clean = {text.split("o_satisfaction_card")[1].split("</div>")[0] for text in texts}
        self.assertEqual(len(clean), 1)
        self.assertNotIn("Customer", clean.pop())

    def test_late_answer_is_refused(self):
        answer = self._begin()
        self.wave.date_close = "2020-01-01"
        result = self._submit(answer, {})
        self.assertEqual(result["result"][1]["error"], "answer_deadline")
        self.assertEqual(answer.state, "in_progress")

    def test_paused_campaign_takes_no_answers(self):
        answer = self._begin()
        self.campaign.sudo().state = "paused"
        result = self._submit(answer, {})
        self.assertEqual(result["result"][1]["error"], "answer_deadline")
        page = self.url_open(f"/survey/{self.survey.access_token}/{answer.access_token}")
        self.assertIn("cannot be used", page.text)
        self.campaign.sudo().state = "running"
        self._submit(answer, {})
        self.assertEqual(answer.state, "done")

    def test_decline_and_opt_out(self):
        self.authenticate(None, None)
        self._post(f"{self.url}/decline", forever="1")
        self.env.invalidate_all()
        self.assertEqual(self.invitation.state, "declined")
        self.assertTrue(self.customers[0].survey_opt_out)

    # --- Who may answer ----------------------------------------------------------------

    def test_employee_may_open_the_link(self):
        self.authenticate("sat_salesman", "sat_salesman")
        self._post(f"{self.url}/start")
        self.env.invalidate_all()
        answer = self.invitation.user_input_id
        page = self.url_open(f"/survey/{self.survey.access_token}/{answer.access_token}")
        self.assertIn("Quality of our valves", page.text)

    def test_portal_colleague_may_open_the_link(self):
        new_test_user(self.env, login="sat_portal", groups="base.group_portal")
        answer = self.invitation._start()
        self.authenticate("sat_portal", "sat_portal")
        page = self.url_open(f"/survey/{self.survey.access_token}/{answer.access_token}")
        self.assertIn("Quality of our valves", page.text)

    def test_foreign_answer_token_is_refused(self):
        self._begin()
        page = self.url_open(f"/survey/{self.survey.access_token}/not-a-token")
        self.assertIn("cannot be used", page.text)

    def test_customers_language_not_the_browsers(self):
        self.survey.update_field_translations("title", {"zh_CN": "满意度测试"})
        question = self._questions()[0]
        question.update_field_translations("title", {"zh_CN": "阀门质量"})
        self.invitation.lang = "zh_CN"
        headers = {"Accept-Language": "en-US,en;q=0.9"}
        landing = self.url_open(self.url, headers=headers).text
        self.assertIn("满意度测试", landing)
        self.assertIn('lang="zh-CN"', landing)
        answer = self._begin()
        self.assertEqual(answer.lang_id.code, "zh_CN")
        self._forget_language()
        page = self.url_open(
            f"/survey/{self.survey.access_token}/{answer.access_token}", headers=headers
        )
        self.assertIn("阀门质量", page.text)
        self.assertIn('lang="zh-CN"', page.text, "dialogs of the page follow it")
        question.write({"constr_mandatory": True, "constr_error_msg": "Please answer"})
        question.update_field_translations("constr_error_msg", {"zh_CN": "请回答"})
        self._forget_language()
        errors = self._submit(answer, {})["result"][1]["fields"]
        self.assertEqual(errors, {str(question.id): "请回答"})

    def _forget_language(self):
        """As another browser, whose language the site has not learnt from its address."""
        jar = self.opener.cookies
        for cookie in [one for one in jar if one.name == "frontend_lang"]:
            jar.clear(cookie.domain, cookie.path, cookie.name)

    # --- What a bot posts --------------------------------------------------------------

    def _assert_refused(self, question, value):
        answer = self.invitation._start()
        result = self._submit(answer, {str(question.id): value})
        self.assertIn("result", result, f"{value!r} makes an error of its own")
        self.assertEqual(result["result"][1]["error"], "validation", value)
        self.assertFalse(
            answer.user_input_line_ids.filtered(lambda line: line.question_id == question), value
        )
        self.assertNotEqual(answer.state, "done")

    def test_numbers_stay_inside_their_scale(self):
        for value in ("999", "-1", "abc", "7.5", True, ["3", "4"], {"a": "3"}, "1e3"):
            self._assert_refused(self._questions()[3], value)

    def test_choices_belong_to_their_question(self):
        first, second = self._questions()[:2]
        own = str(first.suggested_answer_ids[0].id)
        for value in (str(second.suggested_answer_ids[0].id), [own, own], "x", "-1", {"a": own}):
            self._assert_refused(first, value)

    def test_number_of_choices(self):
        question = (
            self.env["survey.question"]
            .sudo()
            .create(
                {
                    "survey_id": self.survey.id,
                    "sequence": 20,
                    "title": "Which words fit?",
                    "question_type": "multiple_choice",
                    "answer_min": 2,
                    "answer_max": 2,
                    "suggested_answer_ids": [Command.create({"value": v}) for v in "abc"],
                }
            )
        )
        ids = [str(i) for i in question.suggested_answer_ids.ids]
        for value in (ids[:1], ids, [ids[0], ids[0]]):
            self._assert_refused(question, value)
        self.assertFalse(question.validate_question(ids[:2]))

    def test_matrix_rows_and_columns_are_its_own(self):
        matrix = (
            self.env["survey.question"]
            .sudo()
            .create(
                {
                    "survey_id": self.survey.id,
                    "sequence": 21,
                    "title": "Delivery",
                    "question_type": "matrix",
                    "suggested_answer_ids": [Command.create({"value": v}) for v in "ab"],
                    "matrix_row_ids": [Command.create({"value": v}) for v in "xy"],
                }
            )
        )
        row, column = str(matrix.matrix_row_ids[0].id), str(matrix.suggested_answer_ids[0].id)
        foreign = str(self._questions()[0].suggested_answer_ids[0].id)
        for value in (
            {foreign: [column]},
            {row: [foreign]},
            {row: column},
            {row: []},
            {row: [column, str(matrix.suggested_answer_ids[1].id)]},
            [column],
            "comment",
        ):
            self._assert_refused(matrix, value)
        self.assertFalse(matrix.validate_question({row: [column]}))

    def test_rubbish_is_no_server_error(self):
        text = self._questions()[4]
        for value in ({"comment": 5}, [[[["x"]]]], "nul\x00byte", "x" * 30000, {"a": {"b": {}}}):
            self._assert_refused(text, value)

    def test_page_may_be_sent_again_after_an_error(self):
        answer = self._begin()
        first, _second, _third, nps, _text = self._questions()
        best, worst = first.suggested_answer_ids[0], first.suggested_answer_ids[4]
        self._submit(answer, {str(first.id): str(best.id), str(nps.id): "999"})
        result = self._submit(answer, {str(first.id): str(worst.id), str(nps.id): "9"})
        self.assertNotIn("error", result["result"][1])
        lines = answer.user_input_line_ids.filtered(lambda line: line.question_id == first)
        self.assertEqual(lines.suggested_answer_id, worst)

    def test_one_page_submitted_twice_is_one_answer(self):
        answer = self._begin()
        values = {str(q.id): str(q.suggested_answer_ids[0].id) for q in self._questions()[:3]}
        self.assertNotIn("error", self._submit(answer, values)["result"][1])
        self.assertEqual(answer.state, "done")
        again = self._submit(answer, {k: "999" for k in values})
        self.assertEqual(again["result"][1]["error"], "unauthorized")
        self.assertEqual(len(self._results(answer, "csat")), 2)

    def test_ordinary_surveys_know_nothing_of_waves(self):
        survey = self.env["survey.survey"].create(
            {
                "title": "Quiz",
                "access_mode": "token",
                "questions_layout": "one_page",
                "question_and_page_ids": [
                    Command.create({"title": "Why?", "question_type": "text_box"})
                ],
            }
        )
        answer = survey._create_answer(email="somebody@example.com")
        answer._mark_in_progress()
        self.env.flush_all()
        self.authenticate(None, None)
        with self.assertLogs("odoo.sql_db", level="DEBUG") as log:
            result = self._submit(answer, {str(survey.question_ids.id): "Because"})
        self.assertNotIn("error", result["result"][1])
        self.assertEqual(answer.state, "done")
        ours = [text for text in log.output if re.search(r'(FROM|INTO|UPDATE) "?satisf', text)]
        self.assertFalse(ours)
        self.assertFalse([text for text in log.output if "FOR UPDATE" in text])
        again = survey._create_answer(email="else@example.com")
        self.assertFalse(again.wave_id or again.company_id)

    def test_open_link_is_counted_apart(self):
        self.campaign.allow_open_link = True
        self.assertEqual(base64.b64decode(self.wave.open_qr)[1:4], b"PNG")
        url = self.wave.open_url.removeprefix(self.wave.get_base_url())
        self.assertEqual(self.url_open(url).status_code, 200)
        self.assertEqual(self._count(), 0)
        self.authenticate(None, None)
        self._post(f"{url}/start")
        answer = self.env["survey.user_input"].search([("wave_id", "=", self.wave.id)])
        self._fill(answer, (4, 4, 4), "0")
        kpis = self.wave.get_kpis()
        self.assertEqual((kpis["n"], kpis["response_rate"]), (0, 0.0))

    @freeze_time("2030-01-01")
    def test_open_link_needs_the_campaigns_consent(self):
        url = f"/satisfaction/open/{self.wave.open_token}"
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_export_is_for_the_team(self):
        self.authenticate("sat_salesman", "sat_salesman")
        with mute_logger("odoo.http"):
            response = self.url_open(f"/satisfaction/wave/{self.wave.id}/xlsx")
        self.assertEqual(response.status_code, 403)
        self.authenticate("sat_officer", "sat_officer")
        response = self.url_open(f"/satisfaction/wave/{self.wave.id}/xlsx")
        self.assertEqual(response.content[:2], b"PK")
