from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.consignment.const import KINDS_IN

from ..const import DRAW


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.state == "done")._check_no_late_draw()
        return lines

    def write(self, vals):
        if "quantity" in vals:
            self._check_not_settled()
        res = super().write(vals)
        if "location_id" in vals or "location_dest_id" in vals:
            self.filtered(lambda line: line.state == "done")._check_no_late_draw()
        return res

    def _check_not_settled(self):
        """The quantity of a draw that was billed is history."""
        done = self.filtered(
            lambda line: (
                line.state == "done"
                and (
                    line.location_id.consignment_kind in KINDS_IN
                    or line.location_dest_id.consignment_kind in KINDS_IN
                )
            )
        )
        # Settlements are the accountant's; whether one exists concerns every user.
        settled = done and self.env["consignment.settlement.line"].sudo()._get_live(done.move_id)
        if settled:
            raise UserError(
                self.env._(
                    "%(product)s was settled with %(settlement)s: make a return instead.",
                    product=settled[0].product_id.display_name,
                    settlement=settled[0].settlement_id.name,
                )
            )

    def _check_no_late_draw(self):
        """A line added to a finished transfer skips the draw, so it may not touch a place."""
        if self.env.context.get("consignment_draw") is DRAW:
            return
        late = self.sudo().filtered(lambda line: line._get_drawn_agreement())
        if late:
            raise UserError(
                self.env._(
                    "The goods in %s are somebody else's: move them with a new transfer.",
                    late[0].location_id.display_name,
                )
            )

    def _get_drawn_agreement(self):
        """Return the agreement whose goods this line uses up, empty when it does not."""
        self.ensure_one()
        agreement = self.location_id.consignment_agreement_id
        none = agreement.browse()
        if agreement.kind not in KINDS_IN or agreement.method == "commission":
            return none
        target = self.location_dest_id
        if target.consignment_kind in KINDS_IN:
            same = target.consignment_agreement_id.partner_id == agreement.partner_id
            return none if same else agreement
        if target.usage == "supplier":
            return none
        if target.usage == "inventory" and not target.consignment_use:
            return none if agreement.loss_policy == "theirs" else agreement
        return agreement

    def _check_not_into_place(self):
        """Nothing of ours gets into a place of others' goods by mistake."""
        for line in self:
            target = line.location_dest_id
            if target.consignment_kind not in KINDS_IN or line._may_enter_place():
                continue
            raise UserError(
                self.env._(
                    "%(place)s holds the goods of %(owner)s. "
                    "Use “Give back drawn goods” of the agreement to return what was drawn.",
                    place=target.display_name,
                    owner=target.consignment_partner_id.display_name,
                )
            )

    def _may_enter_place(self):
        source, target = self.location_id, self.location_dest_id
        if source.usage in ("supplier", "inventory"):
            return True
        if source.consignment_kind in KINDS_IN:
            return source.consignment_partner_id == target.consignment_partner_id
        agreement = target.consignment_agreement_id
        # Back from the customer: goods sold on commission were never ours.
        if source.usage == "customer" and agreement.method == "commission":
            return True
        return self.move_id.sudo()._get_draw_agreement() == agreement

    def _shift_reservation(self, sign, package_of):
        """Add to (or take off) the reservation of the quants these lines stand on."""
        quants = self.env["stock.quant"]._get_quants_by_products_locations(
            self.product_id,
            self.location_id,
            extra_domain=["|", ("lot_id", "in", self.lot_id.ids), ("lot_id", "=", False)],
        )
        for line in self.with_context(quants_cache=quants):
            line._synchronize_quant(
                sign * line.quantity_product_uom,
                line.location_id,
                action="reserved",
                package=package_of(line),
            )

    def _move_to_own(self, own, whole_packages):
        """Let these lines take the drawn goods from ``own``, with what they had reserved."""
        # The reservation is moved apart: core would take it off the old place again.
        silent = self.with_context(skip_uom_conversion=True)
        for package, lines in silent.grouped("package_id").items():
            lines.write({"location_id": own.id, "package_id": (package & whole_packages).id})
        self._shift_reservation(1, lambda line: line.package_id)
