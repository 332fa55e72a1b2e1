from collections import defaultdict

from odoo import api, fields, models

from .constants import RELATIONS


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    stakeholder_ids = fields.One2many("crm.lead.stakeholder", "lead_id", string="People")
    decision_relation = fields.Selection(
        RELATIONS,
        string="Decision Maker",
        compute="_compute_decision_relation",
        help="Lowest relation level among the key decision makers.",
    )

    @api.depends("stakeholder_ids.role", "stakeholder_ids.relation")
    def _compute_decision_relation(self):
        levels = defaultdict(list)
        for lead, relation in self.env["crm.lead.stakeholder"]._read_group(
            [("lead_id", "in", self.ids), ("role", "=", "decision_maker")], ["lead_id", "relation"]
        ):
            levels[lead.id].append(relation)
        for lead in self:
            lead.decision_relation = min(levels[lead.id], default=False)
