from odoo import fields, models


class CrmDevelopmentRestore(models.TransientModel):
    _name = "crm.development.restore"
    _description = "Restore Prospects with a Reason"

    lead_ids = fields.Many2many(
        "crm.lead", string="Prospects", required=True, context={"active_test": False}
    )
    reason = fields.Text(required=True)

    def action_apply(self):
        """Restore the prospects with the reason given.

        :return: an action that closes the dialog
        """
        self.ensure_one()
        self.lead_ids.action_restore_development(self.reason)
        return {"type": "ir.actions.act_window_close"}
