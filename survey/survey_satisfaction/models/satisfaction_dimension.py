from odoo import fields, models


class SatisfactionDimension(models.Model):
    """What a question is about: quality, delivery, service … and who answers for it."""

    _name = "satisfaction.dimension"
    _description = "Satisfaction Dimension"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    weight = fields.Float(
        default=1.0, help="Multiplied with the weight of each item of the dimension."
    )
    user_id = fields.Many2one(
        "res.users",
        "Case Owner",
        domain=[("share", "=", False)],
        help="Cases about this dimension are given to this person.",
    )
    color = fields.Integer()

    _code_unique = models.Constraint("unique(code)", "The code of a dimension must be unique.")
    _weight_positive = models.Constraint("CHECK(weight >= 0)", "A weight cannot be negative.")
