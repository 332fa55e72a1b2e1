from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    consignment_settlement_ids = fields.One2many(
        "consignment.settlement", "bill_id", "Consignment Settlements"
    )

    def _post(self, soft=True):
        sales = self.filtered(lambda move: move.is_sale_document(include_receipts=True))
        sales.invoice_line_ids._bind_commission_sales()
        return super()._post(soft)

    def button_draft(self):
        bound = self.invoice_line_ids.filtered("consignment_agreement_id")
        if bound:
            bound._check_not_in_commission_settlement()
        return super().button_draft()

    def action_view_consignment_settlement(self):
        """Open the settlement behind this bill (an action dictionary)."""
        self.ensure_one()
        return self.consignment_settlement_ids[:1].get_formview_action()
