import math

from odoo import models

MAX_TEXT = 20000


class SurveyQuestion(models.Model):
    """Answers that can be trusted."""

    _inherit = "survey.question"  # pylint: disable=consider-merging-classes-inherited

    def validate_question(self, answer, comment=None):
        """Refuse what no browser would send before core stores it or fails on it."""
        if answer and not self._is_well_formed(answer):
            return {self.id: self.env._("This answer is not valid.")}
        return super().validate_question(answer, comment)

    def _is_well_formed(self, answer):
        kind = self.question_type
        if kind == "matrix":
            return isinstance(answer, dict)
        if kind == "multiple_choice":
            return isinstance(answer, list | str | int) and not isinstance(answer, bool)
        if kind == "simple_choice":
            return isinstance(answer, list | str | int) and not isinstance(answer, bool)
        if isinstance(answer, bool) or not isinstance(answer, str | int | float):
            return False
        text = str(answer)
        return "\x00" not in text and len(text) <= MAX_TEXT

    def _validate_numerical_box(self, answer):
        try:
            if not math.isfinite(float(answer)):
                return {self.id: self.env._("This is not a number")}
        except (TypeError, ValueError):
            return {self.id: self.env._("This is not a number")}
        return super()._validate_numerical_box(answer)

    def _validate_date(self, answer):
        try:
            return super()._validate_date(answer)
        except (TypeError, ValueError, OverflowError):
            return {self.id: self.env._("This is not a date")}

    def _validate_scale(self, answer):
        errors = super()._validate_scale(answer)
        if errors or answer in ("", None, False):
            return errors
        value = self._to_id(answer)
        if value is None or not self.scale_min <= value <= self.scale_max:
            return {
                self.id: self.env._(
                    "Choose a number from %(low)s to %(high)s.",
                    low=self.scale_min,
                    high=self.scale_max,
                )
            }
        return errors

    def _validate_choice(self, answer, comment):
        errors = super()._validate_choice(answer, comment)
        if errors:
            return errors
        chosen = answer if isinstance(answer, list) else [answer] if answer else []
        if not self._are_own_answers(chosen, self.suggested_answer_ids):
            return {self.id: self.env._("This answer is not valid.")}
        return self._validate_choice_count(
            len(chosen) + bool(comment and self.comment_count_as_answer)
        )

    def _validate_choice_count(self, count):
        if self.question_type != "multiple_choice" or not count:
            return {}
        if self.answer_min and count < self.answer_min:
            return {self.id: self.env._("Choose at least %s answers.", self.answer_min)}
        if self.answer_max and count > self.answer_max:
            return {self.id: self.env._("Choose at most %s answers.", self.answer_max)}
        return {}

    def _validate_matrix(self, answers):
        errors = super()._validate_matrix(answers)
        if errors:
            return errors
        simple = self.matrix_subtype == "simple"
        if not self._are_own_answers(list(answers), self.matrix_row_ids):
            return {self.id: self.env._("This answer is not valid.")}
        for chosen in answers.values():
            if (
                not isinstance(chosen, list)
                or not chosen
                or (simple and len(chosen) > 1)
                or not self._are_own_answers(chosen, self.suggested_answer_ids)
            ):
                return {self.id: self.env._("This answer is not valid.")}
        return errors

    def _get_required(self):
        """Return the questions of ``self`` that the customer sees and must answer."""
        required = self.filtered("constr_mandatory")
        # The host shows no question without a section where each section is a page.
        return required.filtered(
            lambda q: q.page_id or q.survey_id.questions_layout != "page_per_section"
        )

    def _is_answered_by(self, lines):
        """Whether the question, with each of its rows, has an answer among ``lines``.

        :param lines: answers of one response, without the skipped ones
        """
        self.ensure_one()
        mine = lines.filtered(lambda line: line.question_id == self)
        if self.question_type == "matrix":
            return self.matrix_row_ids <= mine.matrix_row_id
        if self.question_type in ("simple_choice", "multiple_choice"):
            # A comment alone answers only where it is declared to.
            return bool(mine.suggested_answer_id) or bool(mine and self.comment_count_as_answer)
        return bool(mine)

    def _are_own_answers(self, values, allowed):
        """Whether all values are ids of ``allowed``, each named once."""
        numbers = [self._to_id(value) for value in values]
        return len(set(numbers)) == len(numbers) and set(numbers) <= set(allowed.ids)

    @staticmethod
    def _to_id(value):
        """Return a whole number or ``None``; floats, booleans and containers are rubbish."""
        if isinstance(value, bool) or not isinstance(value, str | int):
            return None
        try:
            return int(value)
        except ValueError:
            return None
