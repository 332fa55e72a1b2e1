from odoo import fields, models


class CrmVisitPurpose(models.Model):
    _name = "crm.visit.purpose"
    _description = "Purpose of a Visit"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
