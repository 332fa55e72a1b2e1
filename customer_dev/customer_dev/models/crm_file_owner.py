from odoo import api, models


class CrmFileOwner(models.AbstractModel):
    """A record with files (``attachment_ids``) that are read with its rights."""

    _name = "crm.file.owner"
    _description = "Record with Files of its Own"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if "attachment_ids" in self._fields:
            records._claim_attachments()
        return records

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._claim_attachments()
        return result

    def _claim_attachments(self):
        """Tie files uploaded in a dialog to their record, so that they are read with its rights."""
        for record in self:
            # sudo: a file that belongs to nobody yet is only visible to who uploaded it
            loose = record.attachment_ids.sudo().filtered(
                lambda a: not a.res_id and a.create_uid == self.env.user
            )
            loose.write({"res_model": record._name, "res_id": record.id})
