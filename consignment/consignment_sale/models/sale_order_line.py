from odoo import api, fields, models
from odoo.tools import float_compare


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    consignment_lot_id = fields.Many2one(
        "stock.lot", "Reported Lot/Serial", copy=False, readonly=True
    )

    def _is_consigned(self):
        """Whether the line is issued from a place in other hands."""
        self.ensure_one()
        return bool(self.order_id.consignment_agreement_id) and self.is_storable

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        consigned = self.filtered(lambda line: line._is_consigned())
        res = super(SaleOrderLine, self - consigned)._action_launch_stock_rule(
            previous_product_uom_qty=previous_product_uom_qty
        )
        if consigned and not self.env.context.get("skip_procurement"):
            consigned._issue_from_consignment()
        return res

    def _issue_from_consignment(self):
        for order, lines in self.grouped("order_id").items():
            due = lines.filtered(lambda line: line.state == "sale" and line._get_issue_quantity())
            if due:
                order.consignment_agreement_id._issue_order_lines(due)

    def _get_issue_quantity(self):
        """Return what is ordered and not yet issued, in the line's unit."""
        issued = sum(
            move.product_uom._compute_quantity(move.quantity, self.product_uom_id)
            for move in self.move_ids
            if move.state == "done" and move.location_dest_id.usage == "customer"
        )
        return max(self.product_uom_qty - issued, 0.0)

    @api.depends("order_id.consignment_agreement_id")
    def _compute_qty_to_invoice(self):
        """Goods at a dealer are invoiced as they were sold, whatever the product says."""
        res = super()._compute_qty_to_invoice()
        for line in self.filtered(lambda line: line.state == "sale" and line._is_consigned()):
            line.qty_to_invoice = line.qty_delivered - line.qty_invoiced
        return res

    def _get_display_price(self):
        price = self._get_consignment_price()
        return super()._get_display_price() if price is False else price

    @api.depends("order_id.consignment_agreement_id")
    def _compute_discount(self):
        """An agreed price is net."""
        res = super()._compute_discount()
        for line in self.filtered(lambda line: line._is_consigned()):
            if line._get_consignment_price() is not False:
                line.discount = 0.0
        return res

    def _get_consignment_price(self):
        """Return the agreed price in the line's unit and the order's currency, or False."""
        agreement = self.order_id.consignment_agreement_id
        if not agreement or not self.product_id:
            return False
        moment = self.order_id.consignment_date or fields.Datetime.now()
        # A price is no secret of the agreement to whoever sells at it.
        price = agreement.sudo()._get_price(self.product_id, moment.date())
        if price is False:
            return False
        price = self.product_id.uom_id._compute_price(price, self.product_uom_id)
        return agreement.currency_id._convert(
            price, self.order_id.currency_id, self.company_id, moment.date(), round=False
        )

    def _get_settled_price(self):
        """Return the price of the line per product unit."""
        return self.product_uom_id._compute_price(self.price_unit, self.product_id.uom_id)

    def _set_agreed_price(self, price):
        """Set a price per product unit that later recomputations leave alone."""
        price = self.product_id.uom_id._compute_price(price, self.product_uom_id)
        if float_compare(price, self.price_unit, precision_digits=6):
            self.write({"price_unit": price, "technical_price_unit": -1 if not price else 0.0})
