from odoo import api, fields, models, tools
from odoo.exceptions import UserError


class CrmRewardRule(models.Model):
    """What a salesperson earns when a prospect reaches a milestone of its process."""

    _name = "crm.reward.rule"
    _inherit = ["crm.cached.setting"]
    _description = "Rule for Rewards"
    _order = "team_id, sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(string="Milestone", required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: all companies.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    kind = fields.Selection(
        [("range", "Amount between two bounds"), ("commission", "Share of the first deal")],
        required=True,
        default="range",
    )
    team_id = fields.Many2one(
        "crm.team", string="Process", help="Empty: every process with this stage."
    )
    stage_id = fields.Many2one(
        "crm.stage",
        string="When this Stage is Reached",
        required=True,
        ondelete="cascade",
        help="The stage before it is earned then: its criteria are met.",
    )
    amount_min = fields.Monetary(string="From")
    amount_max = fields.Monetary(string="To")
    rate = fields.Float(string="Commission (%)", help="Of the amount of the first deal.")

    _check_amounts = models.Constraint(
        "CHECK(amount_min >= 0 AND amount_max >= amount_min AND rate >= 0 AND rate <= 100)",
        "A reward lies between two amounts, a commission is a share of 0 to 100 percent.",
    )

    def _compute_currency_id(self):
        for rule in self:
            rule.currency_id = (rule.company_id or self.env.company).currency_id

    @api.constrains("team_id", "stage_id")
    def _check_stage(self):
        for rule in self:
            teams = rule.stage_id.team_ids
            if rule.team_id and teams and rule.team_id not in teams:
                raise UserError(self.env._("The stage is not one of this process."))

    @api.model
    @tools.ormcache()
    def _get_rules_by_stage(self):
        """Ids of the active rules by stage; costs no query once cached."""
        found = {}
        # sudo: what is earned does not depend on who moves the prospect
        for rule in self.sudo().search(fields.Domain.TRUE):
            found.setdefault(rule.stage_id.id, []).append(rule.id)
        return found

    def _applies_to(self, lead):
        company = lead.company_id or lead.team_id.company_id
        return (not self.team_id or self.team_id == lead.team_id) and (
            not self.company_id or not company or self.company_id == company
        )
