from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

#: only the head enters these, and only while it is not decided
DECIDED = {"amount", "note"}


class CrmDevelopmentReward(models.Model):
    """What a salesperson of ours is entitled to because a milestone was reached."""

    _name = "crm.development.reward"
    _inherit = ["crm.lead.claim"]
    _description = "Reward of a Salesperson"
    _order = "date desc, id desc"

    rule_id = fields.Many2one("crm.reward.rule", required=True, ondelete="restrict", index=True)
    name = fields.Char(related="rule_id.name", string="Milestone")
    kind = fields.Selection(related="rule_id.kind")
    user_id = fields.Many2one("res.users", string="Salesperson", required=True, index=True)
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one(related="lead_id.team_id", store=True, index="btree_not_null")
    date = fields.Date(string="Reached on", required=True, default=fields.Date.context_today)
    amount_min = fields.Monetary(string="From", aggregator=None)
    amount_max = fields.Monetary(string="To", aggregator=None)
    amount_proposed = fields.Monetary(
        string="Proposed",
        help="Between the bounds of the rule, the more the prospect is worth and the harder it is, "
        "the more.",
    )
    amount = fields.Monetary(aggregator="sum")
    note = fields.Char(string="Remark", help="Required when the amount lies outside the bounds.")
    state = fields.Selection(
        [
            ("proposed", "To approve"),
            ("approved", "Approved"),
            ("paid", "Paid"),
            ("refused", "Refused"),
        ],
        default="proposed",
        required=True,
        index=True,
    )
    approved_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, ondelete="restrict"
    )
    paid_date = fields.Date(string="Paid on", readonly=True)

    _rule_uniq = models.UniqueIndex(
        "(lead_id, rule_id)", "This milestone of the prospect is rewarded already."
    )
    _check_amount = models.Constraint("CHECK(amount >= 0)", "A reward cannot be negative.")

    @api.depends("lead_id")
    def _compute_company_id(self):
        for reward in self:
            lead = reward.lead_id
            reward.company_id = lead.company_id or lead.team_id.company_id or self.env.company

    @api.depends("rule_id", "lead_id")
    def _compute_display_name(self):
        for reward in self:
            reward.display_name = f"{reward.rule_id.name}: {reward.lead_id.name}"

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - DECIDED:
                raise AccessError(self.env._("The state of a reward changes by its buttons."))
            if any(reward.state != "proposed" for reward in self):
                raise UserError(self.env._("A reward that was decided on stays as it is."))
            for reward in self:
                reward.lead_id._check_may_decide(reward.user_id)
        return super().write(vals)

    # === FLOW ===

    def action_approve(self):
        """Approve rewards with the amounts entered; nobody approves his own.

        :return: True
        :raises UserError: for an amount outside the bounds without a remark
        """
        for reward in self.filtered(lambda reward: reward.state == "proposed"):
            is_inside = reward.amount_min <= reward.amount <= reward.amount_max
            if reward.kind == "range" and not is_inside and not (reward.note or "").strip():
                raise UserError(
                    self.env._("The amount lies outside the bounds of the rule: say why.")
                )
        self._decide("proposed", {"state": "approved", "approved_id": self.env.uid})
        return True

    def action_refuse(self):
        """Refuse rewards.

        :return: True
        """
        self._decide("proposed", {"state": "refused", "approved_id": self.env.uid})
        return True

    def action_pay(self):
        """Note that rewards were paid.

        :return: True
        """
        today = fields.Date.context_today(self)
        self._decide("approved", {"state": "paid", "paid_date": today})
        return True
