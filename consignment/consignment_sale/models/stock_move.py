from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        # Whoever moves goods need not be able to read agreements or write bills.
        settled = moves.sudo().filtered(lambda move: move.sale_line_id._is_settlement())
        if settled:
            settled._follow_consignment_money()
        return moves

    def _follow_consignment_money(self):
        """Goods issued or returned, by whatever way, carry commission and corrections along."""
        for order, moves in self.grouped(lambda m: m.sale_line_id.order_id).items():
            agreement = order.consignment_agreement_id
            quantities = moves._get_settled_quantities()
            if agreement.method == "commission" and not agreement._deducts_commission():
                sold = sum(
                    quantity * line._get_net_price() for line, quantity in quantities.items()
                )
                agreement._create_commission_bill(order, sold)
            returned = {line: -quantity for line, quantity in quantities.items() if quantity < 0}
            if returned:
                agreement._correct_returned(returned)

    def _get_settled_quantities(self):
        """Return product units that went to the customer (negative: came back) by order line."""
        quantities = {}
        for (line, sign), moves in self.grouped(
            lambda move: (move.sale_line_id, move._get_sale_sign())
        ).items():
            if sign:
                quantities[line] = quantities.get(line, 0.0) + sign * line._count_units(moves)
        return quantities

    def _get_sale_sign(self):
        """Return 1 towards the customer, -1 back from there, else 0."""
        return (self.location_dest_id.usage == "customer") - (self.location_id.usage == "customer")

    def _set_consignment_cost_at(self, moment):
        """Goods sold in the past leave at the average cost of that day.

        Core takes today's average. A first in, first out cost follows the layers and a
        standard cost the card, whenever the goods were sold.
        """
        if moment >= fields.Datetime.now().replace(second=0, microsecond=0):
            return
        for move in self:
            product = move.product_id.with_company(move.company_id)
            is_issue = move.sale_line_id and move.location_dest_id.usage == "customer"
            if is_issue and move.is_out and product.cost_method == "average":
                # The seller settles; costs are not the seller's to read.
                move.sudo()._set_average_cost_at(moment)

    def _set_average_cost_at(self, moment):
        product = self.product_id.with_company(self.company_id)
        lots = self.move_line_ids.lot_id if product.lot_valuated else self.env["stock.lot"]
        costs = {lot: product._run_avco(at_date=moment, lot=lot)[0] for lot in lots}
        if not lots:
            costs[lots] = product._run_avco(at_date=moment)[0]
        self.value = sum(
            line.quantity_product_uom * costs[line.lot_id if lots else lots]
            for line in self.move_line_ids
        )
        product._update_standard_price()
        lots._update_standard_price()

    def _get_cogs_price_unit(self, quantity=0):
        """What a dealer sold costs what it cost when it was sold, not when it is invoiced.

        The parts of a kit are several products, of which the host expects one.
        """
        products = self.product_id
        is_kept = len(products) > 1 or products.cost_method == "average"
        if is_kept and all(move.sale_line_id._is_settlement() for move in self):
            total = sum(move._get_valued_qty() for move in self)
            return sum(self.mapped("value")) / total if total else 0.0
        return super()._get_cogs_price_unit(quantity)
