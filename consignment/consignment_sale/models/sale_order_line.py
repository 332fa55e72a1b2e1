from odoo import api, fields, models
from odoo.tools import float_compare


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    consignment_lot_id = fields.Many2one(
        "stock.lot", "Reported Lot/Serial", copy=False, readonly=True
    )
    consignment_location_id = fields.Many2one(
        "stock.location", "Reported Shop", copy=False, readonly=True
    )
    consignment_correction_ids = fields.One2many(
        "account.move.line", "consignment_sale_line_id", "Price Corrections"
    )

    def _is_consigned(self):
        """Whether the line is issued from a place in other hands."""
        self.ensure_one()
        agreement = self.order_id.consignment_agreement_id
        return bool(agreement) and (self.is_storable or agreement._is_kit(self.product_id))

    def _is_settlement(self):
        """Whether this order line, if there is one, settles goods in other hands."""
        return bool(self.order_id.consignment_agreement_id)

    def _compute_qty_to_deliver(self):
        """What lies at a dealer is no matter of the warehouse's forecast."""
        res = super()._compute_qty_to_deliver()
        self.filtered(lambda line: line._is_consigned()).display_qty_widget = False
        return res

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
        issued = self.product_id.uom_id._compute_quantity(
            self._count_units(self._get_issue_moves()), self.product_uom_id
        )
        return max(self.product_uom_qty - issued, 0.0)

    def _count_units(self, moves):
        """Return how many product units moves of this line stand for: a kit by its parts."""
        counted = {}
        for move in moves:
            quantity = move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
            counted[move.product_id] = counted.get(move.product_id, 0.0) + quantity
        if self.product_id in counted or not counted:
            return counted.get(self.product_id, 0.0)
        agreement = self.order_id.consignment_agreement_id
        return min(
            counted.get(part.product, 0.0) / part.quantity
            for part in agreement._get_kit_parts(self.product_id)
        )

    def _prepare_issue_values(self):
        return {
            "product_id": self.product_id.id,
            "quantity": self._get_issue_quantity(),
            "uom_id": self.product_uom_id.id,
            "lot_id": self.consignment_lot_id.id,
            "location_id": self.consignment_location_id.id,
        }

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
        day = agreement._to_day(moment)
        price = agreement.sudo()._get_price(self.product_id, day)
        if price is False:
            return False
        price = self.product_id.uom_id._compute_price(price, self.product_uom_id)
        return agreement.currency_id._convert(
            price, self.order_id.currency_id, self.company_id, day, round=False
        )

    # === INVOICE === #

    def _get_charged(self, commands):
        """Return what commands of invoice lines charge net for goods of these order lines."""
        lines = self.filtered(lambda line: line._is_consigned())
        return sum(
            values["quantity"] * lines.browse(line_id).price_reduce_taxexcl
            for _create, _id, values in commands
            for _link, line_id, _none in values.get("sale_line_ids", [])
            if line_id in lines.ids
        )

    # === WHAT WAS SETTLED === #

    def _get_settled_price(self):
        """Return the price of the line per product unit."""
        return self.product_uom_id._compute_price(self.price_unit, self.product_id.uom_id)

    def _get_net_price(self):
        """Return the price per product unit without tax, after discount."""
        return self.product_uom_id._compute_price(self.price_reduce_taxexcl, self.product_id.uom_id)

    def _get_settled_quantity(self):
        """Return what was sold and did not come back, in the product's unit."""
        return self.product_uom_id._compute_quantity(self.qty_delivered, self.product_id.uom_id)

    def _get_corrected_amount(self):
        """Return what notes that are not cancelled added to the price, for all pieces."""
        notes = self.sudo().consignment_correction_ids  # drafts of accounting, too
        return sum(
            line.quantity * line.price_unit * (1 if line.move_id.move_type == "out_invoice" else -1)
            for line in notes
            if line.parent_state != "cancel"
        )

    def _get_corrected_price(self):
        """Return the price per product unit with the corrections made so far."""
        sold = self._get_settled_quantity()
        return self._get_settled_price() + (self._get_corrected_amount() / sold if sold else 0.0)

    def _get_sold_lots(self):
        """Return the lots that went to the customer."""
        return self._get_issue_moves().move_line_ids.lot_id

    def _get_returnable(self, lot):
        """Return what of a lot can still come back, in the product's unit."""
        done = self.move_ids.filtered(lambda move: move.state == "done").move_line_ids
        return sum(
            line.quantity_product_uom * line.move_id._get_sale_sign()
            for line in done
            if line.lot_id == lot
        )

    def _get_issue_moves(self):
        return self.move_ids.filtered(
            lambda move: move.state == "done" and move.location_dest_id.usage == "customer"
        )

    def _set_agreed_price(self, price):
        """Set a price per product unit that later recomputations leave alone."""
        price = self.product_id.uom_id._compute_price(price, self.product_uom_id)
        if float_compare(price, self.price_unit, precision_digits=6):
            self.write({"price_unit": price, "technical_price_unit": -1 if not price else 0.0})
