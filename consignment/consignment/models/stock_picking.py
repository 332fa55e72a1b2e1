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

    def _get_done_notification(self):
        """Say that the transfer is done and stay where one was (an action dictionary)."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Done: %s"),
                "links": [{"label": self.name, "url": f"/odoo/stock.picking/{self.id}"}],
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
