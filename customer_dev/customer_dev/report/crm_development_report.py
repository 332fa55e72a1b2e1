from odoo import fields, models
from odoo.tools import SQL

from ..models.constants import DEVELOPMENT_TYPES, QUADRANTS


class CrmDevelopmentReport(models.Model):
    _name = "crm.development.report"
    _description = "Development Analysis"
    _auto = False
    _rec_name = "lead_id"
    _order = "date desc, id desc"

    lead_id = fields.Many2one("crm.lead", readonly=True, string="Prospect")
    date = fields.Date(readonly=True, string="Created on")
    team_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, string="Salesperson")
    company_id = fields.Many2one("res.company", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True, string="Channel")
    stage_id = fields.Many2one("crm.stage", readonly=True)
    development_type = fields.Selection(DEVELOPMENT_TYPES, readonly=True)
    quadrant = fields.Selection(QUADRANTS, readonly=True, string="Class")
    entered = fields.Integer(readonly=True, string="Prospects")
    won = fields.Integer(readonly=True)
    lost = fields.Integer(readonly=True)
    win_rate = fields.Float(readonly=True, aggregator="avg", string="Won (%)")
    won_days = fields.Float(readonly=True, aggregator="avg", string="Days to Win")
    expected_revenue = fields.Float(readonly=True)
    won_revenue = fields.Float(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT l.id, l.id AS lead_id, l.create_date::date AS date, l.team_id, l.user_id,
                   l.company_id, l.source_id, l.stage_id, l.development_type, l.quadrant,
                   1 AS entered,
                   (l.won_status = 'won')::int AS won, (l.won_status = 'lost')::int AS lost,
                   CASE WHEN l.won_status = 'won' THEN 100.0 ELSE 0.0 END AS win_rate,
                   CASE WHEN l.won_status = 'won' THEN l.day_close END AS won_days,
                   l.expected_revenue,
                   CASE WHEN l.won_status = 'won' THEN l.expected_revenue ELSE 0 END AS won_revenue
              FROM crm_lead l
             WHERE l.active OR l.won_status = 'lost'
            """
        )
