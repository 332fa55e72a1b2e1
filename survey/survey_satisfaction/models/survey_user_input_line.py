from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..lib import scoring
from ..lib.page import PAGE, PageLines

POLARITY = {"positive": 100.0, "negative": -100.0}
POLARITY_BAND = {"positive": "satisfied", "negative": "dissatisfied", "neutral": "neutral"}


class SurveyUserInputLine(models.Model):
    _inherit = "survey.user_input.line"

    # Written with the line: the host inserts every line and then updates it.
    survey_id = fields.Many2one(related="user_input_id.survey_id", precompute=True)
    question_sequence = fields.Integer(related="question_id.sequence", precompute=True)

    @api.model_create_multi
    def create(self, vals_list):
        page = self.env.context.get(PAGE)
        if isinstance(page, PageLines):
            page.values += vals_list
            return self.browse()
        lines = super().create(vals_list)
        lines._check_not_given()
        return lines

    def write(self, vals):
        self._check_not_given()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_given(self):
        self._check_not_given()

    def _check_not_given(self):
        """Nobody changes what a customer said, not even with the rights of a survey manager."""
        if not self.env.su and any(self.sudo().mapped("user_input_id.wave_id.id")):
            raise AccessError(self.env._("Answers of customers are not written by hand."))

    def _get_item(self):
        """Return ``(code, label)`` of the answered item."""
        question, row = self.question_id, self.matrix_row_id
        if question.question_type == "matrix":
            return f"{question.item_code}.{row.row_code}", f"{question.title} — {row.value}"
        return question.item_code, question.title

    def _get_scored_item(self, mapping):
        """Return the scored item of the line as a list of none or one dict.

        :param mapping: what the wave froze, see ``survey.survey._get_score_mapping``
        """
        question = self.question_id
        code, label = self._get_item()
        base = {
            "code": code,
            "label": label,
            "question": question,
            "measure": question.measure,
            "weight": mapping["weights"].get(str(question.id), 1.0),
        }
        if question.measure == "polarity":
            return self._get_polarity_item(base)
        if self.answer_type in ("scale", "numerical_box"):
            return self._get_number_item(base)
        if self.answer_type == "suggestion" and self.suggested_answer_id:
            return self._get_choice_item(base, mapping)
        return []

    def _get_polarity_item(self, base):
        answer = self.suggested_answer_id
        if not answer:
            return []
        return [
            {
                **base,
                "answer": answer.value,
                "polarity": POLARITY.get(answer.polarity),
                "band": POLARITY_BAND.get(answer.polarity, "neutral"),
            }
        ]

    def _get_number_item(self, base):
        question = self.question_id
        value = self.value_scale if self.answer_type == "scale" else self.value_numerical_box
        scored = scoring.score_number(
            question.measure, value, question.scale_min, question.scale_max
        )
        return [{**base, "answer": f"{value:g}", **scored}] if scored else []

    def _get_choice_item(self, base, mapping):
        answer = self.suggested_answer_id
        score = mapping["answers"].get(str(answer.id))
        if score is None:
            return [{**base, "na": True, "answer": answer.value}]
        band = mapping["bands"][str(answer.id)]
        worst = score <= mapping["floors"][str(self.question_id.id)]
        return [{**base, "score": score, "band": band, "answer": answer.value, "worst": worst}]

    def _get_comment_text(self):
        """Free text of the line, without the fields of the header."""
        if self.question_id.header_field:
            return ""
        text = {"text_box": self.value_text_box, "char_box": self.value_char_box}
        return (text.get(self.answer_type) or "").strip()

    def _prepare_comment_item(self, text):
        code, label = self._get_item() if not self.matrix_row_id else (None, None)
        return {
            "code": code or self.question_id.item_code,
            "label": label or self.question_id.title,
            "question": self.question_id,
            "measure": "comment",
            "text": text,
        }
