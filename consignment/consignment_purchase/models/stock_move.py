from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.consignment.const import KINDS_IN
from odoo.addons.consignment.tools.guards import without_defaults

from ..const import DRAW

DRAW_FIELDS = ("purchase_line_id", "consignment_draw_for_id")


class StockMove(models.Model):
    _inherit = "stock.move"

    consignment_draw_for_id = fields.Many2one(
        "stock.move",
        "Drawn For",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The move that used these goods of a consignor or lender.",
    )

    # === GUARDS === #

    @api.model_create_multi
    def create(self, vals_list):
        moves = super(StockMove, without_defaults(self, DRAW_FIELDS)).create(vals_list)
        if any(vals.get(name) for vals in vals_list for name in DRAW_FIELDS):
            moves._check_draw_fields()
        return moves

    def write(self, vals):
        guarded = not vals.keys().isdisjoint(DRAW_FIELDS)
        if guarded:
            self._check_draw_fields()
        res = super().write(vals)
        if guarded:
            self._check_draw_fields()
        return res

    def _check_draw_fields(self):
        """What is owed to a consignor follows from these links: no client may set them.

        A return of a draw made with the ordinary return wizard keeps the link of its origin.
        """
        if self.env.context.get("consignment_draw") is DRAW:
            return
        for move in self.sudo():  # whoever moves stock need not be able to read purchases
            origin = move.origin_returned_move_id
            linked = move.purchase_line_id.order_id.consignment_agreement_id
            kept = origin and move.purchase_line_id == origin.purchase_line_id
            if move.consignment_draw_for_id or (linked and not kept):
                raise UserError(
                    self.env._("A draw of consigned goods is made and changed by the system alone.")
                )

    # === THE DRAW === #

    def _action_done(self, cancel_backorder=False):
        """Goods of others become ours a moment before they are used.

        It must happen before ``super``: the value of what leaves is taken there, and what
        is drawn has to be in by then.
        """
        if self.env.context.get("consignment_draw") is DRAW:
            return super()._action_done(cancel_backorder=cancel_backorder)
        self._draw_consigned_goods()
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        moves._give_back_returned_goods()
        return moves

    def _draw_consigned_goods(self):
        lines = self.filtered("picked").move_line_ids.filtered(
            lambda line: line.picked and line.state not in ("done", "cancel")
        )
        places = lines.location_id | lines.location_dest_id
        if not places.filtered(lambda place: place.consignment_kind in KINDS_IN):
            return
        # A warehouse worker has no right on purchases: the draw is made for the company.
        lines = lines.sudo()
        lines._check_not_into_place()
        lines.move_id._check_commission_goods()
        drawn = lines.filtered(lambda line: line._get_drawn_agreement())
        groups = drawn.grouped(lambda line: line._get_drawn_agreement())
        now = fields.Datetime.now()
        terms = {
            agreement: agreement._get_draw_terms(group.product_id, now)
            for agreement, group in groups.items()
        }
        for agreement in sorted(groups, key=lambda record: record.id):
            agreement._draw(groups[agreement], terms[agreement], now)

    def _happen_before_use(self):
        """Let draws come before the move that used the goods, though in the same second.

        The host reckons an average by date and then by number, and a draw has the higher one:
        what left would have gone without it. The lines, which tell what lies in the place, keep
        the second.
        """
        self.flush_recordset(["date"])
        self.env.cr.execute(
            SQL(
                "UPDATE stock_move SET date = date - interval '1 microsecond' WHERE id IN %s",
                tuple(self.ids),
            )
        )
        self.invalidate_recordset(["date"])

    def _give_back_returned_goods(self):
        """Goods a customer sends back go on to their former owner, where it is so agreed."""
        returns = self.filtered(
            lambda move: move.origin_returned_move_id and move.location_id.usage == "customer"
        )
        if not returns:
            return
        # As for the draw: made for the company, by whoever takes the goods in.
        draws = self.env["stock.move"].sudo()
        draws = draws.search(
            [
                ("consignment_draw_for_id", "in", returns.origin_returned_move_id.ids),
                ("state", "=", "done"),
            ]
        )
        # sudo: warehouse people have no right on the draws' purchase lines
        for move in returns.sudo():
            origin_draws = draws.filtered(
                lambda draw, move=move: draw.consignment_draw_for_id == move.origin_returned_move_id
            )
            for agreement in origin_draws._get_draw_agreement():
                if agreement.return_policy == "give_back":
                    agreement._give_back_return(move, origin_draws)

    def _get_draw_agreement(self):
        return self.purchase_line_id.order_id.consignment_agreement_id

    # === COMMISSION === #

    def _get_commission_agreement(self):
        """Return the agreement whose goods these moves sell for their owner."""
        places = self.move_line_ids.location_id.filtered(
            lambda place: place.consignment_kind in KINDS_IN
        )
        agreements = places.consignment_agreement_id
        return agreements.filtered(lambda agreement: agreement.method == "commission")[:1]

    def _check_commission_goods(self):
        """Goods held on commission are sold to a customer, all of a line, and nothing else."""
        for move in self:
            agreement = move._get_commission_agreement()
            if agreement:
                move._check_commission_target(agreement)
                if move.location_dest_id.usage == "customer":
                    move._check_commission_alone(agreement)

    def _check_commission_target(self, agreement):
        target = self.location_dest_id
        if (
            target.usage in ("customer", "supplier", "inventory")
            or target.consignment_partner_id == agreement.partner_id
        ):
            return
        raise UserError(
            self.env._(
                "%(owner)s's goods are held on commission: they can be sold in one step or "
                "given back, not moved to %(place)s.",
                owner=agreement.partner_id.display_name,
                place=target.display_name,
            )
        )

    def _check_commission_alone(self, agreement):
        others = self.move_line_ids.filtered(
            lambda line: line.picked and line.location_id.consignment_agreement_id != agreement
        )
        if others:
            raise UserError(
                self.env._(
                    "%(product)s: own goods and goods held on commission for %(owner)s cannot be "
                    "delivered with one line. Use a line for each.",
                    product=others[0].product_id.display_name,
                    owner=agreement.partner_id.display_name,
                )
            )

    def _check_commission_sale(self, agreement):
        """All of an invoiced line was delivered, from this owner's goods alone."""
        self._check_commission_alone(agreement)
        if any(move.state != "done" for move in self):
            raise UserError(
                self.env._(
                    "Deliver the goods of %s before they are invoiced.",
                    agreement.partner_id.display_name,
                )
            )

    # === PURCHASE === #

    def _is_purchase_return(self):
        """Goods drawn and put back into their owner's place are no longer bought."""
        return super()._is_purchase_return() or self._is_draw_return()

    def _is_draw_return(self):
        self.ensure_one()
        # sudo: warehouse people have no right on purchase lines
        return bool(
            self.location_dest_id.consignment_kind in KINDS_IN
            and self.purchase_line_id.sudo().order_id.consignment_agreement_id
        )
