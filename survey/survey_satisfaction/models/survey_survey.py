from itertools import count

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..lib import scoring

# What a questionnaire must look like before customers are asked with it; see the traps of
# core surveys: scoring shows "failed the test", other types hide the answers, public access
# lets every link scanner create a response, a time limit ends with half an answer.
CAMPAIGN_SETTINGS = {
    "survey_type": "survey",
    "scoring_type": "no_scoring",
    "access_mode": "token",
    "questions_selection": "all",
    "users_login_required": False,
    "is_time_limited": False,
}
LOCKED_FIELDS = {*CAMPAIGN_SETTINGS, "is_satisfaction", "min_answered_ratio", "confidentiality"}
CONFIDENTIALITY = [
    ("identified", "Identified"),
    ("confidential", "Confidential"),
    ("anonymous", "Anonymous"),
]
MEASURED = ("csat", "overall", "nps", "ces", "expectation", "ideal", "importance", "polarity")


def _number_missing(records, name, pattern):
    """Give the records without a key the next free number as their key."""
    used = set(records.mapped(name))
    free = (key for key in map(pattern.format, count(1)) if key not in used)
    for record in records.filtered(lambda one: not one[name]):
        record[name] = next(free)


class SurveySurvey(models.Model):
    _inherit = "survey.survey"

    is_satisfaction = fields.Boolean(
        "Satisfaction Questionnaire",
        help="Its measured questions give the satisfaction index.",
    )
    is_satisfaction_template = fields.Boolean(
        "Template", copy=False, help="Kept as a model: copied, never sent."
    )
    company_id = fields.Many2one("res.company", index="btree_not_null")
    confidentiality = fields.Selection(
        CONFIDENTIALITY,
        default="identified",
        help="Identified: salespeople see the answers of their customers.\n"
        "Confidential: only the survey team sees single answers, others see groups.\n"
        "Anonymous: no answer is ever tied to an invitation.",
    )
    min_cell = fields.Integer(
        "Smallest Group Shown",
        default=5,
        help="Groups with fewer answers are hidden in confidential and anonymous surveys "
        "(our default: 5).",
    )
    min_answered_ratio = fields.Float(
        "Answers Needed",
        default=0.5,
        help="Share of the measured questions that must be answered before a response gets an "
        "index (our default: 50 %).",
    )
    satisfaction_code = fields.Char("Code")
    satisfaction_version = fields.Integer("Version", default=1, copy=False)
    origin_survey_id = fields.Many2one(
        "survey.survey", "Previous Version", copy=False, index="btree_not_null"
    )
    satisfaction_locked = fields.Boolean("Locked", compute="_compute_satisfaction_locked")
    wave_ids = fields.One2many("satisfaction.wave", "survey_id")
    retention_months = fields.Integer(
        "Keep Names (months)",
        default=36,
        help="Afterwards responses are made anonymous (0 = never; our default: 36).",
    )
    retention_wipe_text = fields.Boolean("Delete free texts as well", default=True)

    _min_cell_floor = models.Constraint(
        "CHECK(min_cell IS NULL OR min_cell >= 3)", "Groups of fewer than three hide nobody."
    )
    _answered_ratio_range = models.Constraint(
        "CHECK(min_answered_ratio IS NULL OR (min_answered_ratio >= 0 "
        "AND min_answered_ratio <= 1))",
        "The share of answers needed lies between 0 and 100 %.",
    )

    @api.depends("wave_ids.state")
    def _compute_satisfaction_locked(self):
        locked = self._locked_ids()
        for survey in self:
            survey.satisfaction_locked = survey._origin.id in locked

    def _locked_ids(self):
        """Return the ids of ``self`` that a wave has used: they only change as a new version."""
        # Sudo: a lock holds whoever looks at it, also across companies.
        groups = (
            self.env["satisfaction.wave"]
            .sudo()
            ._read_group(
                [("survey_id", "in", self._origin.ids), ("state", "!=", "planned")], ["survey_id"]
            )
        )
        return {survey.id for (survey,) in groups}

    def _check_not_locked(self):
        """Refuse a change of a questionnaire that customers have already answered."""
        if self.env.su or not self:
            return
        if self._locked_ids():
            raise UserError(
                self.env._(
                    "This questionnaire has been used in a wave. Create a new version of it: "
                    "answers given to other words cannot be compared."
                )
            )

    @api.constrains(
        "is_satisfaction",
        "survey_type",
        "scoring_type",
        "access_mode",
        "questions_selection",
        "users_login_required",
        "is_time_limited",
        "certification",
    )
    def _check_satisfaction_settings(self):
        for survey in self.filtered(lambda s: s.is_satisfaction or s.is_satisfaction_template):
            if not survey._has_campaign_settings():
                raise ValidationError(
                    self.env._(
                        "A satisfaction questionnaire is a survey without scoring, login and time "
                        "limit, for invited people only, with all its questions."
                    )
                )

    def _has_campaign_settings(self):
        self.ensure_one()
        return all(self[name] == value for name, value in CAMPAIGN_SETTINGS.items())

    @api.onchange("is_satisfaction")
    def _onchange_is_satisfaction(self):
        if self.is_satisfaction:
            self.update(CAMPAIGN_SETTINGS)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("is_satisfaction") or vals.get("is_satisfaction_template"):
                for name, value in CAMPAIGN_SETTINGS.items():
                    vals.setdefault(name, value)
        surveys = super().create(vals_list)
        surveys.filtered("is_satisfaction")._ensure_item_codes()
        return surveys

    def write(self, vals):
        if vals.get("is_satisfaction"):
            vals = {**CAMPAIGN_SETTINGS, **vals}
        self._get_changing(vals)._check_not_locked()
        result = super().write(vals)
        if vals.get("is_satisfaction") or "question_and_page_ids" in vals:
            self.filtered("is_satisfaction")._ensure_item_codes()
        return result

    def _get_changing(self, vals):
        """Return the surveys in which ``vals`` change what makes answers comparable."""
        names = LOCKED_FIELDS & vals.keys()
        return self.filtered(lambda survey: any(survey[name] != vals[name] for name in names))

    def _ensure_item_codes(self):
        """Give every question and matrix row a key that stays the same over versions."""
        for survey in self:
            _number_missing(survey.question_ids, "item_code", "Q{:02d}")
            for question in survey.question_ids:
                _number_missing(question.matrix_row_ids, "row_code", "R{}")

    def _measured_questions(self):
        return self.question_ids.filtered(lambda q: q.measure in MEASURED)

    def _check_campaign_ready(self):
        """Raise unless customers can be asked with this questionnaire.

        :raises UserError: for a template, wrong settings, no questions, nothing measured
        """
        self.ensure_one()
        if self.is_satisfaction_template:
            raise UserError(self.env._("A template is not sent. Use it to make a questionnaire."))
        if not self._has_campaign_settings():
            raise UserError(
                self.env._(
                    "%s cannot be used: it must be a survey without scoring, login and time "
                    "limit, for invited people only, with all its questions.",
                    self.title,
                )
            )
        if not self.question_ids:
            raise UserError(self.env._("%s has no questions.", self.title))
        if self.is_satisfaction and not self._measured_questions():
            raise UserError(
                self.env._("%s measures nothing: say what its questions measure.", self.title)
            )
        self._ensure_item_codes()

    def _get_score_mapping(self, scale=None):
        """Return what every answer is worth in a wave, as plain JSON: a wave scores all its
        responses alike, whatever happens to scales and dimensions meanwhile.

        :param scale: optional mapping that replaces a scale with as many scored points
        :return: dict ``answers`` {answer id: score or None}, ``bands`` {answer id: band},
            ``floors`` {question id: lowest score}, ``weights`` {question id: weight},
            ``signature`` (text that must be equal for two waves to compare)
        """
        self.ensure_one()
        mapping = {"answers": {}, "bands": {}, "floors": {}, "weights": {}}
        shapes = []
        for question in self._measured_questions():
            scores = question._get_answer_scores(scale)
            mapping["answers"].update(scores)
            mapping["bands"].update(question._get_answer_bands())
            mapping["floors"][question.id] = min(
                (score for score in scores.values() if score is not None), default=0.0
            )
            mapping["weights"][question.id] = question._get_index_weight()
            if question.measure in ("csat", "overall"):
                shapes.append(question._get_scale_shape(scores))
        texts = {
            name: {str(key): value for key, value in table.items()}
            for name, table in mapping.items()
        }
        return {**texts, "signature": scoring.signature(shapes)}

    def action_use_template(self):
        """Make a questionnaire from a template.

        :return: action that opens the new questionnaire
        """
        self.ensure_one()
        survey = self._copy_with_titles({"is_satisfaction_template": False})
        return survey._open_form()

    def action_send_survey(self):
        """Refuse to share by hand: only waves invite, answers to other links count nowhere.

        :raises UserError: for satisfaction questionnaires and templates
        """
        if any(survey.is_satisfaction or survey.is_satisfaction_template for survey in self):
            raise UserError(self.env._("Customers are invited by a wave of a campaign."))
        return super().action_send_survey()

    def action_new_version(self):
        """Copy a used questionnaire so that it may be changed; the keys of items stay.

        :return: action that opens the new version
        """
        self.ensure_one()
        survey = self._copy_with_titles(
            {
                "satisfaction_version": self.satisfaction_version + 1,
                "origin_survey_id": self.id,
                "is_satisfaction_template": self.is_satisfaction_template,
            }
        )
        return survey._open_form()

    def _copy_with_titles(self, values):
        """Copy with the title as it is, in every language (core appends "(copy)")."""
        survey = self.copy()
        survey.write(values)
        langs = {code for code, _name in self.env["res.lang"].get_installed()} | {"en_US"}
        titles = {code: self.with_context(lang=code).title for code in langs}
        survey.update_field_translations("title", titles)
        return survey

    def _open_form(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "survey.survey",
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_view_waves(self):
        """Open the waves that asked with this questionnaire."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waves"),
            "res_model": "satisfaction.wave",
            "view_mode": "list,form",
            "domain": [("survey_id", "=", self.id)],
        }

    def _check_satisfaction_manager(self):
        if not self.env.user.has_group("survey_satisfaction.group_satisfaction_manager"):
            raise AccessError(self.env._("Only a satisfaction manager may do this."))
