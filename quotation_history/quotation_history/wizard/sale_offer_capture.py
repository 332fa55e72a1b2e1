from odoo import api, fields, models

from ..offer_digest import next_option


class SaleOfferCapture(models.TransientModel):
    """Name the next alternative before it is frozen."""

    _name = "sale.offer.capture"
    _description = "Capture an Alternative"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    place = fields.Selection(
        [("same", "Another alternative of this round"), ("next", "First offer of a new round")],
        string="It Is",
        default="same",
        required=True,
    )
    has_offers = fields.Boolean(compute="_compute_name")
    name = fields.Char(compute="_compute_name", string="Offer")
    label = fields.Char(help="What the customer reads above the card, as 'cash price'.")
    same_offer_id = fields.Many2one("sale.offer", compute="_compute_same_offer")

    @api.depends("order_id", "place")
    def _compute_name(self):
        for wizard in self:
            order = wizard.order_id
            wizard.has_offers = bool(order.current_round)
            if wizard.place == "next" and order.current_round:
                wizard.name = f"R{order.current_round + 1}-A"
            else:
                number = order.current_round or 1
                used = order._get_round_offers(number).mapped("option")
                wizard.name = f"R{number}-{next_option(set(used))}"

    @api.depends("order_id")
    def _compute_same_offer(self):
        for wizard in self:
            wizard.same_offer_id = wizard.order_id._get_offer_with_content()

    def action_capture(self):
        """Freeze the quotation as the offer named here.

        :return: True
        :rtype: bool
        """
        self.ensure_one()
        self.order_id.check_access("write")
        self.order_id._capture_offer(label=self.label, new_round=self.place == "next")
        return True
