from odoo import api, fields, models


class CrmCustomerAuditLine(models.Model):
    _name = "crm.customer.audit.line"
    _description = "Item of a Customer Audit"
    _order = "kind, sequence, id"

    audit_id = fields.Many2one("crm.customer.audit", required=True, ondelete="cascade", index=True)
    kind = fields.Selection(
        [("checklist", "Checklist"), ("duty", "Duty")], required=True, default="checklist"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    user_id = fields.Many2one("res.users", string="Responsible")
    due_date = fields.Date(string="Until")
    state = fields.Selection(
        [("open", "Open"), ("ready", "Ready"), ("finding", "Finding")],
        default="open",
        required=True,
    )
    note = fields.Char()
    is_late = fields.Boolean(compute="_compute_is_late")

    @api.depends("due_date", "state")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for line in self:
            line.is_late = line.state == "open" and bool(line.due_date) and line.due_date < today
