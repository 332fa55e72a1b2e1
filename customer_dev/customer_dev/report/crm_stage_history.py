from odoo import fields, models
from odoo.tools import SQL


class CrmStageHistory(models.Model):
    """Each stay of a lead in a stage, read from the tracking that the host keeps anyway."""

    _name = "crm.stage.history"
    _description = "Stay of a Prospect in a Stage"
    _auto = False
    _rec_name = "lead_id"
    _order = "date desc, id desc"

    lead_id = fields.Many2one("crm.lead", readonly=True, string="Prospect")
    team_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, string="Salesperson")
    company_id = fields.Many2one("res.company", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    date = fields.Date(readonly=True, string="Entered on")
    date_left = fields.Date(readonly=True, string="Left on")
    entered = fields.Integer(readonly=True)
    days = fields.Float(readonly=True, aggregator="avg", string="Days in Stage")
    went_on = fields.Integer(readonly=True)
    went_on_rate = fields.Float(readonly=True, aggregator="avg", string="Went on (%)")

    @property
    def _table_query(self):
        return SQL(
            """
            WITH moves AS (
                SELECT m.res_id AS lead_id, t.id AS move_id, m.date AS at,
                       t.old_value_integer AS old_id, t.new_value_integer AS new_id
                  FROM mail_tracking_value t
                  JOIN mail_message m ON m.id = t.mail_message_id AND m.model = 'crm.lead'
                 WHERE t.field_id = (SELECT id FROM ir_model_fields
                                      WHERE model = 'crm.lead' AND name = 'stage_id')
            ), first_moves AS (
                SELECT DISTINCT ON (lead_id) lead_id, old_id
                  FROM moves ORDER BY lead_id, at, move_id
            ), stays AS (
                SELECT lead_id, new_id AS stage_id, at AS entered, move_id,
                       2 * move_id + 1 AS id FROM moves
                UNION ALL
                SELECT l.id, COALESCE(f.old_id, l.stage_id), l.create_date, 0, 2 * l.id
                  FROM crm_lead l LEFT JOIN first_moves f ON f.lead_id = l.id
            ), ordered AS (
                SELECT id, lead_id, stage_id, entered,
                       lead(entered) OVER w AS left_at, lead(stage_id) OVER w AS next_id
                  FROM stays WHERE stage_id IS NOT NULL
                WINDOW w AS (PARTITION BY lead_id ORDER BY entered, move_id)
            )
            SELECT o.id, o.lead_id, l.team_id, l.user_id, l.company_id, o.stage_id,
                   o.entered::date AS date, o.left_at::date AS date_left, 1 AS entered,
                   EXTRACT(EPOCH FROM GREATEST(o.entered, COALESCE(o.left_at, l.date_closed,
                       now() AT TIME ZONE 'UTC')) - o.entered) / 86400.0 AS days,
                   (n.sequence > s.sequence)::int AS went_on,
                   CASE WHEN n.sequence > s.sequence THEN 100.0 ELSE 0.0 END AS went_on_rate
              FROM ordered o
              JOIN crm_lead l ON l.id = o.lead_id
              JOIN crm_stage s ON s.id = o.stage_id
              LEFT JOIN crm_stage n ON n.id = o.next_id
             WHERE o.stage_id IS DISTINCT FROM o.next_id
            """
        )
