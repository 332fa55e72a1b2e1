from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CrmDevelopmentPlan(models.Model):
    _name = "crm.development.plan"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "New-customer Development Plan"
    _order = "date_from desc, id desc"

    name = fields.Char(required=True)
    state = fields.Selection(
        [("draft", "Draft"), ("running", "Running"), ("closed", "Closed")],
        default="draft",
        required=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Responsible", default=lambda self: self.env.user)
    date_from = fields.Date(required=True, default=lambda s: s._default_date(1, 1))
    date_to = fields.Date(required=True, default=lambda s: s._default_date(12, 31))
    market_analysis = fields.Html(help="Trend, competitors, target groups.")
    positioning = fields.Html(help="Industry, size and need of the customers we want.")
    strategy = fields.Html(help="How we win each group.")
    resources = fields.Html(help="People and money.")
    line_ids = fields.One2many("crm.development.plan.line", "plan_id", string="Targets", copy=True)
    target_prospects = fields.Integer(compute="_compute_totals")
    target_customers = fields.Integer(compute="_compute_totals")
    target_revenue = fields.Monetary(compute="_compute_totals")
    actual_customers = fields.Integer(compute="_compute_totals")
    customers_rate = fields.Float(string="Customers Won (%)", compute="_compute_totals")

    _check_dates = models.Constraint("CHECK(date_from <= date_to)", "A plan ends after it begins.")

    @api.model
    def _default_date(self, month, day):
        return fields.Date.context_today(self).replace(month=month, day=day)

    @api.depends("line_ids.target_customers", "line_ids.target_revenue", "line_ids.date_from")
    def _compute_totals(self):
        for plan in self:
            lines = plan.line_ids
            plan.target_prospects = sum(lines.mapped("target_prospects"))
            plan.target_customers = sum(lines.mapped("target_customers"))
            plan.target_revenue = sum(lines.mapped("target_revenue"))
            plan.actual_customers = sum(lines.mapped("actual_customers"))
            plan.customers_rate = (
                100 * plan.actual_customers / plan.target_customers if plan.target_customers else 0
            )

    @api.constrains("state", "date_from", "date_to", "company_id")
    def _check_overlap(self):
        self.line_ids._check_overlap()

    def action_start(self):
        """Put the plan into force.

        :return: True
        """
        for plan in self:
            if not plan.line_ids:
                raise UserError(self.env._("A plan needs targets first."))
            plan.state = "running"
        return True

    def action_close(self):
        """Close the plan.

        :return: True
        """
        self.write({"state": "closed"})
        return True

    def action_draft(self):
        """Take the plan back to draft.

        :return: True
        """
        self.write({"state": "draft"})
        return True

    def action_split_months(self):
        """Divide each target that spans several months evenly into one line per month.

        :return: True
        """
        for plan in self:
            if plan.state != "draft":
                raise UserError(self.env._("Only a draft is divided."))
            for line in plan.line_ids:
                line._split_months()
        return True

    def action_open_report(self):
        """Open plan and actuals of this period.

        :return: a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_dev.crm_development_plan_report_action"
        )
        action["domain"] = [
            ("date", ">=", self.date_from),
            ("date", "<=", self.date_to),
            ("company_id", "in", [False, self.company_id.id]),
        ]
        return action

    @api.constrains("line_ids")
    def _check_lines_inside(self):
        for plan in self:
            if any(
                line.date_from < plan.date_from or line.date_to > plan.date_to
                for line in plan.line_ids
            ):
                raise ValidationError(self.env._("Targets lie within the period of the plan."))
