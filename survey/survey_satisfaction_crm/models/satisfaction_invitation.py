from odoo import fields, models


class SatisfactionInvitation(models.Model):
    _inherit = "satisfaction.invitation"

    team_id = fields.Many2one("crm.team", "Sales Team")
