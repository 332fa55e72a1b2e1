from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Domain

from ..tools import gate

#: writing one of these may move a lead to another stage
MOVING_FIELDS = {"stage_id", "team_id", "user_id", "type"}


class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    check_ids = fields.One2many("crm.lead.check", "lead_id", string="Checks")
    team_own_stages = fields.Boolean(related="team_id.own_stages", string="Team has own Stages")

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._gate_check_moves({})
        return leads

    def write(self, vals):
        if not MOVING_FIELDS & vals.keys():
            return super().write(vals)
        if vals.get("type") == "lead":
            self._gate_check_stays_prospect()
        before = {lead.id: (lead.team_id.id, lead.stage_id.id) for lead in self}
        result = super().write(vals)
        self._gate_begin_process(before)
        self._gate_check_moves(before)
        return result

    def _gate_begin_process(self, before):
        """A lead that came to another team together with a shared stage begins the team's process:
        merging and converting choose a stage without knowing that the team has its own."""
        layout = self.env["crm.stage"]._gate_layout()
        for lead in self:
            team_id = lead.team_id.id
            if before[lead.id][0] != team_id and layout.is_foreign(team_id, lead.stage_id.id):
                lead.stage_id = layout.first_stage(team_id)

    def _compute_stage_id(self):
        """A lead that comes to a process from the shared stages begins it: the host would leave it
        in its stage, because a shared stage suits every team."""
        layout = self.env["crm.stage"]._gate_layout()
        for lead in self:
            if layout.is_foreign(lead.team_id.id, lead.stage_id.id):
                lead.stage_id = False
        return super()._compute_stage_id()

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        """Teams with a process of their own never fall back on the shared stages."""
        teams = self.env["crm.team"].browse(team_id) if team_id else self.team_id
        layout = self.env["crm.stage"]._gate_layout()
        if teams and all(layout.keeps_own_stages(team.id) for team in teams):
            domain = Domain("team_ids", "in", teams.ids) & Domain(domain or Domain.TRUE)
        return super()._stage_find(team_id=team_id, domain=domain, order=order, limit=limit)

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Without the shared columns when only teams with a process of their own are looked at."""
        found = super()._read_group_stage_ids(stages, domain)
        team_ids = set(self._gate_kanban_team_ids())
        layout = self.env["crm.stage"]._gate_layout()
        if team_ids and all(layout.keeps_own_stages(team_id) for team_id in team_ids):
            return found.filtered(lambda stage: stage.team_ids or stage in stages)
        return found

    def _gate_kanban_team_ids(self):
        if team_id := self.env.context.get("default_team_id"):
            return [team_id]
        shows_own = self.env.context.get("show_user_team_stages")
        return self.env.user.crm_team_ids.ids if shows_own else []

    # === ENFORCEMENT ===

    def _gate_check_moves(self, before):
        """Refuse, or note where the process only advises, moves that are not earned.

        Called after the values are written, so that a save that fills a field and moves the stage
        at once is judged by what it leaves behind.

        :param before: dict of lead id to ``(team id, stage id)``; absent for new leads
        """
        if self.env.context.get("gate_pass") is gate.GatePass:
            return
        self._gate_check_process(before)
        needed = self._gate_needed(before)
        missing = self._gate_find_missing(needed) if needed else {}
        layout = self.env["crm.stage"]._gate_layout()
        blocked = {k: v for k, v in missing.items() if layout.blocks(k.team_id.id)}
        if blocked:
            self._gate_refuse(blocked)
        self._gate_note_advice(missing)

    def _gate_needed(self, before):
        """Criteria that bind each lead that moved, as dict of lead to criteria."""
        layout = self.env["crm.stage"]._gate_layout()
        needed = {}
        for lead in self:
            team_id, stage_id = lead.team_id.id, lead.stage_id.id
            _old_team_id, old_stage_id = before.get(lead.id, (False, False))
            if old_stage_id == stage_id:
                continue
            if criteria := layout.needed(
                team_id, lead._gate_start(layout, team_id, old_stage_id), stage_id
            ):
                needed[lead] = criteria
        return needed

    def _gate_start(self, layout, team_id, old_stage_id):
        """Stage the way starts from: none when the old stage is not one of the team's."""
        return False if layout.is_foreign(team_id, old_stage_id) else old_stage_id

    def _gate_check_process(self, before):
        """A lead stays in the stages of its process, and leaves the process only by its head."""
        layout = self.env["crm.stage"]._gate_layout()
        for lead in self:
            if layout.is_foreign(lead.team_id.id, lead.stage_id.id):
                raise UserError(
                    self.env._(
                        "%(stage)s is not a stage of the process %(team)s.",
                        stage=lead.stage_id.name,
                        team=lead.team_id.name,
                    )
                )
            old_team_id, old_stage_id = before.get(lead.id, (False, False))
            if old_team_id != lead.team_id.id and lead._gate_is_bound(
                layout, old_team_id, old_stage_id
            ):
                raise UserError(
                    self.env._(
                        "%s has begun its process. Only the head of the team or a sales "
                        "administrator can take it to another team.",
                        lead.name,
                    )
                )

    def _gate_check_stays_prospect(self):
        """A prospect that has begun its process is no lead again, unless its head says so."""
        layout = self.env["crm.stage"]._gate_layout()
        for lead in self:
            if lead.type == "opportunity" and lead._gate_is_bound(
                layout, lead.team_id.id, lead.stage_id.id
            ):
                raise UserError(
                    self.env._(
                        "%s has begun its process. Only the head of the team or a sales "
                        "administrator can make it a lead again.",
                        lead.name,
                    )
                )

    def _gate_is_bound(self, layout, team_id, stage_id):
        """Whether a lead stands past the first stage of a process that the user does not head."""
        return (
            team_id
            and layout.keeps_own_stages(team_id)
            and layout.blocks(team_id)
            and stage_id != layout.first_stage(team_id)
            and not self._gate_may_override(self.env["crm.team"].browse(team_id))
        )

    def _gate_refuse(self, missing):
        """Raise one message for all refused leads; who may override is offered to do so."""
        message = self._gate_refusal_message(missing)
        lead = next(iter(missing))
        if len(missing) == 1 and lead._gate_may_override():
            raise RedirectWarning(
                message,
                self.env.ref("customer_dev.crm_gate_override_action").id,
                self.env._("Override with a reason"),
                {"default_lead_id": lead.id, "default_stage_id": lead.stage_id.id},
            )
        raise UserError(message)

    def _gate_refusal_message(self, missing):
        names = self._gate_criterion_names(missing.values())
        return "\n\n".join(
            self.env._("%s cannot move on yet. Still missing:", lead.name)
            + "".join(f"\n• {names[criterion.id]}" for criterion in criteria)
            for lead, criteria in missing.items()
        )

    def _gate_note_advice(self, missing):
        names = self._gate_criterion_names(missing.values())
        for lead, criteria in missing.items():
            listed = ", ".join(names[criterion.id] for criterion in criteria)
            lead.message_post(body=self.env._("Moved on while these were open: %s", listed))
