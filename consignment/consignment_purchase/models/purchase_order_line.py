from odoo import api, models
from odoo.tools import float_compare


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    def _is_draw_line(self):
        """Return whether this line is fed by draws: nothing was ordered, all of it was used."""
        self.ensure_one()
        return bool(self.order_id.consignment_agreement_id) and not self.display_type

    def _takes_draw(self, terms, moment=None):
        """Return whether a draw on these terms belongs to this line."""
        self.ensure_one()
        if moment:
            agreement = self.order_id.consignment_agreement_id
            if self.order_id != agreement._get_draw_order(moment):
                return False
        return (
            not float_compare(self.price_unit, terms.price, precision_digits=6)
            and self.tax_ids == terms.taxes
            and not self.discount
            and not self.invoice_lines.filtered(lambda line: line.parent_state != "cancel")
            and not any(move._is_draw_return() for move in self.move_ids)
        )

    def _prepare_base_line_for_taxes_computation(self):
        """A line of draws amounts to what was used: nothing was ordered."""
        values = super()._prepare_base_line_for_taxes_computation()
        if self._is_draw_line():
            values["quantity"] = self.qty_received
        return values

    @api.depends("qty_received")
    def _compute_amount(self):
        return super()._compute_amount()

    @api.depends("order_id.consignment_agreement_id")
    def _compute_qty_invoiced(self):
        """What was used is to be billed, even for products billed on ordered quantities."""
        res = super()._compute_qty_invoiced()
        for line in self:
            if line.order_id.state == "purchase" and line._is_draw_line():
                line.qty_to_invoice = line.qty_received - line.qty_invoiced
        return res

    def _track_qty_received(self, new_qty):
        """What was used is listed with the draws: no message for each of them."""
        if self._is_draw_line():
            return None
        return super()._track_qty_received(new_qty)

    def _create_or_update_picking(self):
        """Draws bring the goods: no receipt is ever expected for their lines."""
        lines = self.filtered(lambda line: not line._is_draw_line())
        return super(PurchaseOrderLine, lines)._create_or_update_picking()
