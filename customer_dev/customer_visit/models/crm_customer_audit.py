from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmCustomerAudit(models.Model):
    """A customer audits us: notice, preparation with checklist and duties, result."""

    _name = "crm.customer.audit"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Audit by a Customer"
    _order = "date desc, id desc"

    name = fields.Char(compute="_compute_name", store=True, readonly=False)
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, index=True)
    lead_id = fields.Many2one("crm.lead", string="Prospect", index="btree_not_null")
    kind = fields.Selection(
        [
            ("system", "Quality system"),
            ("process", "Process"),
            ("product", "Product"),
            ("plant", "Plant inspection"),
        ],
        required=True,
        default="plant",
    )
    state = fields.Selection(
        [
            ("announced", "Announced"),
            ("preparing", "In preparation"),
            ("held", "Held"),
            ("closed", "Closed"),
        ],
        default="announced",
        required=True,
        tracking=True,
        group_expand=True,
    )
    date_notice = fields.Date(string="Notice of", default=fields.Date.context_today)
    date = fields.Date(string="Date of the Audit", required=True, index=True)
    date_end = fields.Date(string="Until")
    products = fields.Char(help="Products that are audited.")
    auditors = fields.Text(string="Their Members")
    user_id = fields.Many2one(
        "res.users", string="Responsible", default=lambda self: self.env.user, index=True
    )
    member_ids = fields.Many2many("res.users", string="Our Members")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    materials = fields.Text(string="Materials to Prepare")
    line_ids = fields.One2many("crm.customer.audit.line", "audit_id", copy=True)
    checklist_ids = fields.One2many(
        "crm.customer.audit.line",
        "audit_id",
        domain=[("kind", "=", "checklist")],
        copy=False,
    )
    duty_ids = fields.One2many(
        "crm.customer.audit.line",
        "audit_id",
        string="Duty List",
        domain=[("kind", "=", "duty")],
        copy=False,
    )
    ready_rate = fields.Float(string="Ready (%)", compute="_compute_ready_rate")
    result = fields.Selection(
        [("passed", "Passed"), ("conditional", "Passed with findings"), ("failed", "Failed")],
        tracking=True,
    )
    findings = fields.Html()

    @api.depends("partner_id", "date")
    def _compute_name(self):
        for audit in self:
            audit.name = f"{audit.partner_id.display_name or ''} {audit.date or ''}".strip()

    @api.depends("line_ids.state")
    def _compute_ready_rate(self):
        for audit in self:
            lines = audit.line_ids
            done = len(lines.filtered(lambda line: line.state != "open"))
            audit.ready_rate = 100 * done / len(lines) if lines else 0

    def action_prepare(self):
        """Lay out the standard checklist and duties with their dates before the audit.

        :return: True
        """
        items = self.env["crm.audit.template"].search(fields.Domain.TRUE)
        for audit in self:
            known = set(audit.line_ids.mapped("name"))
            audit.line_ids = [
                (0, 0, audit._prepare_line_values(item)) for item in items if item.name not in known
            ]
            audit.state = "preparing"
        return True

    def _prepare_line_values(self, item):
        return {
            "kind": item.kind,
            "sequence": item.sequence,
            "name": item.name,
            "user_id": self.user_id.id if item.kind == "duty" else False,
            "due_date": self.date - relativedelta(days=item.days_before),
        }

    def action_assign(self):
        """Give each responsible person one activity per open duty.

        :return: True
        """
        for audit in self:
            for line in audit.line_ids.filtered(lambda line: line.user_id and line.state == "open"):
                summary = f"{audit.name}: {line.name}"
                if summary not in audit.activity_ids.mapped("summary"):
                    audit.activity_schedule(
                        "mail.mail_activity_data_todo",
                        date_deadline=line.due_date,
                        summary=summary,
                        user_id=line.user_id.id,
                    )
        return True

    def action_held(self):
        """The audit took place.

        :return: True
        """
        for audit in self:
            if audit.date > fields.Date.context_today(audit):
                raise UserError(self.env._("The audit lies in the future."))
            audit.state = "held"
        return True

    def action_close(self):
        """Close the audit with its result.

        :return: True
        """
        if any(not audit.result for audit in self):
            raise UserError(self.env._("Enter the result first."))
        self.write({"state": "closed"})
        return True
