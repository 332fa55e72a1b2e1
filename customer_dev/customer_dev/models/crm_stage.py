from odoo import api, fields, models, tools

from ..tools import gate


class CrmStage(models.Model):
    _name = "crm.stage"
    _inherit = ["crm.stage", "crm.cached.setting"]

    active = fields.Boolean(
        default=True,
        help="An archived stage takes no new prospects and its criteria bind nobody any more; "
        "prospects that stand in it go on from there.",
    )
    participants = fields.Char(translate=True, help="Who works in this stage.")
    work_content = fields.Text(translate=True, help="What is done in this stage.")
    focus = fields.Char(translate=True, help="What decides success in this stage.")
    keyword = fields.Char(translate=True)
    milestone = fields.Char(translate=True, help="The one result that ends this stage.")
    criterion_ids = fields.One2many(
        "crm.stage.criterion", "stage_id", string="Exit Criteria", copy=True
    )
    criterion_count = fields.Integer(compute="_compute_criterion_count")

    @api.depends("criterion_ids")
    def _compute_criterion_count(self):
        counts = dict(
            self.env["crm.stage.criterion"]._read_group(
                [("stage_id", "in", self.ids)], ["stage_id"], ["__count"]
            )
        )
        for stage in self:
            stage.criterion_count = counts.get(stage, 0)

    def _cached_fields(self):
        return frozenset({"sequence", "team_ids", "active", "criterion_ids"})

    @api.model
    @tools.ormcache()
    def _gate_layout(self):
        """Frozen picture of all stages, criteria and team rules; costs no query once cached."""
        stages = self.sudo().with_context(active_test=False).search(fields.Domain.TRUE)
        teams = (
            self.env["crm.team"].sudo().with_context(active_test=False).search(fields.Domain.TRUE)
        )
        return gate.Layout(
            stages=tuple(stage._gate_snapshot() for stage in stages),
            teams=tuple(
                gate.Team(team.id, team.gate_mode == "block", team.own_stages) for team in teams
            ),
        )

    def _gate_snapshot(self):
        self.ensure_one()
        return gate.Stage(
            id=self.id,
            sequence=self.sequence,
            team_ids=frozenset(self.team_ids.ids),
            criteria=tuple(c._gate_snapshot() for c in self.criterion_ids.filtered("active")),
            active=self.active,
        )
