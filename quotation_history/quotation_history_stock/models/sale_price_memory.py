from odoo import api, models
from odoo.tools import SQL


class SalePriceMemory(models.AbstractModel):
    _inherit = "sale.price.memory"

    @api.model
    def _get_sold_conditions(self):
        """Leave out lines whose whole delivery was returned: the customer kept nothing.

        A return is looked for only where nothing counts as delivered, so that the look-up of
        ordinary sales costs nothing more.
        """
        return [
            *super()._get_sold_conditions(),
            SQL(
                """CASE WHEN COALESCE(l.qty_delivered, 0) > 0 THEN TRUE ELSE (
                    SELECT 1
                      FROM stock_move move
                     WHERE move.sale_line_id = l.id
                       AND move.state = 'done'
                       AND move.origin_returned_move_id IS NOT NULL
                       AND move.to_refund
                     LIMIT 1) IS NULL END"""
            ),
        ]

    @api.model
    def _flush_for_memory(self):
        result = super()._flush_for_memory()
        self.env["sale.order.line"].flush_model(["qty_delivered"])
        self.env["stock.move"].flush_model(
            ["sale_line_id", "state", "origin_returned_move_id", "to_refund"]
        )
        return result
