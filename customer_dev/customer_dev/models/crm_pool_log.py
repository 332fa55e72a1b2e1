from odoo import fields, models


class CrmPoolLog(models.Model):
    _name = "crm.pool.log"
    _inherit = "crm.lead.part"
    _description = "What Happened in the Public Pool"
    _order = "date desc, id desc"

    date = fields.Datetime(default=fields.Datetime.now, required=True)
    kind = fields.Selection(
        [
            ("warned", "Owner warned"),
            ("returned", "Returned by rule"),
            ("released", "Given back"),
            ("picked", "Picked"),
        ],
        required=True,
    )
    user_id = fields.Many2one("res.users", required=True, index=True)
    team_id = fields.Many2one("crm.team")
    note = fields.Char()

    _user_kind_date_idx = models.Index("(user_id, kind, date DESC)")
