from odoo import fields, models

from ..fields import NullableFloat
from .satisfaction_campaign import CHANNELS
from .satisfaction_figures import SEGMENTS
from .satisfaction_scale_point import BANDS
from .survey_question import MEASURES
from .survey_survey import CONFIDENTIALITY


class SatisfactionResult(models.Model):
    """One answered item of one response, as it was understood that day.

    A table and not a view: it survives changes and deletion of questions, keeps labels and
    scores of its wave, and has access rights of its own, so that people without survey rights
    can analyse it. Measures are stored as 0/100 or -100/0/100 with averages: any cell of a
    pivot *is* the share of satisfied or the NPS.
    """

    _name = "satisfaction.result"
    _description = "Satisfaction Result"
    _order = "id desc"
    _rec_name = "item_label"

    user_input_id = fields.Many2one(
        "survey.user_input",
        "Response",
        index=True,
        ondelete="cascade",
        groups="survey_satisfaction.group_satisfaction_officer",
    )
    wave_id = fields.Many2one("satisfaction.wave", ondelete="cascade")
    campaign_id = fields.Many2one("satisfaction.campaign", index=True, ondelete="cascade")
    survey_id = fields.Many2one(
        "survey.survey",
        "Questionnaire",
        ondelete="set null",
        groups="survey_satisfaction.group_satisfaction_officer",
    )
    question_id = fields.Many2one(
        "survey.question",
        ondelete="set null",
        index="btree_not_null",
        groups="survey_satisfaction.group_satisfaction_officer",
    )
    item_code = fields.Char("Item")
    item_label = fields.Char("Question Text")
    answer_label = fields.Char("Answer")
    dimension_id = fields.Many2one("satisfaction.dimension", ondelete="set null")
    measure = fields.Selection(
        [
            ("index", "Satisfaction Index"),
            *(measure for measure in MEASURES if measure[0] not in ("none", "consent")),
            ("comment", "Comment"),
        ]
    )
    score = NullableFloat("Score (0-100)", aggregator="avg")
    satisfied_pct = NullableFloat("Satisfied (%)", aggregator="avg")
    nps_points = NullableFloat("NPS", aggregator="avg")
    polarity_points = NullableFloat("Net Good Words", aggregator="avg")
    weight = fields.Float("Customer Weight", aggregator=None)
    item_weight = fields.Float(aggregator=None)
    band = fields.Selection(BANDS)
    comment = fields.Text()
    partner_id = fields.Many2one("res.partner", "Contact", ondelete="set null", index=True)
    commercial_partner_id = fields.Many2one("res.partner", "Customer", ondelete="set null")
    user_id = fields.Many2one("res.users", "Salesperson")
    country_id = fields.Many2one("res.country")
    region_id = fields.Many2one("res.country.state")
    industry_id = fields.Many2one("res.partner.industry")
    category_id = fields.Many2one("res.partner.category", "Customer Tag")
    customer_type = fields.Selection([("company", "Company"), ("person", "Person")])
    customer_age = fields.Selection([("new", "New customer"), ("old", "Existing customer")])
    channel = fields.Selection(CHANNELS)
    confidentiality = fields.Selection(CONFIDENTIALITY)
    company_id = fields.Many2one("res.company")
    date = fields.Date()

    _wave_item = models.Index("(wave_id, item_code)")
    # Covers the pivot and graph of all waves: PostgreSQL answers them from the index alone.
    _measure_wave = models.Index(
        "(measure, wave_id, dimension_id) INCLUDE (score, company_id, channel)"
    )
    _customer_date = models.Index("(commercial_partner_id, date)")

    def _get_segment_ids(self, invitation):
        """Return the segment snapshot of an invitation as plain values."""
        return {
            name: invitation[name].id if self._fields[name].type == "many2one" else invitation[name]
            for name in SEGMENTS
        }
