from odoo import models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    def _get_consignment_operations(self):
        return {
            **super()._get_consignment_operations(),
            "issue_return": (self.env._("Consignment Issues Returned"), "CIR", "incoming"),
        }
