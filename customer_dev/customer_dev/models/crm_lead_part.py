from odoo import fields, models
from odoo.exceptions import AccessError


class CrmLeadPart(models.AbstractModel):
    """What every row under a prospect has in common."""

    _name = "crm.lead.part"
    _inherit = ["crm.file.owner"]
    _description = "Part of a Prospect"
    _order = "sequence, id"

    lead_id = fields.Many2one(
        "crm.lead", string="Prospect", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)

    def write(self, vals):
        if "lead_id" in vals and not self.env.su:
            if any(row.lead_id.id != vals["lead_id"] for row in self):
                raise AccessError(self.env._("What belongs to a prospect stays with it."))
        return super().write(vals)

    def _check_leads_seen(self):
        """What tells of a prospect is made only by who sees it; asked of the records, because a
        client may name the prospect by a default of the context too."""
        if not self.env.su:
            self.lead_id.check_access("read")
