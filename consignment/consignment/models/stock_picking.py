from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    consignment_agreement_id = fields.Many2one(
        "consignment.agreement",
        index="btree_not_null",
        copy=False,
        readonly=True,
        check_company=True,
    )
    consignment_operation = fields.Selection(related="picking_type_id.consignment_operation")

    def action_view_consignment_agreement(self):
        """Open the agreement these goods belong to (an action dictionary)."""
        self.ensure_one()
        return self.consignment_agreement_id.get_formview_action()
