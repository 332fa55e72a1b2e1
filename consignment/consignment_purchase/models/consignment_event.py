from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.consignment.const import KINDS_IN


class ConsignmentEvent(models.Model):
    _inherit = "consignment.event"

    purchase_line_id = fields.Many2one("purchase.order.line", readonly=True)

    def _get_joins(self):
        return SQL(
            "%s LEFT JOIN stock_move draw_move ON draw_move.id = line.move_id", super()._get_joins()
        )

    def _get_columns(self, entering):
        return {
            **super()._get_columns(entering),
            "purchase_line_id": SQL("draw_move.purchase_line_id"),
        }

    def _get_verb_sql(self, entering):
        """Borrowed goods settled with another article come back on paper (异种归还)."""
        verb = super()._get_verb_sql(entering)
        if not entering:
            return verb
        return SQL(
            """CASE WHEN place.consignment_kind IN %s AND other.consignment_use = 'exchange'
                    THEN 'draw_return' ELSE %s END""",
            KINDS_IN,
            verb,
        )
