from odoo import api, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    def _in_valuation_context(self):
        return self.with_context(**self.env["product.product"]._get_place_valuation_context())

    @api.depends_context("to_date", "company", "warehouse_id")
    def _compute_value(self):
        """Value the lot over the valued places: not those of others, but also a dealer's."""
        return super(StockLot, self._in_valuation_context())._compute_value()

    @api.depends_context("to_date")
    def _compute_avg_cost(self):
        return super(StockLot, self._in_valuation_context())._compute_avg_cost()

    @api.depends_context("to_date", "consignment_valued_quantity")
    def _product_qty(self):
        """Within a valuation the quantity is the valued one, at the date asked for."""
        if not self.env.context.get("consignment_valued_quantity"):
            return super()._product_qty()
        for lot in self:
            lot.product_qty = lot.product_id.with_context(lot_id=lot.id).qty_available
