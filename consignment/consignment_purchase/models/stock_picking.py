from datetime import timedelta

from odoo import fields, models

from ..const import DRAW


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def write(self, vals):
        res = super().write(vals)
        if vals.get("date_done"):
            self._redate_draws(vals["date_done"])
        return res

    def _redate_draws(self, date):
        """Draws happened when their goods left: they follow a corrected date."""
        if self.env.context.get("consignment_draw") is DRAW:
            return
        # The draws are the company's; whoever may correct the delivery corrects them too.
        draws = self.env["stock.move"].sudo()
        draws = draws.search([("consignment_draw_for_id", "in", self.move_ids.ids)])
        # A delivery that is just being done dates itself to the minute its draws were made.
        moment = fields.Datetime.to_datetime(date)
        draws = draws.filtered(lambda draw: abs(draw.date - moment) > timedelta(minutes=1))
        for agreement, moves in draws.grouped(lambda move: move._get_draw_agreement()).items():
            agreement._redate_draws(moves, date)
