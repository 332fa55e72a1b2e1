from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import reward

#: written by the buttons only
PROTECTED = {"state", "approved_id", "settled_date", "user_id", "advance_rate"}


class CrmDevelopmentExpense(models.Model):
    """What developing a prospect costs. The firm bears it; the salesperson advances a share of it
    until the contract is signed."""

    _name = "crm.development.expense"
    _inherit = ["crm.lead.claim"]
    _description = "Development Expense"
    _order = "date desc, id desc"

    name = fields.Char(string="What for", required=True)
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    kind = fields.Selection(
        [
            ("travel", "Travel"),
            ("sample", "Samples, trial"),
            ("event", "Meeting, exhibition, training"),
            ("reception", "Reception of the customer's delegation"),
            ("print", "Documents, tender fee"),
            ("other", "Other"),
        ],
        required=True,
        default="travel",
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one(related="lead_id.team_id", store=True, index="btree_not_null")
    won_status = fields.Selection(related="lead_id.won_status")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        required=True,
        default=lambda self: self.env.user,
        index=True,
    )
    relation_plan_id = fields.Many2one(
        "crm.relation.plan",
        string="Relationship Plan",
        ondelete="set null",
        index="btree_not_null",
        domain="[('lead_id', '=', lead_id)]",
    )
    amount = fields.Monetary(required=True)
    advance_rate = fields.Float(
        string="Advanced by the Salesperson (%)",
        default=lambda self: self.env.company.expense_advance_rate,
        readonly=True,
        help="Share the salesperson bears until the contract is signed; from the settings.",
    )
    advance_amount = fields.Monetary(compute="_compute_amounts", store=True, string="Advanced")
    firm_amount = fields.Monetary(compute="_compute_amounts", store=True, string="Paid by the Firm")
    state = fields.Selection(
        [
            ("draft", "To approve"),
            ("approved", "Approved"),
            ("settled", "Settled"),
            ("refused", "Refused"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    approved_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, copy=False, ondelete="restrict"
    )
    settled_date = fields.Date(string="Settled on", readonly=True, copy=False)
    attachment_ids = fields.Many2many("ir.attachment", string="Receipts")

    _check_amount = models.Constraint("CHECK(amount > 0)", "An expense needs an amount.")

    @api.depends("lead_id")
    def _compute_company_id(self):
        for expense in self:
            expense.company_id = expense.lead_id.company_id or self.env.company

    @api.depends("amount", "advance_rate")
    def _compute_amounts(self):
        for expense in self:
            own, firm = reward.split_expense(expense.amount, expense.advance_rate)
            expense.advance_amount = own
            expense.firm_amount = firm

    @api.constrains("relation_plan_id", "lead_id")
    def _check_plan(self):
        for expense in self:
            plan = expense.relation_plan_id
            if plan and plan.lead_id != expense.lead_id:
                raise UserError(self.env._("The plan belongs to another prospect."))

    # === GUARD ===

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self.env.su:
                vals.update(state="draft", approved_id=False, settled_date=False)
                vals.update(user_id=self.env.uid, advance_rate=self._get_advance_rate(vals))
        expenses = super().create(vals_list)
        expenses._check_leads_seen()
        return expenses

    @api.model
    def _get_advance_rate(self, vals):
        lead = self.env["crm.lead"].browse(vals.get("lead_id"))
        return (lead.company_id or self.env.company).expense_advance_rate

    def write(self, vals):
        if not self.env.su:
            if PROTECTED & vals.keys():
                raise AccessError(self.env._("The state of an expense changes by its buttons."))
            if any(expense.state != "draft" for expense in self):
                raise UserError(self.env._("An expense that was decided on stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(expense.state not in ("draft", "refused") for expense in self):
            raise UserError(self.env._("An expense that was decided on stays as it is."))

    # === FLOW ===

    def action_approve(self):
        """Approve expenses; nobody approves his own.

        :return: True
        """
        self._decide("draft", {"state": "approved", "approved_id": self.env.uid})
        return True

    def action_refuse(self):
        """Refuse expenses.

        :return: True
        """
        self._decide("draft", {"state": "refused", "approved_id": self.env.uid})
        return True

    def action_settle(self):
        """Pay back what the salesperson advanced: when the contract is signed, or when the
        development was stopped and the head decides so.

        :return: True
        """
        for expense in self.filtered(lambda expense: expense.state == "approved"):
            if expense.sudo().won_status == "pending":
                raise UserError(self.env._("Advances are settled when the contract is signed."))
        today = fields.Date.context_today(self)
        self._decide("approved", {"state": "settled", "settled_date": today})
        return True
