from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CrmRelationPlan(models.Model):
    """How the relation to a customer is built before and while we talk business, what it costs
    and what came of it."""

    _name = "crm.relation.plan"
    _inherit = "crm.development.approval"
    _description = "Relationship Plan"

    state = fields.Selection(
        selection_add=[
            ("submitted",),
            ("approved", "Approved"),
            ("done", "Evaluated"),
            ("rejected",),
        ],
        ondelete={"approved": "set draft", "done": "set draft"},
    )
    reason = fields.Text(string="Purpose", help="What the relation is needed for.")
    date_from = fields.Date(string="From", default=fields.Date.context_today)
    date_to = fields.Date(string="To")
    line_ids = fields.One2many("crm.relation.plan.line", "plan_id", string="Steps", copy=True)
    expense_ids = fields.One2many("crm.development.expense", "relation_plan_id", string="Expenses")
    budget = fields.Monetary(compute="_compute_budget", store=True)
    spent = fields.Monetary(compute="_compute_spent", help="Expenses entered on the steps.")
    is_over_budget = fields.Boolean(compute="_compute_spent")
    result = fields.Selection(
        [("reached", "Goals reached"), ("partly", "Partly reached"), ("missed", "Goals missed")],
        compute="_compute_result",
        store=True,
    )
    evaluation = fields.Text(string="Effect", help="What the plan as a whole has achieved.")
    date_evaluated = fields.Date(string="Evaluated on", readonly=True, copy=False)

    @api.depends("line_ids.budget")
    def _compute_budget(self):
        for plan in self:
            plan.budget = sum(plan.line_ids.mapped("budget"))

    @api.depends("expense_ids.amount", "expense_ids.state", "budget")
    def _compute_spent(self):
        for plan in self:
            # sudo: colleagues' expenses count too, whoever looks at the sum
            expenses = plan.sudo().expense_ids.filtered(lambda e: e.state != "refused")
            plan.spent = sum(expenses.mapped("amount"))
            plan.is_over_budget = plan.spent > plan.budget

    @api.depends("line_ids.outcome")
    def _compute_result(self):
        for plan in self:
            outcomes = set(plan.line_ids.mapped("outcome"))
            if not outcomes or "open" in outcomes:
                plan.result = False
            else:
                plan.result = outcomes.pop() if len(outcomes) == 1 else "partly"

    @api.depends("name", "customer_name")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = f"{plan.name} {plan.customer_name or ''}".strip()

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for plan in self:
            if plan.date_from and plan.date_to and plan.date_from > plan.date_to:
                raise UserError(self.env._("The plan ends before it begins."))

    # === APPROVAL ===

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"date_evaluated"}

    @api.model
    def _get_content_fields(self):
        return super()._get_content_fields() | {"date_from", "date_to"}

    def _refuse_late_change(self, vals):
        """The results of the steps are written while the plan is carried out."""
        if self._is_result(vals.get("line_ids")) and all(p.state == "approved" for p in self):
            vals = {name: value for name, value in vals.items() if name != "line_ids"}
        return super()._refuse_late_change(vals)

    @api.model
    def _is_result(self, commands):
        """Whether commands on the steps only change existing ones: these are guarded themselves."""
        return bool(commands) and all(command[0] in (1, 4) for command in commands)

    def _submission_error(self):
        if error := super()._submission_error():
            return error
        if not self.line_ids:
            return self.env._("Enter at least one step.")
        if unclear := self.line_ids.filtered(lambda line: not (line.goal or "").strip()):
            return self.env._("Name the goal of each step: %s", unclear[0].display_name)
        return ""

    # === EFFECT ===

    def action_evaluate(self):
        """Close the plan: each step is judged, what was missed becomes a task.

        :return: True
        :raises UserError: while a step is not judged, or missed without an improvement
        """
        for plan in self.filtered(lambda plan: plan.state == "approved"):
            plan.check_access("write")
            if plan.user_id != self.env.user and not plan.lead_id._gate_may_override():
                raise AccessError(self.env._("Who made the plan or heads the team evaluates it."))
            plan._check_judged()
            plan.line_ids.filtered(lambda line: line.outcome == "missed")._schedule_improvement()
            today = fields.Date.context_today(plan)
            plan._engine_write({"state": "done", "date_evaluated": today})
            plan._tell_lead("done")
        return True

    def _check_judged(self):
        if self.line_ids.filtered(lambda line: line.outcome == "open"):
            raise UserError(self.env._("Say of each step whether its goal was reached."))
        if not (self.evaluation or "").strip():
            raise UserError(self.env._("Describe the effect of the plan."))
        missed = self.line_ids.filtered(
            lambda line: line.outcome == "missed" and not (line.improvement or "").strip()
        )
        if missed:
            raise UserError(
                self.env._("The goal was missed: what is improved? %s", missed[0].display_name)
            )
