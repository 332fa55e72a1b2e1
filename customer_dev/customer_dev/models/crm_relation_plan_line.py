from odoo import api, fields, models
from odoo.exceptions import UserError

from .constants import RELATIONS

#: what is written after the approval; everything else is what was approved
RESULTS = {
    "date_done",
    "effect",
    "outcome",
    "improvement",
    "improvement_user_id",
    "improvement_date",
    "sequence",
}


class CrmRelationPlanLine(models.Model):
    _name = "crm.relation.plan.line"
    _description = "Step of a Relationship Plan"
    _order = "plan_id, sequence, id"

    plan_id = fields.Many2one("crm.relation.plan", required=True, ondelete="cascade", index=True)
    lead_id = fields.Many2one(related="plan_id.lead_id")
    currency_id = fields.Many2one(related="plan_id.currency_id")
    state = fields.Selection(related="plan_id.state")
    sequence = fields.Integer(default=10)
    stakeholder_id = fields.Many2one(
        "crm.lead.stakeholder",
        string="Person",
        ondelete="set null",
        index="btree_not_null",
        domain="[('lead_id', '=', lead_id)]",
    )
    target = fields.Char(
        string="Whom it Is For",
        compute="_compute_target",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="The person or department of the customer.",
    )
    method = fields.Selection(
        [
            ("visit", "Visit and talk"),
            ("technical", "Technical exchange"),
            ("plant", "Visit to our plant"),
            ("training", "Training, seminar"),
            ("trial", "Trial, joint project"),
            ("fair", "Trade fair, trade event"),
            ("executive", "Meeting of executives"),
            ("other", "Other"),
        ],
        required=True,
        default="visit",
    )
    method_note = fields.Char(string="How")
    tangible_value = fields.Text(
        help="What the customer's firm gains that can be counted: savings, time, capacity. "
        "Only value between the firms: nothing is given or promised to a person.",
    )
    intangible_value = fields.Text(
        help="What the customer's firm gains that cannot be counted: trust, knowledge, reputation."
    )
    goal = fields.Char(help="What has to be true after this step.")
    relation = fields.Selection(
        RELATIONS, string="Relation Aimed at", help="Level on the relation ladder."
    )
    relation_now = fields.Selection(related="stakeholder_id.relation", string="Relation now")
    budget = fields.Monetary(help="What the step may cost the firm: travel, room, samples, people.")
    date_planned = fields.Date(string="Planned for")
    date_done = fields.Date(string="Done on")
    effect = fields.Text()
    outcome = fields.Selection(
        [("open", "Not judged"), ("reached", "Reached"), ("missed", "Missed")],
        string="Judgement",
        default="open",
        required=True,
        copy=False,
    )
    improvement = fields.Text(help="What is done because the goal was missed.", copy=False)
    improvement_user_id = fields.Many2one("res.users", string="By Whom", copy=False)
    improvement_date = fields.Date(string="Until", copy=False)

    _check_budget = models.Constraint("CHECK(budget >= 0)", "A budget cannot be negative.")

    @api.depends("stakeholder_id")
    def _compute_target(self):
        for line in self:
            line.target = line.stakeholder_id.partner_id.name or line.target

    @api.depends("target", "method")
    def _compute_display_name(self):
        methods = dict(self._fields["method"]._description_selection(self.env))
        for line in self:
            line.display_name = f"{methods.get(line.method, '')}: {line.target or ''}"

    @api.constrains("stakeholder_id", "plan_id")
    def _check_person(self):
        for line in self:
            if line.stakeholder_id and line.stakeholder_id.lead_id != line.plan_id.lead_id:
                raise UserError(self.env._("The person belongs to another prospect."))

    @api.onchange("relation_now", "relation", "date_done")
    def _onchange_relation(self):
        """A level on the ladder that was aimed at and is reached proposes the judgement."""
        if self.date_done and self.relation and self.outcome == "open" and self.relation_now:
            self.outcome = "reached" if self.relation_now >= self.relation else "missed"

    # === GUARD ===

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        if vals.keys() - RESULTS:
            self._check_draft()
        elif not self.env.su and any(line.plan_id.state in ("done", "rejected") for line in self):
            raise UserError(self.env._("The plan is closed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_drafts(self):
        self._check_draft()

    def _check_draft(self):
        if not self.env.su and any(line.plan_id.state != "draft" for line in self):
            raise UserError(
                self.env._("What was submitted cannot be changed; withdraw the plan first.")
            )

    # === EFFECT ===

    def _schedule_improvement(self):
        for line in self:
            plan = line.plan_id
            plan.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=line.improvement_date
                or fields.Date.add(fields.Date.context_today(plan), days=14),
                summary=self.env._("Improve: %s", line.goal),
                note=line.improvement,
                user_id=(line.improvement_user_id or plan.user_id).id,
            )
