from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    consignment_settlement_ids = fields.One2many(
        "consignment.settlement", "bill_id", "Consignment Settlements"
    )

    def action_view_consignment_settlement(self):
        """Open the settlement behind this bill (an action dictionary)."""
        self.ensure_one()
        return self.consignment_settlement_ids[:1].get_formview_action()
