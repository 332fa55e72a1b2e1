from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _with_valuation_context(self):
        """Count exactly the valued locations.

        Without ``strict`` the quantity is taken with all sub-locations, so the goods of a
        consignor below WH/Stock come back in. Archived places held goods in the past.
        """
        everywhere = self.with_context(active_test=False)
        products = super(ProductProduct, everywhere)._with_valuation_context()
        return products.with_context(
            strict=True, active_test=self.env.context.get("active_test", True)
        )

    def _get_place_valuation_context(self):
        """Return the context in which quants and lots count the valued quantity only."""
        context = self.browse()._with_valuation_context().env.context
        return {**context, "consignment_valued_quantity": True}

    def _get_consignment_cost(self):
        """Return the unit cost of own goods, now or at ``to_date`` of the context.

        Only what first in, first out and the past make of it has to be reckoned.
        """
        if self.cost_method == "fifo" or self.env.context.get("to_date"):
            return self.avg_cost
        return self.standard_price

    def _get_value_from_lots(self):
        """A lot that is empty today had its value at a past date."""
        if not self.env.context.get("to_date"):
            return super()._get_value_from_lots()
        lots = self.env["stock.lot"].search([("product_id", "in", self.ids)])
        return sum(lots.mapped("total_value"))
