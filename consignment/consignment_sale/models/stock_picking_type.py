from odoo import fields, models


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    consignment_operation = fields.Selection(
        selection_add=[("issue_return", "Issue returned")],
        ondelete={"issue_return": "set null"},
    )
