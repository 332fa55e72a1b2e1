from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmTeam(models.Model):
    _name = "crm.team"
    _inherit = ["crm.team", "crm.cached.setting"]

    own_stages = fields.Boolean(
        string="Process of its Own",
        help="This team works only in the stages made for it: the shared stages are neither "
        "offered nor accepted.",
    )
    gate_mode = fields.Selection(
        [("block", "Must be met"), ("advise", "Are advice")],
        string="Exit Criteria",
        default="block",
        required=True,
        help="Whether a prospect may go on while criteria are open. In both cases the open ones "
        "are shown.",
    )
    stop_approval = fields.Boolean(
        string="Stopping Needs Approval",
        help="Salespeople ask to stop or reopen a prospect instead of marking it lost themselves.",
    )
    process_note = fields.Text(translate=True, help="What this process is for.")
    process_stage_ids = fields.Many2many(
        "crm.stage", compute="_compute_process_stage_ids", string="Stages of the Process"
    )
    pool_days = fields.Integer(
        string="Back to the Pool after Days",
        help="A prospect without any progress for so many days loses its owner. 0: never.",
    )
    pool_warn_days = fields.Integer(string="Warn Days Before", default=3)
    pool_pick_limit = fields.Integer(
        string="Picks per Day", default=5, help="Per salesperson; 0: as many as they like."
    )
    pool_cooldown_days = fields.Integer(
        string="Former Owner Waits Days",
        default=15,
        help="For so many days the former owner may not take the same prospect again.",
    )

    _check_pool = models.Constraint(
        "CHECK(pool_days >= 0 AND pool_warn_days >= 0 AND pool_pick_limit >= 0 "
        "AND pool_cooldown_days >= 0)",
        "The numbers of the public pool cannot be negative.",
    )

    def _compute_process_stage_ids(self):
        stages = self.env["crm.stage"].search([("team_ids", "in", self.ids)])
        for team in self:
            team.process_stage_ids = stages.filtered(lambda s, team=team: team in s.team_ids)

    @api.constrains("pool_days", "pool_warn_days")
    def _check_pool_warning(self):
        for team in self:
            if team.pool_days and team.pool_warn_days >= team.pool_days:
                raise ValidationError(
                    self.env._("The warning must come before the prospect goes to the pool.")
                )

    def _cached_fields(self):
        return frozenset({"own_stages", "gate_mode"})

    def action_open_stages(self):
        """Open the stages of this process with their exit criteria.

        :return: a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_stage_action")
        action["domain"] = [("team_ids", "in", self.ids)]
        action["context"] = {"default_team_ids": self.ids, "active_test": False}
        action["display_name"] = self.env._("Stages of %s", self.name)
        return action
