from odoo import fields, models

from .constants import RELATIONS


class CrmLeadRelation(models.Model):
    _name = "crm.lead.relation"
    _description = "Step on the Relation Ladder"
    _order = "date desc, id desc"

    stakeholder_id = fields.Many2one(
        "crm.lead.stakeholder", required=True, ondelete="cascade", index=True
    )
    date = fields.Datetime(default=fields.Datetime.now, required=True)
    relation_from = fields.Selection(RELATIONS, string="From")
    relation_to = fields.Selection(RELATIONS, string="To")
    user_id = fields.Many2one("res.users", string="Noted by")
    note = fields.Text()
