from odoo import fields, models


class CrmScreeningSet(models.Model):
    _name = "crm.screening.set"
    _description = "Set of Screening Criteria"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    criterion_ids = fields.One2many(
        "crm.screening.criterion", "set_id", string="Criteria", copy=True
    )
