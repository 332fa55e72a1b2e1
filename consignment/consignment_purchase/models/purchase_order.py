from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.consignment.tools.guards import without_defaults

from ..const import DRAW


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    consignment_agreement_id = fields.Many2one(
        "consignment.agreement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="The goods of this order were the vendor's until we used them.",
    )
    consignment_period = fields.Char(
        "Draw Month", readonly=True, copy=False, help="Draws of one month share an order."
    )

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("consignment_agreement_id") for vals in vals_list):
            self._check_draw_order()
        names = ("consignment_agreement_id", "consignment_period")
        return super(PurchaseOrder, without_defaults(self, names)).create(vals_list)

    def write(self, vals):
        if "consignment_agreement_id" in vals or "consignment_period" in vals:
            self._check_draw_order()
        return super().write(vals)

    def _check_draw_order(self):
        """Orders of draws come into being with the draws, never from a client."""
        if not self.env.su and self.env.context.get("consignment_draw") is not DRAW:
            raise UserError(
                self.env._("A draw of consigned goods is made and changed by the system alone.")
            )

    def button_cancel(self):
        drawn = self.filtered(
            lambda order: (
                order.consignment_agreement_id and any(order.order_line.mapped("move_ids"))
            )
        )
        if drawn:
            raise UserError(
                self.env._(
                    "%s holds goods that were used: give them back to the owner instead.",
                    drawn[0].display_name,
                )
            )
        return super().button_cancel()

    def action_view_consignment_agreement(self):
        """Open the agreement whose goods were drawn (an action dictionary)."""
        self.ensure_one()
        return self.consignment_agreement_id.get_formview_action()
