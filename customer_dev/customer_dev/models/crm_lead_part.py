from odoo import fields, models
from odoo.exceptions import AccessError


class CrmLeadPart(models.AbstractModel):
    """What every row under a prospect has in common."""

    _name = "crm.lead.part"
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

    def _claim_attachments(self):
        """Tie files uploaded in a dialog to their record, so that they are read with its rights."""
        for record in self:
            # sudo: a file that belongs to nobody yet is only visible to who uploaded it
            loose = record.attachment_ids.sudo().filtered(
                lambda a: not a.res_id and a.create_uid == self.env.user
            )
            loose.write({"res_model": record._name, "res_id": record.id})
        return self
