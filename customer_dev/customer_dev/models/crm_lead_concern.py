from odoo import fields, models


class CrmLeadConcern(models.Model):
    _name = "crm.lead.concern"
    _inherit = "crm.lead.part"
    _description = "Ranked Concern of a Prospect"

    concern_id = fields.Many2one("crm.concern", required=True, ondelete="restrict")
    note = fields.Char()

    _lead_concern_uniq = models.UniqueIndex(
        "(lead_id, concern_id)", "This concern is ranked already."
    )
