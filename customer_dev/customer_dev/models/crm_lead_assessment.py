from odoo import api, fields, models

from ..tools import assessment
from .constants import QUADRANTS, SCORES


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    va_share = fields.Selection(SCORES, string="A) Share after the Deal")
    va_effort = fields.Selection(SCORES, string="B) Time, Effort, Cost")
    va_deal_risk = fields.Selection(SCORES, string="C) Risk of the Deal")
    va_value = fields.Selection(SCORES, string="D) Value to our Business")
    va_customer_risk = fields.Selection(SCORES, string="E) Risk of the Customer")
    va_ability = fields.Selection(SCORES, string="F) Our Ability to Sell")
    va_technical = fields.Selection(SCORES, string="G) Technical Difficulty")
    value_score = fields.Float(
        string="Value (%)", compute="_compute_assessment", store=True, aggregator="avg"
    )
    difficulty_score = fields.Float(
        string="Difficulty (%)", compute="_compute_assessment", store=True, aggregator="avg"
    )
    quadrant = fields.Selection(
        QUADRANTS, string="Class", compute="_compute_assessment", store=True, index="btree_not_null"
    )
    programme = fields.Html(
        string="Development Programme", help="The way to the deal, step by step."
    )
    barriers = fields.Text()
    expected_cost = fields.Monetary(currency_field="company_currency")
    screening_set_id = fields.Many2one("crm.screening.set", string="Screening")
    screening_ids = fields.One2many("crm.lead.screening", "lead_id", string="Screening Scores")
    screening_score = fields.Float(
        string="Screening (%)", compute="_compute_screening_score", store=True, aggregator="avg"
    )
    screening_note = fields.Text(string="Result of the Team Review")

    @api.depends(*(f"va_{key}" for key in assessment.ALL))
    def _compute_assessment(self):
        for lead in self:
            scores = lead._assessment_scores()
            lead.value_score = assessment.value_score(scores)
            lead.difficulty_score = assessment.difficulty_score(scores)
            lead.quadrant = assessment.quadrant(scores) or False

    def _assessment_scores(self):
        self.ensure_one()
        return {key: int(self[f"va_{key}"] or 0) for key in assessment.ALL}

    @api.depends("screening_ids.score", "screening_ids.criterion_id.weight")
    def _compute_screening_score(self):
        for lead in self:
            lead.screening_score = assessment.weighted_percent(
                [(int(row.score or 0), row.criterion_id.weight) for row in lead.screening_ids]
            )

    @api.onchange("screening_set_id")
    def _onchange_screening_set_id(self):
        """Lay out the rows of the chosen set at once."""
        self.screening_ids = [(5,)] + [
            (0, 0, {"criterion_id": criterion.id, "sequence": criterion.sequence})
            for criterion in self.screening_set_id.criterion_ids
        ]

    @api.model
    @api.readonly
    def get_development_matrix(self, domain=None):
        """Assessed prospects as points of the value and difficulty matrix.

        :param list domain: restricts the prospects, all one may see by default
        :return: dict with ``points`` (dicts ``id, name, customer, value, difficulty, quadrant,
            revenue, stage, user``; revenue in the company's currency), ``currency`` (its symbol)
            and ``unassessed``, the number of open prospects without an assessment
        """
        domain = fields.Domain(domain or fields.Domain.TRUE) & fields.Domain(
            [("type", "=", "opportunity"), ("won_status", "=", "pending"), ("active", "=", True)]
        )
        assessed = self.search_fetch(
            domain & fields.Domain("quadrant", "!=", False),
            ["name", "partner_name", "value_score", "difficulty_score", "quadrant", "stage_id"],
            limit=500,
        )
        return {
            "points": [lead._matrix_point() for lead in assessed],
            "currency": self.env.company.currency_id.symbol or "",
            "unassessed": self.search_count(domain & fields.Domain("quadrant", "=", False)),
        }

    def _matrix_point(self):
        return {
            "id": self.id,
            "name": self.name,
            "customer": self.partner_name or self.partner_id.display_name or "",
            "value": self.value_score,
            "difficulty": self.difficulty_score,
            "quadrant": self.quadrant,
            "revenue": self.expected_revenue,
            "stage": self.stage_id.name or "",
            "user": self.user_id.name or "",
        }
