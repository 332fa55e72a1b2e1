from odoo import fields, models
from odoo.tools import SQL

from ..models.constants import DEVELOPMENT_TYPES


class CrmDevelopmentPlanReport(models.Model):
    _name = "crm.development.plan.report"
    _description = "Plan and Actuals"
    _auto = False
    _order = "date desc, id"
    _rec_name = "kind"

    kind = fields.Selection(
        [("plan", "Planned"), ("found", "Found"), ("won", "Won")], readonly=True
    )
    date = fields.Date(readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, string="Salesperson")
    company_id = fields.Many2one("res.company", readonly=True)
    segment = fields.Selection(DEVELOPMENT_TYPES, readonly=True)
    target_prospects = fields.Integer(readonly=True, string="Planned Prospects")
    actual_prospects = fields.Integer(readonly=True, string="Prospects Found")
    target_customers = fields.Integer(readonly=True, string="Planned Customers")
    actual_customers = fields.Integer(readonly=True, string="Customers Won")
    target_revenue = fields.Float(readonly=True, string="Planned Revenue")
    actual_revenue = fields.Float(readonly=True, string="Revenue Won")
    budget = fields.Float(readonly=True)
    actual_cost = fields.Float(readonly=True, string="Cost")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT 3 * p.id AS id, 'plan' AS kind, p.date_from AS date, p.team_id, p.user_id,
                   p.company_id, p.segment, p.target_prospects, 0 AS actual_prospects,
                   p.target_customers, 0 AS actual_customers, p.target_revenue,
                   0.0 AS actual_revenue, p.budget, 0.0 AS actual_cost
              FROM crm_development_plan_line p
              JOIN crm_development_plan d ON d.id = p.plan_id AND d.state != 'draft'
            UNION ALL
            SELECT 3 * l.id + 1, 'found', l.create_date::date, l.team_id, l.user_id, l.company_id,
                   l.development_type, 0, 1, 0, 0, 0, 0, 0, 0
              FROM crm_lead l
            UNION ALL
            SELECT 3 * l.id + 2, 'won', l.date_closed::date, l.team_id, l.user_id, l.company_id,
                   l.development_type, 0, 0, 0, 1, 0, l.expected_revenue, 0,
                   COALESCE(l.expected_cost, 0)
              FROM crm_lead l
             WHERE l.won_status = 'won' AND l.date_closed IS NOT NULL
            """
        )
