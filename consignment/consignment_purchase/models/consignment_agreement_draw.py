from odoo import models
from odoo.tools import SQL, float_compare

from ..const import DRAW


class ConsignmentAgreement(models.Model):
    """Goods of others become ours when they are used."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    # === PUBLIC METHODS === #

    def draw(self, lines, date=None):
        """Take goods of the owner over into own stock, as a purchase at the agreed price.

        Goods that leave the warehouse are drawn without this, at the moment they leave.

        :param lines: list of dicts ``product_id``, ``quantity``, optionally ``uom_id``,
            ``lot_id``, ``location_id``
        :param date: ISO date or datetime; now when left out
        :return: id of the transfer, done
        :raises UserError: when more is drawn than is there
        :raises RedirectWarning: when the agreed price or the tax is missing
        """
        self.ensure_one()
        self._start_operation(("active", "closing"))
        self._check_draws_possible()
        parsed = self._parse_goods(lines)
        moment = self._check_moment(date)
        self._check_cover(parsed, moment)
        # Drawing makes a purchase line; who keeps the stock has no right on purchases.
        agreement = self.sudo()
        for line in parsed:
            terms = agreement._get_draw_terms(line.product, moment)[line.product]
            line.extra["purchase_line"] = agreement._get_draw_line(line.product, terms, moment)
        own = self._get_own_location(self.location_id)
        return agreement._transfer_draws(parsed, self.location_id, own, moment).id

    # === DRAW FOR A MOVE === #

    def _draw(self, lines, terms, moment):
        """Make the goods of these move lines ours and let the lines take them from there."""
        self._lock_for_draw(moment)
        whole = self._get_whole_packages(lines)
        lines._shift_reservation(-1, lambda line: line.package_id)
        purchase_lines = self._get_draw_lines(terms, moment)
        for picking, group in lines.grouped("picking_id").items():
            self._draw_for_picking(picking, group, purchase_lines, whole)
        for own, group in lines.grouped(self._get_line_own_location).items():
            group._move_to_own(own, whole)
            moves = group.move_id.filtered("location_id.consignment_agreement_id")
            moves.write({"location_id": own.id})
        self._forget_goods()

    def _lock_for_draw(self, moment):
        """Several deliveries may draw at once; closing and settling wait for them.

        The first one of a month makes the purchase order, and so must be alone.
        """
        if self._find_draw_order(moment):
            self.env.execute_query(
                SQL(
                    "SELECT id FROM consignment_agreement WHERE id IN %s FOR SHARE", tuple(self.ids)
                )
            )
        else:
            self._lock()

    def _draw_for_picking(self, picking, lines, purchase_lines, whole):
        draws = self.with_context(consignment_draw=DRAW)
        transfer = draws.env["stock.picking"].create(self._prepare_draw_picking(picking, lines))
        parts = [
            (move, own, part)
            for move, group in lines.grouped("move_id").items()
            for own, part in group.grouped(self._get_line_own_location).items()
        ]
        moves = draws.env["stock.move"].create(
            [
                self._prepare_draw_move(transfer, move, part, own, purchase_lines[move.product_id])
                for move, own, part in parts
            ]
        )
        moves._action_confirm(merge=False)
        draws.env["stock.move.line"].create(
            [
                self._prepare_draw_move_line(draw, line, own, whole)
                for draw, (_move, own, part) in zip(moves, parts, strict=True)
                for line in part
            ]
        )
        moves.picked = True
        transfer._action_done()
        moves._happen_before_use()

    def _get_line_own_location(self, line):
        return self._get_own_location(line.location_id)

    def _get_own_location(self, location):
        """Return the nearest place above that is ours."""
        while location.consignment_agreement_id:
            location = location.location_id
        return location if location.usage == "internal" else self.warehouse_id.lot_stock_id

    def _get_whole_packages(self, lines):
        """Return the packages that are drawn with all they contain and stay packed."""
        whole = lines.package_id.browse()
        for package, packed in lines.filtered("package_id").grouped("package_id").items():
            content = sum(package.contained_quant_ids.mapped("quantity"))
            taken = sum(packed.mapped("quantity_product_uom"))
            if not float_compare(content, taken, precision_digits=6):
                whole |= package
        return whole

    def _prepare_draw_picking(self, picking, lines):
        return {
            "picking_type_id": self.warehouse_id._get_consignment_type("draw").id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "location_id": self.location_id.id,
            "location_dest_id": self._get_own_location(self.location_id).id,
            "origin": picking.name or lines.move_id[:1].reference,
            "consignment_agreement_id": self.id,
        }

    def _prepare_draw_move(self, transfer, move, lines, own, purchase_line):
        return {
            "picking_id": transfer.id,
            "product_id": move.product_id.id,
            "product_uom": move.product_id.uom_id.id,
            "product_uom_qty": sum(lines.mapped("quantity_product_uom")),
            "location_id": self.location_id.id,
            "location_dest_id": own.id,
            "company_id": self.company_id.id,
            "purchase_line_id": purchase_line.id,
            "consignment_draw_for_id": move.id,
            "origin": transfer.origin,
        }

    def _prepare_draw_move_line(self, draw, line, own, whole):
        package = line.package_id
        return {
            "move_id": draw.id,
            "picking_id": draw.picking_id.id,
            "product_id": line.product_id.id,
            "product_uom_id": line.product_id.uom_id.id,
            "quantity": line.quantity_product_uom,
            "location_id": line.location_id.id,
            "location_dest_id": own.id,
            "lot_id": line.lot_id.id,
            "package_id": package.id,
            "result_package_id": (package & whole).id,
            "owner_id": line.owner_id.id,
        }
