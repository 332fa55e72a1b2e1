from odoo import fields, models
from odoo.exceptions import UserError


class SaleOffer(models.Model):
    _inherit = "sale.offer"

    def _check_can_send(self):
        result = super()._check_can_send()
        self._check_price_floors()
        return result

    def _check_can_accept(self):
        result = super()._check_can_accept()
        self._check_price_floors()
        return result

    def _check_price_floors(self):
        """Hold what is frozen in the offers to the floors; the live order may differ."""
        guard = self.env["sale.price.guard"]
        for offer in self:
            offer.order_id._settle_judgements(guard._group_by_outcome(offer._judge_prices()))

    def _judge_prices(self):
        """Return the judgements of the offer's lines, by line id; empty without floors."""
        self.ensure_one()
        if not self.env["sale.price.floor"]._get_floor_ids(self.company_id.id):
            return {}
        order = self.order_id
        lines, discount = order._get_priced_offer_lines(self)
        return self.env["sale.price.guard"]._judge(
            lines,
            self.company_id,
            self.partner_id,
            self.pricelist_id,
            fields.Date.context_today(self),
            user=order._get_authority_user(),
            discount=discount,
        )

    def action_request_price_approval(self, reason=""):
        """Ask for approval of the prices of this offer that are below their floor.

        :param str reason: why the customer should get these prices
        :return: action that opens the request
        :raise UserError: nothing to approve, or refused before at these prices
        """
        self.ensure_one()
        self.order_id.check_access("write")
        return self.order_id._request_price_approval(self._judge_prices(), reason)

    def action_ask_price_approval(self):
        """Open the question why the customer should get these prices, then request them.

        :return: action
        """
        self.ensure_one()
        return self.order_id._get_approval_question(self)

    def action_remember_prices(self):
        """Remember the net prices of accepted offers as agreed prices, to be approved.

        :return: action that lists the agreed prices
        :raise UserError: an offer the customer did not accept
        """
        if any(offer.state != "accepted" for offer in self):
            raise UserError(self.env._("Only prices of an accepted offer are remembered."))
        agreements = self.env["sale.agreed.price"]
        for line in self.line_ids:
            order_line = line.sale_line_id
            if line.product_id and not line.display_type and line.price_net > 0 and order_line:
                agreements |= order_line._remember_price(line.offer_id)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "quotation_price_guard.action_sale_agreed_price"
        )
        return action | {"domain": [("id", "in", agreements.ids)], "context": {}}
