from odoo import fields, models
from odoo.tools import SQL


class CrmReceipt(models.Model):
    """Money received from customers, for the salesperson who looks after them.

    Salespeople have no access to payments; they see what their own customers paid.
    """

    _name = "crm.receipt"
    _description = "Receipt from a Customer"
    _auto = False
    _rec_name = "partner_id"
    _order = "date desc, id desc"

    date = fields.Date(readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(readonly=True, help="In the currency of the company.")
    memo = fields.Char(readonly=True)

    @property
    def _table_query(self):
        """Payments of customers, with the salesperson of the customer or of its last won deal."""
        return SQL(
            """
            SELECT p.id, p.date, c.id AS partner_id, p.company_id, p.memo,
                   p.amount_company_currency_signed AS amount,
                   COALESCE(c.user_id, l.user_id) AS user_id, l.team_id
              FROM account_payment p
              JOIN res_partner r ON r.id = p.partner_id
              JOIN res_partner c ON c.id = r.commercial_partner_id
              LEFT JOIN LATERAL (
                   SELECT d.user_id, d.team_id FROM crm_lead d
                     JOIN res_partner w ON w.id = d.partner_id
                    WHERE w.commercial_partner_id = c.id AND d.won_status = 'won'
                    ORDER BY d.date_closed DESC NULLS LAST, d.id DESC LIMIT 1
              ) l ON TRUE
             WHERE p.payment_type = 'inbound' AND p.partner_type = 'customer'
               AND p.state IN ('in_process', 'paid')
            """
        )
