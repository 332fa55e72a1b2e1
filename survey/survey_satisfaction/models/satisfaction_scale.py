from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SatisfactionScale(models.Model):
    """A named answer scale with the score of every point."""

    _name = "satisfaction.scale"
    _description = "Answer Scale"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("csat", "Satisfaction"),
            ("nps", "Recommendation (NPS, 0-10)"),
            ("ces", "Effort (CES, 1-7)"),
            ("custom", "Other"),
        ],
        required=True,
        default="csat",
    )
    active = fields.Boolean(default=True)
    point_ids = fields.One2many("satisfaction.scale.point", "scale_id", copy=True)
    mapping = fields.Char(
        compute="_compute_mapping", help="Scores of the points from best to worst."
    )

    _code_unique = models.Constraint("unique(code)", "The code of a scale must be unique.")

    @api.depends("point_ids.score", "point_ids.is_na")
    def _compute_mapping(self):
        for scale in self:
            scale.mapping = "/".join(f"{point.score:g}" for point in scale._scored_points())

    def _scored_points(self):
        self.ensure_one()
        return self.point_ids.filtered(lambda point: not point.is_na)

    @api.constrains("point_ids")
    def _check_points(self):
        for scale in self.filtered("point_ids"):
            if len(scale._scored_points()) < 2:
                raise ValidationError(self.env._("A scale needs at least two scored points."))
        self._check_monotone()

    def _check_monotone(self):
        for scale in self:
            scores = scale._scored_points().mapped("score")
            if scores not in (sorted(scores), sorted(scores, reverse=True)):
                raise ValidationError(
                    self.env._("The scores of a scale must rise or fall from point to point.")
                )
