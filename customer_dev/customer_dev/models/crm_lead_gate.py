from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, is_html_empty

from .constants import RELATIONS

NUMERIC = {"integer", "float", "monetary"}


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

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
