from odoo import api, fields, models

LOCKED_FIELDS = {
    "value",
    "score",
    "is_na",
    "polarity",
    "row_code",
    "question_id",
    "matrix_question_id",
    "scale_point_id",
}


class SurveyQuestionAnswer(models.Model):
    _inherit = "survey.question.answer"

    scale_point_id = fields.Many2one("satisfaction.scale.point", ondelete="set null")
    score = fields.Float(
        "Satisfaction Score",
        compute="_compute_score",
        store=True,
        readonly=False,
        help="0-100. Not the quiz score of core surveys.",
    )
    is_na = fields.Boolean("Not Applicable", compute="_compute_is_na", store=True, readonly=False)
    polarity = fields.Selection(
        [("positive", "Good"), ("neutral", "Neither"), ("negative", "Bad")],
        help="For questions that measure good and bad words.",
    )
    row_code = fields.Char(help="Key of a matrix row; stays the same over versions.")

    _satisfaction_score_range = models.Constraint(
        "CHECK(score IS NULL OR (score >= 0 AND score <= 100))", "A score lies between 0 and 100."
    )

    @api.depends("scale_point_id.score")
    def _compute_score(self):
        for answer in self:
            answer.score = answer.scale_point_id.score if answer.scale_point_id else answer.score

    @api.depends("scale_point_id.is_na")
    def _compute_is_na(self):
        for answer in self:
            answer.is_na = answer.scale_point_id.is_na if answer.scale_point_id else answer.is_na

    def _surveys(self):
        return (self.question_id | self.matrix_question_id).survey_id

    @api.model_create_multi
    def create(self, vals_list):
        question_ids = {
            vals.get("question_id") or vals.get("matrix_question_id") for vals in vals_list
        } - {None, False}
        self.env["survey.question"].browse(question_ids).survey_id._check_not_locked()
        return super().create(vals_list)

    def write(self, vals):
        if LOCKED_FIELDS & vals.keys():
            self._surveys()._check_not_locked()
        return super().write(vals)

    def update_field_translations(self, field_name, translations, source_lang=""):
        if field_name == "value":
            self._surveys()._check_not_locked()
        return super().update_field_translations(field_name, translations, source_lang)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_locked(self):
        self._surveys()._check_not_locked()

    def _copy_point_translations(self):
        """Say the words of the scale point in every language."""
        for answer in self.filtered("scale_point_id"):
            langs = {code for code, _name in self.env["res.lang"].get_installed()} | {"en_US"}
            names = {code: answer.scale_point_id.with_context(lang=code).name for code in langs}
            answer.update_field_translations("value", names)
