from odoo import http
from odoo.http import request

from odoo.addons.survey.controllers.main import Survey

from ..models.survey_user_input_page import MissingAnswers
from .main import SatisfactionController

OURS = (
    "survey_auth",
    "survey_closed",
    "survey_void",
    "answer_deadline",
    "answer_wrong_user",
    "token_wrong",
    "token_required",
)
MAX_ANSWERS = 500
PLACES = {"page_per_section": "page_id", "page_per_question": "question_id"}


class SatisfactionSurvey(Survey):
    """Core's survey pages, made safe for answers somebody wants to rely on."""

    def _get_access_data(self, survey_token, answer_token, ensure_token=True, check_partner=True):
        """Texts and error messages in the customer's language, not the browser's."""
        data = super()._get_access_data(survey_token, answer_token, ensure_token, check_partner)
        answer = data["answer_sudo"]
        if answer.wave_id and answer.lang_id:
            code = answer.lang_id.code
            request.update_context(lang=code)
            request.lang = request.env["res.lang"]._get_data(code=code)
            data["answer_sudo"] = answer.with_context(lang=code)
            data["survey_sudo"] = data["survey_sudo"].with_context(lang=code)
        return data

    def _prepare_survey_data(self, survey_sudo, answer_sudo, **post):
        data = super()._prepare_survey_data(survey_sudo, answer_sudo, **post)
        if answer_sudo.wave_id:
            data["html_data"] = SatisfactionController._get_page_language()
            data["satisfaction_missing"] = post.get("satisfaction_missing")
        return data

    def _check_validity(
        self, survey_sudo, answer_sudo, answer_token, ensure_token=True, check_partner=True
    ):
        """Whoever holds the link may answer: a colleague of the customer with a portal login,
        an employee who interviews. After the last day nobody may."""
        if answer_sudo.wave_id and answer_token:
            check_partner = False
            if answer_sudo.state != "done" and not answer_sudo.wave_id._accepts_answers():
                return "answer_deadline"
        return super()._check_validity(
            survey_sudo, answer_sudo, answer_token, ensure_token, check_partner
        )

    def _redirect_with_error(self, access_data, error_key):
        ours = access_data["answer_sudo"].wave_id or access_data["survey_sudo"].is_satisfaction
        if ours and error_key in OURS:
            return SatisfactionController()._render_closed()
        return super()._redirect_with_error(access_data, error_key)

    @http.route()
    def survey_retry(self, survey_token, answer_token, **post):
        """One invitation, one response: "take again" would stuff the ballot box."""
        survey, answer = self._fetch_from_access_token(survey_token, answer_token)
        if answer.wave_id or survey.is_satisfaction:
            return SatisfactionController()._render_closed()
        return super().survey_retry(survey_token, answer_token, **post)

    def _fetch_from_access_token(self, survey_token, answer_token):
        """Look up once per request what several checks of it ask for."""
        key = self._get_fetch_key(survey_token, answer_token)
        known = getattr(request, "satisfaction_fetched", None)
        if not known or known[0] != key:
            known = (key, super()._fetch_from_access_token(survey_token, answer_token))
            request.satisfaction_fetched = known
        return known[1]

    @staticmethod
    def _get_fetch_key(survey_token, answer_token):
        # A request that starts anew may do so with another cursor.
        return (request.env.cr, request.env.uid, survey_token, answer_token)

    @http.route()
    def survey_submit(self, survey_token, answer_token, **post):
        """Two clicks are one answer; rubbish is refused before anything is stored."""
        survey, answer = self._fetch_from_access_token(survey_token, answer_token)
        if not answer.wave_id:
            return super().survey_submit(survey_token, answer_token, **post)
        answer._lock_row()
        if not self._is_payload_sane(survey, post):
            return {}, {"error": "validation", "fields": {}}
        answer = self._begin_page(survey_token, answer_token)
        try:
            result = super().survey_submit(survey_token, answer_token, **post)
        except MissingAnswers as missing:
            result = self._return_to(
                missing, post, self._get_access_data(survey_token, answer_token)
            )
        answer._write_page()
        if answer.wave_id.confidentiality == "anonymous":
            answer._erase_traces()
        return result

    def _begin_page(self, survey_token, answer_token):
        """Let the host work on a response that writes the answers of the page together."""
        survey, answer = self._fetch_from_access_token(survey_token, answer_token)
        answer = answer._with_page()
        key = self._get_fetch_key(survey_token, answer_token)
        request.satisfaction_fetched = (key, (survey, answer))
        return answer

    def _return_to(self, missing, post, access_data):
        """Say what is missing on this page, or show the first page that was left out."""
        survey, answer = access_data["survey_sudo"], access_data["answer_sudo"]
        questions = missing.questions
        here = self._get_sent_place(survey, post)
        left = questions.filtered(lambda question: self._get_place(question) == here)
        if left:
            fields = {q.id: q.constr_error_msg or missing.args[0] for q in left}
            return {}, {"error": "validation", "fields": fields}
        first = self._get_place(questions[0])
        answer.last_displayed_page_id = first
        html = self._prepare_question_html(
            survey, answer, previous_page_id=first, satisfaction_missing=len(questions)
        )
        return {}, html

    @staticmethod
    def _get_place(question):
        """Return the id of the page, or question, that shows a question; 0 for the only page."""
        layout = question.survey_id.questions_layout
        place = {"page_per_section": question.page_id.id, "page_per_question": question.id}
        return place.get(layout, 0)

    @staticmethod
    def _get_sent_place(survey, post):
        return int(post.get(PLACES.get(survey.questions_layout), 0))

    @http.route()
    def survey_print(self, survey_token, review=False, answer_token=None, **post):
        """Anonymous answers are not shown again, to nobody."""
        _survey, answer = self._fetch_from_access_token(survey_token, answer_token)
        if answer.wave_id.confidentiality == "anonymous":
            return SatisfactionController()._render_closed()
        return super().survey_print(survey_token, review, answer_token, **post)

    # --- What a browser would send -----------------------------------------------------

    def _is_payload_sane(self, survey, post):
        """Whether the page belongs to the survey and the answers have shapes core can read."""
        pages = {str(question.id) for question in survey.question_and_page_ids}
        for name in ("page_id", "question_id", "previous_page_id"):
            if name in post and str(post[name]) not in pages:
                return False
        needed = PLACES.get(survey.questions_layout)
        if needed and not post.get(needed):
            return False
        matrices = {str(q.id) for q in survey.question_ids if q.question_type == "matrix"}
        return all(
            self._is_answer_sane(value)
            and (name not in matrices or not value or isinstance(value, dict))
            for name, value in post.items()
            if str(name).isdigit()
        )

    def _is_answer_sane(self, value, depth=0):
        if isinstance(value, str):
            return "\x00" not in value
        if value is None or isinstance(value, int | float):
            return depth > 0 or not isinstance(value, float)
        if depth > 2 or not isinstance(value, list | dict) or len(value) > MAX_ANSWERS:
            return False
        if isinstance(value, dict):
            comment = value.get("comment", "")
            return isinstance(comment, str) and all(
                self._is_answer_sane(v, depth + 1) for v in value.values()
            )
        return all(self._is_answer_sane(v, depth + 1) for v in value)
