from odoo import api, fields, models


class SalePriceReason(models.TransientModel):
    """Ask why, before a price is asked for or special conditions are withdrawn."""

    _name = "sale.price.reason"
    _description = "Reason for a Step about Prices"

    order_id = fields.Many2one("sale.order", readonly=True)
    offer_id = fields.Many2one("sale.offer", readonly=True)
    agreed_price_ids = fields.Many2many("sale.agreed.price", readonly=True)
    prices = fields.Html(compute="_compute_prices")
    reason = fields.Text()

    @api.depends("order_id", "offer_id")
    def _compute_prices(self):
        """Name the products that need an approval, never their floor."""
        guard = self.env["sale.price.guard"]
        for wizard in self:
            groups = guard._group_by_outcome((wizard.offer_id or wizard.order_id)._judge_prices())
            wizard.prices = wizard.order_id._get_price_guard_message(
                {"approval": groups.get("approval")}
            )

    def action_request(self):
        """Ask for approval of the prices below their floor, with the reason.

        :return: action that opens the request
        """
        self.ensure_one()
        document = self.offer_id or self.order_id
        return document.action_request_price_approval(self.reason or "")

    def action_withdraw(self):
        """Withdraw the agreed prices, with the reason.

        :return: True
        """
        self.ensure_one()
        return self.agreed_price_ids.action_withdraw(self.reason or "")
