from odoo import fields, models

from .constants import PURCHASE_STEPS


class CrmLeadPurchaseStep(models.Model):
    _name = "crm.lead.purchase.step"
    _inherit = "crm.lead.part"
    _description = "Step of the Prospect's Purchasing Procedure"
    _rec_name = "step"
    _order = "step, id"

    step = fields.Selection(PURCHASE_STEPS, required=True)
    partner_id = fields.Many2one("res.partner", string="Owner at the Customer")
    department = fields.Char()
    date = fields.Date(string="Expected or Done on")
    note = fields.Char(string="How It Works There")

    _lead_step_uniq = models.UniqueIndex("(lead_id, step)", "This step is described already.")
