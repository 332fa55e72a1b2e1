from odoo import fields, models


class CrmAuditTemplate(models.Model):
    _name = "crm.audit.template"
    _description = "Standard Item of a Customer Audit"
    _order = "kind, sequence, id"

    kind = fields.Selection(
        [("checklist", "Checklist"), ("duty", "Duty")], required=True, default="checklist"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    days_before = fields.Integer(default=3, help="Ready so many days before the audit.")
    active = fields.Boolean(default=True)
