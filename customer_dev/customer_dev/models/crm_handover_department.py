from odoo import fields, models


class CrmHandoverDepartment(models.Model):
    _name = "crm.handover.department"
    _description = "Department to Tell about a New Customer"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_default = fields.Boolean(string="Told by Default", default=True)
    user_ids = fields.Many2many("res.users", string="People", domain="[('share', '=', False)]")
    task = fields.Char(translate=True, help="What they have to do for a new customer.")
