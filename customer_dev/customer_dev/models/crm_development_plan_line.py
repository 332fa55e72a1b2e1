from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .constants import DEVELOPMENT_TYPES

TARGETS = ("target_prospects", "target_customers", "target_revenue", "budget")


class CrmDevelopmentPlanLine(models.Model):
    _name = "crm.development.plan.line"
    _description = "Target of a Development Plan"
    _order = "date_from, team_id, user_id, id"

    plan_id = fields.Many2one("crm.development.plan", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    date_from = fields.Date(required=True, index=True)
    date_to = fields.Date(required=True)
    team_id = fields.Many2one("crm.team", index="btree_not_null")
    user_id = fields.Many2one("res.users", string="Salesperson", index="btree_not_null")
    segment = fields.Selection(DEVELOPMENT_TYPES)
    target_prospects = fields.Integer(string="Prospects")
    target_customers = fields.Integer(string="New Customers")
    target_revenue = fields.Monetary(string="Revenue")
    budget = fields.Monetary()
    actual_prospects = fields.Integer(string="Prospects Found", compute="_compute_actuals")
    actual_customers = fields.Integer(string="Customers Won", compute="_compute_actuals")
    actual_revenue = fields.Monetary(string="Revenue Won", compute="_compute_actuals")
    actual_cost = fields.Monetary(string="Cost", compute="_compute_actuals")
    progress = fields.Float(string="Reached (%)", compute="_compute_actuals")

    _check_dates = models.Constraint(
        "CHECK(date_from <= date_to)", "A target ends after it begins."
    )
    _check_targets = models.Constraint(
        "CHECK(target_prospects >= 0 AND target_customers >= 0 AND target_revenue >= 0 "
        "AND budget >= 0)",
        "Targets cannot be negative.",
    )

    @api.constrains("date_from", "date_to", "team_id", "user_id", "segment")
    def _check_overlap(self):
        """The same team, person and segment is planned once for each day of running plans."""
        for line in self:
            if line.plan_id.state == "closed":
                continue
            other = self.search(line._overlap_domain(), limit=1)
            if other:
                raise ValidationError(
                    self.env._(
                        "%(plan)s already plans %(who)s from %(start)s to %(end)s.",
                        plan=other.plan_id.name,
                        who=other.user_id.name or other.team_id.name or self.env._("everybody"),
                        start=other.date_from,
                        end=other.date_to,
                    )
                )

    def _overlap_domain(self):
        return Domain(
            [
                ("id", "!=", self.id),
                ("company_id", "=", self.company_id.id),
                ("plan_id.state", "!=", "closed"),
                ("team_id", "=", self.team_id.id),
                ("user_id", "=", self.user_id.id),
                ("segment", "=", self.segment),
                ("date_from", "<=", self.date_to),
                ("date_to", ">=", self.date_from),
            ]
        )

    @api.depends(
        "date_from",
        "date_to",
        "team_id",
        "user_id",
        "segment",
        "target_customers",
        "target_prospects",
        "target_revenue",
    )
    def _compute_actuals(self):
        figures = self._read_actuals()
        for line in self:
            found, won, revenue, cost = figures.get(line._origin.id, (0, 0, 0.0, 0.0))
            line.actual_prospects = found
            line.actual_customers = won
            line.actual_revenue = revenue
            line.actual_cost = cost
            line.progress = line._reached()

    def _read_actuals(self):
        """Prospects found and won of all these targets in one query, by id of the target.

        The figures of a plan are the same for all who may read the plan, therefore no record rules.
        """
        if not self._origin.ids:
            return {}
        self.flush_model()
        self.env["crm.lead"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id,
                       count(*) FILTER (WHERE l.create_date >= p.date_from
                                          AND l.create_date < p.date_to + 1),
                       count(*) FILTER (WHERE %(won)s),
                       COALESCE(sum(l.expected_revenue) FILTER (WHERE %(won)s), 0),
                       COALESCE(sum(l.expected_cost) FILTER (WHERE %(won)s), 0)
                  FROM crm_development_plan_line p
                  JOIN crm_lead l
                    ON (l.company_id IS NULL OR l.company_id = p.company_id)
                   AND (p.team_id IS NULL OR l.team_id = p.team_id)
                   AND (p.user_id IS NULL OR l.user_id = p.user_id)
                   AND (p.segment IS NULL OR l.development_type = p.segment)
                   AND (l.create_date >= p.date_from OR l.date_closed >= p.date_from)
                 WHERE p.id IN %(ids)s
                 GROUP BY p.id
                """,
                won=SQL(
                    "l.won_status = 'won' AND l.date_closed >= p.date_from"
                    " AND l.date_closed < p.date_to + 1"
                ),
                ids=tuple(self._origin.ids),
            )
        )
        return {row[0]: row[1:] for row in rows}

    def _reached(self):
        """Percent of the first target that is set: customers, then revenue, then prospects."""
        pairs = (
            (self.target_customers, self.actual_customers),
            (self.target_revenue, self.actual_revenue),
            (self.target_prospects, self.actual_prospects),
        )
        return next((100 * actual / target for target, actual in pairs if target), 0.0)

    def _split_months(self):
        """Divide the target evenly; what does not divide goes to the first months."""
        self.ensure_one()
        months = self._months()
        if len(months) <= 1:
            return
        rows = []
        for index, (start, end) in enumerate(months):
            rows.append(
                {
                    "plan_id": self.plan_id.id,
                    "team_id": self.team_id.id,
                    "user_id": self.user_id.id,
                    "segment": self.segment,
                    "date_from": start,
                    "date_to": end,
                    **{name: self._share(name, index, len(months)) for name in TARGETS},
                }
            )
        self.unlink()
        self.create(rows)

    def _months(self):
        months, start = [], self.date_from
        while start <= self.date_to:
            end = min(start + relativedelta(day=31), self.date_to)
            months.append((start, end))
            start = end + relativedelta(days=1)
        return months

    def _share(self, name, index, count):
        value = self[name]
        if self._fields[name].type == "integer":
            return value // count + (1 if index < value % count else 0)
        share = self.currency_id.round(value / count)
        # cents that do not divide go to the last month, so that the year stays what it was
        return share if index < count - 1 else value - share * (count - 1)
