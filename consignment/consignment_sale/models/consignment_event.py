from odoo import fields, models
from odoo.tools import SQL


class ConsignmentEvent(models.Model):
    _inherit = "consignment.event"

    sale_line_id = fields.Many2one("sale.order.line", readonly=True)
    sale_order_id = fields.Many2one("sale.order", "Settled by", readonly=True)

    def _get_joins(self):
        return SQL(
            """%s LEFT JOIN stock_move sale_move ON sale_move.id = line.move_id
                  LEFT JOIN sale_order_line sale_line ON sale_line.id = sale_move.sale_line_id""",
            super()._get_joins(),
        )

    def _get_columns(self, entering):
        return {
            **super()._get_columns(entering),
            "sale_line_id": SQL("sale_move.sale_line_id"),
            "sale_order_id": SQL("sale_line.order_id"),
        }
