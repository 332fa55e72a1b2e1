from odoo import api, fields, models
from odoo.tools import SQL


class CrmVisitDue(models.Model):
    """Customers by the day their next visit falls due: last visit plus interval."""

    _name = "crm.visit.due"
    _description = "Visit that Falls Due"
    _auto = False
    _rec_name = "partner_id"
    _order = "due_date, id"

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    last_date = fields.Date(string="Last Visit", readonly=True)
    interval_days = fields.Integer(string="Interval (Days)", readonly=True)
    due_date = fields.Date(string="Due on", readonly=True)
    planned_date = fields.Date(string="Planned for", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT p.id, p.id AS partner_id, p.user_id, p.company_id, d.last_date,
                   i.days AS interval_days,
                   (COALESCE(d.last_date, p.create_date::date) + i.days)::date AS due_date,
                   d.planned_date
              FROM res_partner p
              JOIN LATERAL (SELECT %(days)s AS days) i ON i.days > 0
              LEFT JOIN (
                    SELECT v.commercial_partner_id AS id,
                           max(v.date) FILTER (WHERE v.state = 'done')::date AS last_date,
                           min(v.date) FILTER (WHERE v.state = 'planned')::date AS planned_date
                      FROM crm_visit v GROUP BY v.commercial_partner_id
                   ) d ON d.id = p.id
             WHERE p.active AND p.parent_id IS NULL
               AND (p.visit_interval_days > 0 OR p.user_id IS NOT NULL)
            """,
            days=self._interval_sql(),
        )

    @api.model
    def _interval_sql(self):
        """Days between visits of partner ``p``: its own, else the company's; grades may refine."""
        return SQL(
            "COALESCE(NULLIF(p.visit_interval_days, 0), %s)", self.env.company.visit_interval_days
        )

    def action_plan_visit(self):
        """Plan a visit of this customer.

        :return: a window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.visit",
            "views": [(False, "form")],
            "target": "current",
            "context": {"default_partner_id": self.partner_id.id},
        }

    @api.model
    def _cron_remind(self):
        """Remind salespeople of visits that are due and not planned."""
        for company in self.env["res.company"].search(fields.Domain.TRUE):
            due = self.with_company(company).search(
                [
                    ("due_date", "<=", fields.Date.today()),
                    ("planned_date", "=", False),
                    ("user_id", "!=", False),
                    ("company_id", "in", [False, company.id]),
                ]
            )
            for row in due:
                row._remind()

    def _remind(self):
        kind = "customer_visit.mail_activity_visit_due"
        if not self.partner_id.activity_search([kind]):
            self.partner_id.activity_schedule(
                kind, user_id=self.user_id.id, date_deadline=self.due_date
            )
