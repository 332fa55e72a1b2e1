from odoo import models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    def _get_consignment_operations(self):
        """Return ``operation: (name, sequence code, picking code)``; an extension point."""
        return {
            "fill_up": (self.env._("Consignment Fill-up"), "CFO", "internal"),
            "pick_up": (self.env._("Consignment Pick-up"), "CFR", "internal"),
            "loan": (self.env._("Loans and Samples"), "LON", "internal"),
            "loan_return": (self.env._("Loan Returns"), "LRT", "internal"),
            "receive": (self.env._("Receipts of Others' Goods"), "CIN", "incoming"),
            "give_back": (self.env._("Returns to the Owner"), "CRT", "outgoing"),
            "issue": (self.env._("Consignment Issues"), "CIS", "outgoing"),
            "draw": (self.env._("Draws into Own Stock"), "DRW", "internal"),
        }

    def _get_consignment_type(self, operation):
        """Return the operation type of ``operation``, made when first needed."""
        self.ensure_one()
        # A stock user may lend goods but not configure operation types.
        types = self.env["stock.picking.type"].sudo().with_context(active_test=False)
        found = types.search(
            [("warehouse_id", "=", self.id), ("consignment_operation", "=", operation)], limit=1
        )
        return found or types.create(self._prepare_consignment_type_values(operation))

    def _prepare_consignment_type_values(self, operation):
        name, code, picking_code = self._get_consignment_operations()[operation]
        return {
            "name": name,
            "code": picking_code,
            "sequence_code": code,
            "warehouse_id": self.id,
            "company_id": self.company_id.id,
            "consignment_operation": operation,
            "default_location_src_id": self.lot_stock_id.id,
            "default_location_dest_id": self.lot_stock_id.id,
            "reservation_method": "manual",
            "use_create_lots": picking_code == "incoming",
            "use_existing_lots": True,
            "show_operations": False,
        }
