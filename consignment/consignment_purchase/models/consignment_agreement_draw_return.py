from dataclasses import replace

from odoo import fields, models

from odoo.addons.consignment.tools.lines import Line

from ..const import DRAW


class ConsignmentAgreement(models.Model):
    """Drawn goods are given back, or turn out to have been drawn on another day."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    # === PUBLIC METHODS === #

    def return_draw(self, lines, date=None):
        """Put drawn goods that are in own stock again back into their owner's place.

        The received quantity of the purchase falls; what was already billed is credited
        with the next settlement. ``pick_up`` hands them over afterwards.

        :param lines: as in ``draw``; tracked goods with the lot that was drawn
        :param date: as in ``draw``
        :return: id of the transfer, done
        :raises UserError: when more comes back than was drawn
        """
        self.ensure_one()
        self._start_operation(("active", "closing"))
        parsed = self._parse_goods(lines)
        moment = self._check_moment(date)
        # As for the draw: the purchase behind it is not the stock keeper's.
        agreement = self.sudo()
        returned = agreement._split_by_draw(parsed, moment, same_lot=True)
        source = self.warehouse_id.lot_stock_id
        return agreement._transfer_draws(returned, source, self.location_id, moment).id

    # === RETURN OF DRAWS === #

    def _transfer_draws(self, lines, source, target, moment):
        agreement = self.with_context(consignment_draw=DRAW)
        picking = agreement._transfer(lines, "draw", source, target, moment)
        self._forget_goods()
        return picking.with_env(self.env)

    def _split_by_draw(self, lines, moment, same_lot):
        """Return the lines cut up by the draw they reverse: not billed ones first, newest first."""
        used = {}
        return [
            part
            for line in lines
            for part in self._split_line_by_draw(line, moment, same_lot, used)
        ]

    def _split_line_by_draw(self, line, moment, same_lot, used):
        if same_lot and line.product.tracking != "none" and not line.lot:
            self._refuse(
                line.number, self.env._("%s needs a lot or serial", line.product.display_name)
            )
        missing = line.quantity
        for draw in self._get_returnable_draws(line.product, moment):
            free = draw._get_returnable(line.lot if same_lot else False)
            taken = min(free - used.get((draw, line.lot), 0.0), missing)
            if line.product.uom_id.compare(taken, 0.0) <= 0:
                continue
            used[draw, line.lot] = used.get((draw, line.lot), 0.0) + taken
            missing -= taken
            yield replace(line, quantity=taken, extra={**line.extra, "draw": draw.move_id})
        if line.product.uom_id.compare(missing, 0.0) > 0:
            self._refuse(
                line.number,
                self.env._(
                    "%(missing)g × %(product)s were never drawn, or were given back",
                    missing=missing,
                    product=line.product.display_name,
                ),
            )

    def _get_returnable_draws(self, product, moment):
        draws = self.env["consignment.draw"].search(
            [
                ("agreement_id", "=", self.id),
                ("product_id", "=", product.id),
                ("returnable", ">", 0),
                ("date", "<=", moment),
            ]
        )
        return draws.sorted(
            lambda draw: (draw.open_quantity <= 0, -draw.date.timestamp(), -draw.id)
        )

    def _give_back_return(self, move, draws):
        """Give back what a customer returned of the goods drawn for that delivery."""
        quantity = move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
        mine = draws.filtered(lambda draw: draw._get_draw_agreement() == self)
        rows = self.env["consignment.draw"].browse(mine.ids)
        lines = []
        for line in move.move_line_ids:
            wanted = min(line.quantity_product_uom, quantity)
            for row in rows:
                taken = min(wanted, row._get_returnable(line.lot_id))
                if move.product_id.uom_id.compare(taken, 0.0) > 0:
                    wanted -= taken
                    lines.append(self._prepare_give_back_line(line, taken, row.move_id))
        if lines:
            target = move.location_dest_id
            self._transfer_draws(lines, target, self.location_id, fields.Datetime.now())

    def _prepare_give_back_line(self, line, quantity, draw):
        return Line(
            number=1,
            product=line.product_id,
            quantity=quantity,
            lot=line.lot_id,
            extra={"draw": draw},
            shop=self.location_id.browse(),
        )

    # === DATES === #

    def _redate_draws(self, moves, date):
        """Let draws happen at another date, at the price of that date while not billed."""
        moment = fields.Datetime.to_datetime(date)
        moves.picking_id.with_context(consignment_draw=DRAW).write({"date_done": moment})
        moves._happen_before_use()
        rows = self.env["consignment.draw"].browse(moves.ids)
        for move in rows.filtered(lambda row: not row.settled).move_id:
            terms = self._get_draw_terms(move.product_id, moment)[move.product_id]
            if not move.purchase_line_id._takes_draw(terms, moment):
                line = self._get_draw_line(move.product_id, terms, moment)
                self._move_draw(move, line)

    def _move_draw(self, move, line):
        """Move a draw and its returns to another purchase line, and value it anew."""
        returns = move.returned_move_ids.filtered("purchase_line_id")
        (move | returns).with_context(consignment_draw=DRAW).write({"purchase_line_id": line.id})
        move._set_value()
