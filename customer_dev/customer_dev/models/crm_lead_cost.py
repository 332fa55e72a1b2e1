from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import reward


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    relation_plan_ids = fields.One2many("crm.relation.plan", "lead_id", string="Relationship Plans")
    tender_ids = fields.One2many("crm.internal.tender", "lead_id", string="Internal Tenders")
    expense_ids = fields.One2many("crm.development.expense", "lead_id", string="Expenses")
    reward_ids = fields.One2many("crm.development.reward", "lead_id", string="Rewards")
    relation_plan_count = fields.Integer(compute="_compute_relation_plan_count")
    tender_count = fields.Integer(compute="_compute_tender_count")
    cost_actual = fields.Monetary(
        string="Cost so Far",
        compute="_compute_cost",
        currency_field="company_currency",
        help="Expenses and rewards that were not refused.",
    )
    cost_advanced = fields.Monetary(
        string="Advanced by Salespeople", compute="_compute_cost", currency_field="company_currency"
    )
    cost_ratio = fields.Float(
        string="Cost of Expected Revenue (%)",
        compute="_compute_cost",
        help="What the development costs by plan, or so far where that is more.",
    )
    is_over_cost = fields.Boolean(compute="_compute_cost")

    @api.depends("relation_plan_ids")
    def _compute_relation_plan_count(self):
        self._count_into("relation_plan_count", "crm.relation.plan")

    @api.depends("tender_ids")
    def _compute_tender_count(self):
        self._count_into("tender_count", "crm.internal.tender")

    def _count_into(self, field_name, model_name):
        groups = self.env[model_name]._read_group(
            [("lead_id", "in", self.ids), ("state", "!=", "cancelled")], ["lead_id"], ["__count"]
        )
        counts = {lead.id: count for lead, count in groups}
        for lead in self:
            lead[field_name] = counts.get(lead.id, 0)

    @api.depends(
        "expense_ids.amount",
        "expense_ids.state",
        "reward_ids.amount",
        "reward_ids.state",
        "expected_cost",
        "expected_revenue",
    )
    def _compute_cost(self):
        for lead in self:
            # sudo: the sum holds what colleagues have entered before
            known = lead.sudo()
            expenses = known.expense_ids.filtered(lambda e: e.state != "refused")
            rewards = known.reward_ids.filtered(lambda r: r.state in ("approved", "paid"))
            open_expenses = expenses.filtered(lambda e: e.state != "settled")
            lead.cost_actual = sum(expenses.mapped("amount")) + sum(rewards.mapped("amount"))
            lead.cost_advanced = sum(open_expenses.mapped("advance_amount"))
            lead.is_over_cost = 0 < lead.expected_cost < lead.cost_actual
            highest = max(lead.expected_cost, lead.cost_actual)
            revenue = lead.expected_revenue
            lead.cost_ratio = round(100 * highest / revenue, 1) if revenue else 0.0

    def _check_may_decide(self, beneficiary):
        """Money is decided on by the head of the team, and never by who gets it."""
        if beneficiary == self.env.user:
            raise AccessError(self.env._("Nobody decides on what he gets himself."))
        if not self._gate_may_override():
            raise AccessError(self.env._("Only the head of the team decides on this."))

    # === REWARDS ===

    def write(self, vals):
        if not {"stage_id", "team_id"} & vals.keys() or not self._get_reward_stages():
            return super().write(vals)
        before = {lead.id: lead.stage_id.id for lead in self}
        result = super().write(vals)
        self._propose_rewards(before)
        return result

    @api.model
    def _get_reward_stages(self):
        return self.env["crm.reward.rule"]._get_rules_by_stage()

    def _propose_rewards(self, before):
        """Entitlements for the milestones the prospects reached by this move."""
        rules_by_stage = self._get_reward_stages()
        layout = self.env["crm.stage"]._gate_layout()
        wanted = []
        for lead in self:
            old, new = before[lead.id], lead.stage_id.id
            if old == new or not lead.user_id:
                continue
            start = lead._gate_start(layout, lead.team_id.id, old)
            # a prospect that only now comes into the process has earned nothing of it yet
            entered = layout.entered(lead.team_id.id, start, new) if start else ()
            wanted += [(lead, rule) for stage in entered for rule in rules_by_stage.get(stage, ())]
        if wanted:
            self._create_rewards(wanted)

    @api.model
    def _create_rewards(self, wanted):
        # sudo: who moves the prospect has no say in what is earned by it
        rewards = self.env["crm.development.reward"].sudo()
        lead_ids = [lead.id for lead, _rule_id in wanted]
        known = {
            (row.lead_id.id, row.rule_id.id)
            for row in rewards.search([("lead_id", "in", lead_ids)])
        }
        values = []
        # sudo: the rule looks at value and difficulty, which the mover of the lead may not see
        for lead, rule_id in wanted:
            rule = rewards.rule_id.browse(rule_id)
            if (lead.id, rule_id) not in known and rule._applies_to(lead.sudo()):
                values.append(lead.sudo()._prepare_reward_values(rule))
        rewards.create(values)

    def _prepare_reward_values(self, rule):
        self.ensure_one()
        lowest, highest = rule.amount_min, rule.amount_max
        if rule.kind == "commission":
            lowest = highest = proposed = self._get_commission(rule)
        else:
            proposed = reward.proposed(lowest, highest, self.value_score, self.difficulty_score)
        return {
            "lead_id": self.id,
            "rule_id": rule.id,
            "user_id": self.user_id.id,
            "amount_min": lowest,
            "amount_max": highest,
            "amount_proposed": proposed,
            "amount": proposed,
        }

    def _get_commission(self, rule):
        """Commission of the first deal: as agreed in the project contract, else by the rule."""
        agreed = self.tender_ids.contract_ids.filtered(
            lambda c: c.kind == "formal" and c.state == "accepted" and c.user_id == self.user_id
        )[:1]
        rate = agreed.commission_rate if agreed else rule.rate
        amount = (self.first_amount or self.expected_revenue) * rate / 100
        return self.company_currency.round(amount) if self.company_currency else round(amount, 2)

    def _update_commission(self):
        """The handover names the amount of the first deal: proposed commissions follow it."""
        # sudo: who hands over has no say in what is earned by it
        for row in self.sudo().reward_ids:
            if row.kind == "commission" and row.state == "proposed":
                amount = row.lead_id._get_commission(row.rule_id)
                row.write(dict.fromkeys(("amount_min", "amount_max", "amount_proposed"), amount))
                row.amount = amount

    # === ACTIONS ===

    def action_open_relation_plans(self):
        """Open the relationship plans of this prospect.

        :return: a window action
        """
        return self._own_action("customer_dev.crm_relation_plan_action")

    def action_open_tenders(self):
        """Open the internal tenders of this prospect.

        :return: a window action
        """
        return self._own_action("customer_dev.crm_internal_tender_action")

    def _own_action(self, xml_id):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        action["domain"] = [("lead_id", "=", self.id)]
        action["context"] = {"default_lead_id": self.id}
        return action
