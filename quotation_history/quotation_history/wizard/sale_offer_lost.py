from odoo import fields, models


class SaleOfferLost(models.TransientModel):
    """Ask why offers were not taken: for single offers, or while cancelling a quotation."""

    _name = "sale.offer.lost"
    _description = "Why the Offer Was Lost"

    order_ids = fields.Many2many("sale.order", readonly=True)
    offer_ids = fields.Many2many("sale.offer", readonly=True)
    lost_reason_id = fields.Many2one("sale.offer.lost.reason", required=True)
    note = fields.Text(string="What the Customer Said")

    def action_lost(self):
        """Decline the offers, or cancel the quotations with all their offers.

        :return: True
        :rtype: bool
        """
        self.ensure_one()
        self._decline_offers()
        for order in self.order_ids:
            self._cancel_order(order)
        return True

    def _decline_offers(self):
        if not self.offer_ids:
            return
        offers = self.offer_ids._to_engine()
        live = offers.filtered(lambda offer: offer.state in ("sent", "countered"))
        live._decline(self.note, self.lost_reason_id)
        # what the customer closed himself only gets its reason
        (offers - live)._set_lost_reason(self.lost_reason_id, self.note)

    def _cancel_order(self, order):
        order.check_access("write")
        if order.locked:
            # core says why a locked order cannot be cancelled
            order.action_cancel()
        # sudo: offers are read-only for everybody; the right to cancel the order was checked
        order.sudo()._decline_offers(self.note, self.lost_reason_id)
        order.action_cancel()
