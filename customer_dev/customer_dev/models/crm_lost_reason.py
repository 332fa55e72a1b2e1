from odoo import fields, models


class CrmLostReason(models.Model):
    _inherit = "crm.lost.reason"

    code = fields.Char(
        help="Short code by which programs name the reason: credit, operation, finance …"
    )
    stops_development = fields.Boolean(
        string="Reason to Stop a Development", help="Offered when somebody asks to stop."
    )
