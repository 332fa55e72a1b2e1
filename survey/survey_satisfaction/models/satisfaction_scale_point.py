from odoo import api, fields, models

from ..lib import scoring

BANDS = [
    ("satisfied", "Satisfied"),
    ("neutral", "Neutral"),
    ("dissatisfied", "Dissatisfied"),
]


class SatisfactionScalePoint(models.Model):
    """One point of a scale: its words and what they are worth."""

    _name = "satisfaction.scale.point"
    _description = "Scale Point"
    _order = "scale_id, sequence, id"

    scale_id = fields.Many2one("satisfaction.scale", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    score = fields.Float(help="From 0 (worst) to 100 (best).")
    is_na = fields.Boolean(
        "Not applicable", help="The answer says nothing and never enters a figure."
    )
    band = fields.Selection(BANDS, compute="_compute_band", store=True, readonly=False)

    _score_range = models.Constraint(
        "CHECK(score >= 0 AND score <= 100)", "A score lies between 0 and 100."
    )

    @api.constrains("score", "is_na", "sequence", "scale_id")
    def _check_monotone(self):
        self.scale_id._check_monotone()

    @api.depends("score", "is_na")
    def _compute_band(self):
        for point in self:
            point.band = False if point.is_na else point.band or scoring.band_of(point.score)
