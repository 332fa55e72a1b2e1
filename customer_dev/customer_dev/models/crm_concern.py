from odoo import fields, models


class CrmConcern(models.Model):
    _name = "crm.concern"
    _description = "Concern of a Prospect"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
