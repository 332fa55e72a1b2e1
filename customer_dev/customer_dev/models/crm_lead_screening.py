from odoo import fields, models

from .constants import SCORES


class CrmLeadScreening(models.Model):
    _name = "crm.lead.screening"
    _inherit = "crm.lead.part"
    _description = "Screening Score of a Prospect"

    criterion_id = fields.Many2one("crm.screening.criterion", required=True, ondelete="cascade")
    help_text = fields.Char(related="criterion_id.help_text")
    weight = fields.Float(related="criterion_id.weight")
    score = fields.Selection(SCORES, help="1 is bad for us, 5 is good for us.")
    note = fields.Char()

    _lead_criterion_uniq = models.UniqueIndex(
        "(lead_id, criterion_id)", "This criterion is scored already."
    )
