from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Domain
from odoo.tools import SQL, is_html_empty

from ..tools import gate
from .constants import RELATIONS

#: writing one of these may move a lead to another stage
MOVING_FIELDS = {"stage_id", "team_id", "user_id", "type"}

NUMERIC = {"integer", "float", "monetary"}

#: page of the form on which a field is filled, for the links of the panel
PAGES = {
    "development_need": ("need_", "deal_chance", "development_type", "budget_note", "fact_"),
    "development_purchasing": ("purchase_", "decision_", "settlement_", "payment_", "supplier_"),
    "development_people": ("stakeholder_", "competitor_", "concern_"),
    "development_assessment": ("va_", "programme", "barrier", "expected_cost", "screening_"),
    "development_samples": ("sample_",),
    "development_closing": ("success_", "failure_", "corrective_", "contract_"),
}


class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    check_ids = fields.One2many("crm.lead.check", "lead_id", string="Checks")
    gate_missing_count = fields.Integer(compute="_compute_gate", string="Missing")
    gate_missing_names = fields.Text(compute="_compute_gate", string="Missing Criteria")
    gate_items = fields.Json(compute="_compute_gate_items", string="To Leave this Stage")
    gate_can_override = fields.Boolean(compute="_compute_gate_can_override")
    team_own_stages = fields.Boolean(related="team_id.own_stages", string="Team has own Stages")
    stage_keyword = fields.Char(related="stage_id.keyword", string="Keyword of the Stage")
    stage_focus = fields.Char(related="stage_id.focus", string="Focus of the Stage")
    stage_work = fields.Text(related="stage_id.work_content", string="Work of the Stage")
    stage_participants = fields.Char(related="stage_id.participants", string="Who Works on It")
    stage_milestone = fields.Char(related="stage_id.milestone", string="Milestone")

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._gate_check_moves({})
        return leads

    def write(self, vals):
        if not MOVING_FIELDS & vals.keys():
            return super().write(vals)
        before = {lead.id: (lead.team_id.id, lead.stage_id.id) for lead in self}
        result = super().write(self._gate_fit_stage(vals))
        self._gate_check_moves(before)
        return result

    def _gate_fit_stage(self, vals):
        """A team change that brings a shared stage along starts in the new team's first stage:
        merging leads picks the lowest stage without knowing that the team has stages of its own."""
        layout = self.env["crm.stage"]._gate_layout()
        team_id, stage_id = vals.get("team_id"), vals.get("stage_id")
        if team_id and stage_id and layout.is_foreign(team_id, stage_id):
            return {**vals, "stage_id": layout.first_stage(team_id)}
        return vals

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
            if lead._gate_leaves_process(layout, old_team_id, old_stage_id):
                raise UserError(
                    self.env._(
                        "%s has begun its process. Only the head of the team or a sales "
                        "administrator can take it to another team.",
                        lead.name,
                    )
                )

    def _gate_leaves_process(self, layout, old_team_id, old_stage_id):
        """Whether somebody who may not takes a lead past its first stage out of a process."""
        return (
            old_team_id
            and old_team_id != self.team_id.id
            and layout.keeps_own_stages(old_team_id)
            and layout.blocks(old_team_id)
            and old_stage_id != layout.first_stage(old_team_id)
            and not self._gate_may_override(self.env["crm.team"].browse(old_team_id))
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

    def _gate_may_override(self, team=None):
        """Whether the user heads the lead's team or administrates sales."""
        team = team if team is not None else self.team_id
        return self.env.user.has_group("sales_team.group_sale_manager") or (
            # sudo: the leader of the team is no secret, but a salesperson may not read each team
            bool(team) and team.sudo().user_id == self.env.user
        )

    def action_override_gate(self, stage_id, reason):
        """Move a prospect although criteria are open; the reason goes to the chatter.

        :param int stage_id: stage to move to
        :param str reason: why, required
        :return: True
        :raises AccessError: for anybody but the head of the team and sales administrators
        """
        self.ensure_one()
        if not self._gate_may_override():
            raise AccessError(self.env._("Only the head of the team can override the criteria."))
        if not (reason or "").strip():
            raise UserError(self.env._("Give a reason."))
        stage = self.env["crm.stage"].browse(stage_id).exists()
        layout = self.env["crm.stage"]._gate_layout()
        if not stage or layout.is_foreign(self.team_id.id, stage.id):
            raise UserError(self.env._("Choose a stage of this process."))
        self._gate_override(stage, reason)
        return True

    def _gate_override(self, stage, reason):
        missing = self._gate_find_missing(
            {self: self._gate_layout_needed(self.stage_id.id, stage.id)}
        )
        names = self._gate_criterion_names(missing.values())
        self.with_context(gate_pass=gate.GatePass).write({"stage_id": stage.id})
        self.message_post(
            body=self.env._(
                "Criteria overridden to reach %(stage)s. Reason: %(reason)s. Open: %(open)s",
                stage=stage.name,
                reason=reason,
                open=", ".join(names.values()) or self.env._("none"),
            )
        )

    def _gate_layout_needed(self, from_stage_id, to_stage_id):
        layout = self.env["crm.stage"]._gate_layout()
        return layout.needed(self.team_id.id, from_stage_id, to_stage_id)

    def _place_in_stage(self, stage_id):
        """Put leads in a stage without asking for its criteria: for demo data and migrations."""
        self.with_context(gate_pass=gate.GatePass).write({"stage_id": stage_id})
        return True

    # === EVALUATION ===

    def _gate_find_missing(self, needed):
        """Which criteria are not met, all leads and criteria in one go.

        :param needed: dict of lead to criteria
        :return: dict of lead to the criteria not met, leads without any left out
        """
        met = self._gate_find_met(needed)
        missing = {
            lead: [c for c in criteria if (lead.id, c.id) not in met]
            for lead, criteria in needed.items()
        }
        return {lead: criteria for lead, criteria in missing.items() if criteria}

    def _gate_find_met(self, needed):
        """Set of ``(lead id, criterion id)`` that are met, in one query for what a domain can say,
        one for the visits, and one for roles that must be filled several times."""
        pairs = defaultdict(list)
        for lead, criteria in needed.items():
            for criterion in criteria:
                pairs[criterion].append(lead.id)
        groups = defaultdict(dict)
        for criterion, lead_ids in pairs.items():
            groups[self._gate_evaluator(criterion)][criterion] = lead_ids
        met = set()
        for evaluator, group in groups.items():
            # sudo: a criterion may look at what the salesperson cannot read; only the yes or no
            # of it is told
            met |= getattr(self.sudo(), f"_gate_met_{evaluator}")(group)
        return met

    @api.model
    def _gate_evaluator(self, criterion):
        """Name of the method that evaluates a criterion."""
        if criterion.kind == "stakeholder" and criterion.minimum > 1:
            return "several"
        return "visit" if criterion.kind == "visit" else "domain"

    @api.model
    def _gate_leads(self, pairs):
        lead_ids = {lead_id for ids in pairs.values() for lead_id in ids}
        return self.browse(sorted(lead_ids))

    @api.model
    def _gate_met_domain(self, pairs):
        """All criteria that are domains, as columns of one query."""
        leads = self._gate_leads(pairs)
        criteria = list(pairs)
        query = leads._as_query(ordered=False)
        columns = [self._gate_column(criterion, leads.ids, query) for criterion in criteria]
        rows = self.env.execute_query(query.select(SQL.identifier(self._table, "id"), *columns))
        met = {
            (lead_id, criterion.id)
            for lead_id, *values in rows
            for criterion, value in zip(criteria, values, strict=True)
            if value
        }
        return met - self._gate_empty_html(pairs)

    @api.model
    def _gate_column(self, criterion, lead_ids, query):
        domain = self._gate_domain(criterion, lead_ids).optimize_full(self)
        return domain._to_sql(self, self._table, query)

    @api.model
    def _gate_domain(self, criterion, lead_ids):
        """The criterion as a domain on leads; rows are looked for among the given leads only."""
        return getattr(self, f"_gate_domain_{criterion.kind}")(criterion, lead_ids)

    @api.model
    def _gate_domain_field(self, criterion, lead_ids):
        field = self._fields[criterion.field_name]
        return Domain(field.name, "!=", 0 if field.type in NUMERIC else False)

    @api.model
    def _gate_domain_domain(self, criterion, lead_ids):
        return Domain(list(criterion.domain))

    @api.model
    def _gate_domain_manual(self, criterion, lead_ids):
        return self._gate_domain_check(criterion, lead_ids, Domain("state", "=", "done"))

    @api.model
    def _gate_domain_document(self, criterion, lead_ids):
        done = Domain("state", "=", "done") & Domain("attachment_ids", "!=", False)
        return self._gate_domain_check(criterion, lead_ids, done)

    @api.model
    def _gate_domain_check(self, criterion, lead_ids, done):
        """A check that is done, or was declared not applicable with a reason."""
        left_out = Domain("state", "=", "na")
        rows = Domain([("lead_id", "in", lead_ids), ("criterion_id", "=", criterion.id)])
        return Domain("check_ids", "any", rows & (done | left_out))

    @api.model
    def _gate_domain_stakeholder(self, criterion, lead_ids):
        levels = [key for key, _name in RELATIONS if int(key) >= criterion.level]
        role = Domain([("lead_id", "in", lead_ids), ("role", "=", criterion.role)])
        domain = Domain("stakeholder_ids", "any", role & Domain("relation", "in", levels))
        if criterion.everyone:
            below = role & Domain("relation", "not in", levels)
            domain &= Domain("stakeholder_ids", "not any", below)
        return domain

    @api.model
    def _gate_domain_approval(self, criterion, lead_ids):
        return Domain(
            "request_ids",
            "any",
            [
                ("lead_id", "in", lead_ids),
                ("kind", "=", "application"),
                ("state", "=", "approved"),
            ],
        )

    @api.model
    def _gate_empty_html(self, pairs):
        """Pairs whose field holds markup without any text."""
        found = set()
        for criterion, lead_ids in pairs.items():
            if criterion.kind == "field" and self._fields[criterion.field_name].type == "html":
                leads = self.browse(lead_ids)
                found |= {
                    (lead.id, criterion.id)
                    for lead in leads
                    if is_html_empty(lead[criterion.field_name])
                }
        return found

    @api.model
    def _gate_met_several(self, pairs):
        """Roles in which several people, or more than one of all, must have reached the level."""
        levels = defaultdict(list)
        for lead, role, level, count in self.env["crm.lead.stakeholder"]._read_group(
            [("lead_id", "in", self._gate_leads(pairs).ids)],
            ["lead_id", "role", "relation"],
            ["__count"],
        ):
            levels[lead.id, role].extend([int(level)] * count)
        return {
            (lead_id, criterion.id)
            for criterion, ids in pairs.items()
            for lead_id in ids
            if self._gate_people_reached(criterion, levels[lead_id, criterion.role])
        }

    @api.model
    def _gate_people_reached(self, criterion, levels):
        reached = [level for level in levels if level >= criterion.level]
        if criterion.everyone and len(reached) < len(levels):
            return False
        return len(reached) >= criterion.minimum

    @api.model
    def _gate_met_visit(self, pairs):
        counts = self._gate_count_visits(self._gate_leads(pairs))
        return {
            (lead_id, criterion.id)
            for criterion, ids in pairs.items()
            for lead_id in ids
            if counts.get(lead_id, 0) >= criterion.minimum
        }

    @api.model
    def _gate_count_visits(self, leads):
        """Visits that took place, as dict of lead id to number: meetings that are over."""
        groups = self.env["calendar.event"]._read_group(
            [("opportunity_id", "in", leads.ids), ("stop", "<", fields.Datetime.now())],
            ["opportunity_id"],
            ["__count"],
        )
        return {lead.id: count for lead, count in groups}

    # === WHAT IS SHOWN ===

    def _gate_current(self, only_binding=True):
        """Criteria to leave the stage each lead stands in, as dict of lead to criteria."""
        layout = self.env["crm.stage"]._gate_layout()
        current = {}
        for lead in self.filtered(lambda lead: isinstance(lead.id, int)):
            criteria = layout.criteria(lead.stage_id.id)
            if only_binding:
                criteria = [c for c in criteria if c.required and not c.problem]
            if criteria:
                current[lead] = criteria
        return current

    @api.depends("stage_id", "team_id")
    def _compute_gate(self):
        missing = self._gate_find_missing(self._gate_current())
        names = self._gate_criterion_names(missing.values())
        for lead in self:
            criteria = missing.get(lead, [])
            lead.gate_missing_count = len(criteria)
            lead.gate_missing_names = "\n".join(names[c.id] for c in criteria) or False

    @api.model
    def _gate_criterion_names(self, criteria_lists):
        """Names in the user's language of all criteria in the given lists."""
        ids = {criterion.id for criteria in criteria_lists for criterion in criteria}
        names = self.env["crm.stage.criterion"]._gate_names() if ids else {}
        return {criterion_id: names[criterion_id] for criterion_id in sorted(ids)}

    def _compute_gate_items(self):
        """Of what is saved: a stage chosen but not saved yet must not hide what it needs."""
        current = self._gate_current(only_binding=False)
        checkable = {
            lead: [c for c in criteria if not c.problem] for lead, criteria in current.items()
        }
        met = self._gate_find_met(checkable)
        for lead in self:
            lead.gate_items = [
                lead._gate_item(criterion, (lead.id, criterion.id) in met)
                for criterion in current.get(lead, ())
            ]

    def _gate_item(self, criterion, is_met):
        # sudo: salespeople see what is missing without a right on the criteria
        record = self.env["crm.stage.criterion"].sudo().browse(criterion.id)
        return {
            "criterion_id": criterion.id,
            "name": record.name,
            "kind": criterion.kind,
            "hint": record.hint or "",
            "met": is_met,
            "required": criterion.required,
            "problem": criterion.problem,
            "field": criterion.field_name,
            "page": self._gate_page(criterion),
        }

    @api.model
    def _gate_page(self, criterion):
        """Page of the form on which the criterion can be fulfilled, or an empty string."""
        if criterion.kind == "stakeholder":
            return "development_people"
        name = criterion.field_name or self._gate_first_field(criterion)
        return next(
            (page for page, starts in PAGES.items() if name.startswith(starts)),
            "",
        )

    @api.model
    def _gate_first_field(self, criterion):
        terms = [term for term in criterion.domain if isinstance(term, tuple)]
        return str(terms[0][0]).split(".")[0] if terms else ""

    @api.depends_context("uid")
    @api.depends("team_id")
    def _compute_gate_can_override(self):
        for lead in self:
            lead.gate_can_override = lead._gate_may_override()

    @api.readonly
    def get_gate_missing(self):
        """What is still missing to leave the stage this prospect stands in.

        :return: list of dicts ``criterion_id, name, kind``, empty when the next stage is earned
        """
        self.ensure_one()
        self.check_access("read")
        missing = self._gate_find_missing(self._gate_current()).get(self, [])
        names = self._gate_criterion_names([missing])
        return [{"criterion_id": c.id, "name": names[c.id], "kind": c.kind} for c in missing]

    def action_open_check(self, criterion_id):
        """Open the check of one criterion, made on demand, in a dialog.

        :param int criterion_id: criterion of the kinds *manual* and *document*
        :return: a window action
        """
        self.ensure_one()
        check = self.check_ids.filtered(lambda c: c.criterion_id.id == criterion_id)
        if not check:
            check = self.env["crm.lead.check"].create(
                {"lead_id": self.id, "criterion_id": criterion_id}
            )
        return {
            "type": "ir.actions.act_window",
            "name": check.criterion_id.name,
            "res_model": "crm.lead.check",
            "res_id": check.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # === MERGE ===

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        self._merge_parts(opportunities)
        return result

    def _merge_parts(self, opportunities):
        """Bring the rows of the other prospects along, without doubles."""
        keys = self._merge_part_models()
        for model_name in self._merge_find_models(keys, opportunities.ids):
            key = keys[model_name]
            # sudo: who may merge the prospects may move what belongs to them
            model = self.env[model_name].sudo().with_context(active_test=False)
            taken = set()
            if key:
                taken = {row[key] for row in model.search([("lead_id", "=", self.id)])}
            for row in model.search([("lead_id", "in", opportunities.ids)]):
                if not key or row[key] not in taken:
                    row.lead_id = self
                    taken.add(key and row[key])

    @api.model
    def _merge_find_models(self, model_names, lead_ids):
        """Those of the models that have rows under the given leads, in one query."""
        models = [self.env[name] for name in model_names]
        for model in models:
            model.flush_model(["lead_id"])
        query = SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s WHERE EXISTS (SELECT FROM %s WHERE lead_id IN %s)",
                model._name,
                SQL.identifier(model._table),
                tuple(lead_ids),
            )
            for model in models
        )
        return [name for (name,) in self.env.execute_query(query)]

    @api.model
    def _merge_part_models(self):
        """Models of rows to merge, with the field that must stay unique on a prospect."""
        return {
            "crm.lead.check": "criterion_id",
            "crm.lead.stakeholder": "partner_id",
            "crm.lead.supplier": None,
            "crm.lead.concern": "concern_id",
            "crm.lead.purchase.step": "step",
            "crm.lead.screening": "criterion_id",
            "crm.lead.sample": None,
            "crm.pool.log": None,
        }
