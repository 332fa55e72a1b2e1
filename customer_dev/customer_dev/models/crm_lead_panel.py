from odoo import api, fields, models

#: page of the form on which a field is filled, for the links of the panel
PAGES = {
    "development_need": ("need_", "deal_chance", "development_type", "budget_note", "fact_"),
    "development_purchasing": ("purchase_", "decision_", "settlement_", "payment_", "supplier_"),
    "development_people": ("stakeholder_", "competitor_", "concern_"),
    "development_assessment": ("va_", "programme", "barrier", "expected_cost", "screening_"),
    "development_samples": ("sample_",),
    "development_closing": ("success_", "failure_", "corrective_", "contract_"),
    "development_cost": ("expense_", "reward_", "cost_", "relation_plan_", "tender_"),
}


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    gate_missing_count = fields.Integer(compute="_compute_gate", string="Missing")
    gate_missing_names = fields.Text(compute="_compute_gate", string="Missing Criteria")
    gate_items = fields.Json(compute="_compute_gate_items", string="To Leave this Stage")
    stage_keyword = fields.Char(related="stage_id.keyword", string="Keyword of the Stage")
    stage_focus = fields.Char(related="stage_id.focus", string="Focus of the Stage")
    stage_work = fields.Text(related="stage_id.work_content", string="Work of the Stage")
    stage_participants = fields.Char(related="stage_id.participants", string="Who Works on It")
    stage_milestone = fields.Char(related="stage_id.milestone", string="Milestone")

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

    @api.depends_context("lang")
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

    @api.depends_context("lang")
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
