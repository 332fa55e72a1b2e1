from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..lib import scoring

LOCKED_FIELDS = {
    "question_type",
    "survey_id",
    "measure",
    "weight",
    "dimension_id",
    "item_code",
    "scale_min",
    "scale_max",
    "matrix_subtype",
    "is_page",
    "answer_min",
    "answer_max",
    "constr_mandatory",
    "triggering_answer_ids",
}

MEASURES = [
    ("none", "Nothing"),
    ("csat", "Satisfaction with one thing"),
    ("overall", "Overall satisfaction"),
    ("nps", "Recommendation (NPS)"),
    ("ces", "Effort (CES)"),
    ("expectation", "Against expectation"),
    ("ideal", "Against the ideal"),
    ("importance", "Importance"),
    ("polarity", "Good and bad words"),
    ("consent", "Consent to be contacted"),
]
HEADER_FIELDS = [
    ("name", "Name and position"),
    ("phone", "Phone"),
    ("email", "Email"),
    ("company", "Company"),
    ("address", "Address and postcode"),
]


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    measure = fields.Selection(
        MEASURES,
        "Measures",
        default="none",
        help="Figures are made of what is declared here, never guessed from the type.",
    )
    dimension_id = fields.Many2one("satisfaction.dimension", index="btree_not_null")
    weight = fields.Float(default=1.0, help="Weight of the question in the index.")
    item_code = fields.Char(
        help="Key of the question. It stays the same over all versions, so that waves compare."
    )
    scale_id = fields.Many2one("satisfaction.scale", "Answer Scale")
    answer_min = fields.Integer("Least Choices", help="0 = no limit")
    answer_max = fields.Integer("Most Choices", help="0 = no limit")
    header_field = fields.Selection(
        HEADER_FIELDS,
        "Prefilled From",
        help="The answer starts with what the contact says; a correction is proposed, not written.",
    )
    satisfaction_locked = fields.Boolean(related="survey_id.satisfaction_locked")
    is_satisfaction = fields.Boolean(related="survey_id.is_satisfaction")

    _choices_range = models.Constraint(
        "CHECK(coalesce(answer_min, 0) >= 0 AND coalesce(answer_max, 0) >= 0 "
        "AND (coalesce(answer_max, 0) = 0 OR coalesce(answer_min, 0) <= answer_max))",
        "The least number of choices cannot exceed the most.",
    )
    _weight_positive = models.Constraint(
        "CHECK(weight IS NULL OR weight >= 0)", "A weight cannot be negative."
    )

    @api.constrains("item_code", "survey_id")
    def _check_item_code(self):
        for question in self.filtered("item_code"):
            same = question.survey_id.question_ids.filtered(
                lambda q, code=question.item_code: q.item_code == code
            )
            if len(same) > 1:
                raise ValidationError(self.env._("Item code %s is used twice.", question.item_code))

    # --- Structure is locked once customers have answered ------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        survey_ids = {vals["survey_id"] for vals in vals_list if vals.get("survey_id")}
        self.env["survey.survey"].browse(survey_ids)._check_not_locked()
        questions = super().create(vals_list)
        questions.survey_id.filtered("is_satisfaction")._ensure_item_codes()
        return questions

    def write(self, vals):
        if LOCKED_FIELDS & self._changed_fields(vals):
            self.survey_id._check_not_locked()
        if "title" in vals:
            self._measured().survey_id._check_not_locked()
        return super().write(vals)

    def _changed_fields(self, vals):
        """Names of the plain fields that ``vals`` really changes (forms send equal values)."""
        changed = set()
        for name in LOCKED_FIELDS & vals.keys():
            field = self._fields[name]
            if field.type in ("many2many", "one2many") or any(
                field.convert_to_write(record[name], record) != vals[name] for record in self
            ):
                changed.add(name)
        return changed

    def update_field_translations(self, field_name, translations, source_lang=""):
        if field_name == "title":
            self._measured().survey_id._check_not_locked()
        return super().update_field_translations(field_name, translations, source_lang)

    def _measured(self):
        return self.filtered(lambda question: question.measure not in ("none", False))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        if self.env.su:
            return
        self.survey_id._check_not_locked()
        kept = self.filtered(lambda q: q.survey_id.is_satisfaction)
        # sudo: answers count even where the user may not read them
        if kept and self.env["survey.user_input.line"].sudo().search_count(
            [("question_id", "in", kept.ids), ("user_input_id.test_entry", "=", False)], limit=1
        ):
            raise UserError(self.env._("A question with answers cannot be deleted."))

    def action_fix_typo(self, title, reason):
        """Correct the words of a locked question without changing what it asks.

        :param title: new title in the user's language
        :param reason: why; kept in the chatter of the survey
        :return: True
        :raises AccessError: unless a satisfaction manager; UserError: without a reason
        """
        self.ensure_one()
        self.survey_id._check_satisfaction_manager()
        self.check_access("write")
        if not (reason or "").strip() or not (title or "").strip():
            raise UserError(self.env._("Say what changes and why."))
        before = self.title
        # Sudo: the one way around the lock, for managers, with a trace.
        self.sudo().title = title
        self.survey_id.message_post(
            body=self.env._(
                "Typo corrected: “%(before)s” → “%(after)s” (%(reason)s)",
                before=before,
                after=title,
                reason=reason,
            )
        )
        return True

    # --- Scores ------------------------------------------------------------------------

    def _get_items(self):
        """Return ``[(item code, row record or empty, label)]`` of the question."""
        self.ensure_one()
        if self.question_type != "matrix":
            return [(self.item_code, self.env["survey.question.answer"], self.title)]
        return [
            (f"{self.item_code}.{row.row_code}", row, f"{self.title} — {row.value}")
            for row in self.matrix_row_ids
        ]

    def _get_answer_scores(self, scale=None):
        """Return ``{answer id: score or None}``, mapped on ``scale`` where it fits."""
        self.ensure_one()
        scored = self.suggested_answer_ids.filtered(lambda a: not a.is_na)
        scores = {answer.id: answer.score for answer in scored}
        points = scale._scored_points().mapped("score") if scale else []
        if self.measure in ("csat", "overall") and len(points) == len(scored):
            best_first = scored.sorted("score", reverse=True)
            scores = dict(zip(best_first.ids, sorted(points, reverse=True), strict=True))
        scores.update(dict.fromkeys((self.suggested_answer_ids - scored).ids))
        return scores

    def _get_answer_bands(self):
        """The band belongs to the word the customer chose, whatever mapping the wave uses."""
        return {
            answer.id: answer.scale_point_id.band or scoring.band_of(answer.score)
            for answer in self.suggested_answer_ids
        }

    def _get_index_weight(self):
        return self.weight * (self.dimension_id.weight if self.dimension_id else 1.0)

    def _get_scale_shape(self, scores):
        if self.question_type == "scale":
            return (self.scale_min, self.scale_max)
        return tuple(sorted((s for s in scores.values() if s is not None), reverse=True))

    def action_apply_scale(self):
        """Give the question the answers of its scale.

        :return: True
        """
        for question in self.filtered("scale_id"):
            question.survey_id._check_not_locked()
            question._apply_scale()
        return True

    def _apply_scale(self):
        if self.scale_id.kind in ("nps", "ces"):
            low, high = (0, 10) if self.scale_id.kind == "nps" else (1, 7)
            self.write(
                {
                    "question_type": "scale",
                    "scale_min": low,
                    "scale_max": high,
                    "measure": self.scale_id.kind,
                }
            )
            return
        self.suggested_answer_ids.unlink()
        for sequence, point in enumerate(self.scale_id.point_ids):
            answer = self.env["survey.question.answer"].create(
                {
                    "question_id": self.id,
                    "sequence": sequence,
                    "value": point.name,
                    "scale_point_id": point.id,
                }
            )
            answer._copy_point_translations()
