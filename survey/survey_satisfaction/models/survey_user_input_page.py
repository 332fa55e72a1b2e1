from odoo import models
from odoo.exceptions import UserError

from ..lib.page import PAGE, PageLines


class MissingAnswers(UserError):
    """Somebody wants to finish without the answers that are required."""

    def __init__(self, message, questions):
        super().__init__(message)
        self.questions = questions


class SurveyUserInput(models.Model):
    """A page that a browser sends: written in one go, finished when nothing is missing."""

    _inherit = "survey.user_input"  # pylint: disable=consider-merging-classes-inherited

    # --- The host inserts the answers of a page one by one, we together ----------------

    def _with_page(self):
        """Return the response; lines made in its name wait for ``_write_page``."""
        return self.with_context(**{PAGE: PageLines()})

    def _get_page(self):
        page = self.env.context.get(PAGE)
        return page if isinstance(page, PageLines) else None

    def _write_page(self):
        """Write the lines that wait."""
        page = self._get_page()
        if values := page and page.take():
            self.with_context(**{PAGE: None}).env["survey.user_input.line"].create(values)

    def _get_inactive_conditional_questions(self):
        """Which questions are asked depends on answers of the same page."""
        page = self._get_page()
        if page and page.values:
            triggers = set(self.survey_id.question_ids.triggering_answer_ids.ids)
            if any(values.get("suggested_answer_id") in triggers for values in page.values):
                self._write_page()
        return super()._get_inactive_conditional_questions()

    def _clear_inactive_conditional_answers(self):
        self._write_page()
        return super()._clear_inactive_conditional_answers()

    # --- Nobody finishes by sending the last page alone --------------------------------

    def _mark_done(self):
        self._write_page()
        if self._get_page():
            self._check_complete()
        return super()._mark_done()

    def _check_complete(self):
        """:raises MissingAnswers: when a question that was asked requires an answer"""
        if missing := self._get_missing_questions():
            raise MissingAnswers(self.env._("This question requires an answer."), missing)

    def _get_missing_questions(self):
        """Return the mandatory questions of the respondent without a (whole) answer."""
        self.ensure_one()
        required = self.predefined_question_ids._get_required()
        if not required:
            return required
        given = self.user_input_line_ids.filtered(lambda line: not line.skipped)
        missing = required.filtered(lambda question: not question._is_answered_by(given))
        return missing and missing - self._get_inactive_conditional_questions()
