from odoo import fields, models


class CrmScreeningCriterion(models.Model):
    _name = "crm.screening.criterion"
    _description = "Screening Criterion"
    _order = "set_id, sequence, id"

    set_id = fields.Many2one("crm.screening.set", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    weight = fields.Float(default=1.0, required=True)
    help_text = fields.Char(string="What to Look at", translate=True)

    _check_weight = models.Constraint("CHECK(weight >= 0)", "A weight cannot be negative.")
