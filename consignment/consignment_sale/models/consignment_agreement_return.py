from dataclasses import replace

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare

DESTINATIONS = ("stock", "dealer", "scrap")


class ConsignmentAgreement(models.Model):
    """What a settlement sold comes back: to us, to the dealer's place, or to the bin."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    # === PUBLIC METHODS === #

    def return_sales(self, order_id, lines, destination, date=None):
        """Take back what a settlement sold; the order is credited accordingly.

        :param order_id: the settling sales order
        :param lines: list of dicts ``product_id``, ``quantity``, optionally ``uom_id``, ``lot_id``
        :param destination: ``stock`` (back to us), ``dealer`` (stays there on consignment),
            or ``scrap`` (neither back nor resold)
        :param date: ISO date of the return, not before the sale; today when left out
        :return: id of the transfer from the customer; invoice the order to credit it
        :raises UserError: when more is returned than that order sold
        """
        self.ensure_one()
        self._start_operation(("active", "closing"))
        if destination not in DESTINATIONS:
            raise UserError(self.env._("Goods cannot be returned to “%s”.", destination))
        order = self.env["sale.order"].browse(order_id).exists()
        if order.consignment_agreement_id != self:
            raise UserError(self.env._("This order does not settle %s.", self.display_name))
        order.check_access("write")
        moment = self._check_moment(date)
        self._check_return_moment(order, moment)
        parsed = self._bind_returns(order, self._parse_lines(lines))
        return self._return_lines(order, parsed, destination, moment).id

    # === CHECKS === #

    def _check_return_moment(self, order, moment):
        if order.consignment_date and moment < order.consignment_date:
            raise UserError(self.env._("%s was sold later than this.", order.name))

    def _bind_returns(self, order, lines):
        """Bind each line to the order line it was sold on, with what is left to return."""
        bound = {}
        for line in lines:
            sale_line = self._find_sold_line(order, line, bound)
            if not sale_line:
                self._refuse(
                    line.number,
                    self.env._("%s was not sold that often", line.product.display_name),
                )
            for key in (sale_line, None), (sale_line, line.lot):
                bound[key] = bound.get(key, 0.0) + line.quantity
            line.extra["sale_line"] = sale_line
        parts = self._expand_kits(lines)
        for part in parts:
            self._bind_move(part)
        return parts

    def _find_sold_line(self, order, line, bound):
        for sale_line in order.order_line.filtered(lambda sold: sold.product_id == line.product):
            left = sale_line._get_settled_quantity() - bound.get((sale_line, None), 0.0)
            if line.lot:
                of_lot = sale_line._get_returnable(line.lot)
                left = min(left, of_lot - bound.get((sale_line, line.lot), 0.0))
            if float_compare(left, line.quantity, precision_digits=6) >= 0:
                return sale_line
        return order.order_line.browse()

    def _bind_move(self, line):
        """Name the move that comes back; its only lot needs no mention."""
        moves = line.extra["sale_line"]._get_issue_moves()
        moves = moves.filtered(lambda move: move.product_id == line.product)
        if line.lot:
            moves = moves.filtered(lambda move: line.lot in move.move_line_ids.lot_id)
        line.extra["origin_move"] = moves[:1]
        sold = moves.move_line_ids.lot_id
        if not line.lot and len(sold) == 1:
            line.lot = sold

    # === RETURNING === #

    def _return_lines(self, order, lines, destination, moment):
        customers = order.partner_shipping_id.with_company(self.company_id).property_stock_customer
        back = self.warehouse_id.lot_stock_id if destination == "stock" else self.location_id
        # As for the issue: the goods follow the order.
        picking = self.sudo()._transfer(lines, "issue_return", customers, back, moment)
        if destination == "scrap":
            self._scrap_returned(lines, moment)
        return picking

    def _scrap_returned(self, lines, moment):
        """Take the value back with the return, and lose it at the dealer's."""
        # The place is the company's; it is only written to by the return itself.
        place = (
            self.env["stock.location"]
            .sudo()
            .search(
                [
                    ("usage", "=", "inventory"),
                    ("company_id", "=", self.company_id.id),
                    ("consignment_use", "=", False),
                ],
                order="id",
                limit=1,
            )
        )
        plain = [replace(line, extra={}) for line in lines]
        # sudo: the seller decides the difference, the goods are the warehouse's
        self.sudo()._transfer(plain, "issue", self.location_id, place, moment)
