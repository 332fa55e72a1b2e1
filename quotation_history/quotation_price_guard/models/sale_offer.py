from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.quotation_history.models.sale_offer import UNSENT_STATES


class SaleOffer(models.Model):
    _inherit = "sale.offer"

    def _check_can_send(self):
        # the floor may be gone since: what waits for nothing is not held up
        self.filtered(lambda offer: offer.state == "to_approve")._update_approval_state()
        result = super()._check_can_send()
        for offer, judgements in self._check_price_floors().items():
            if offer.state != "sent":
                offer.line_ids._freeze_floors(judgements)
        return result

    def _check_can_accept(self):
        result = super()._check_can_accept()
        self._check_price_floors()
        return result

    def _check_price_floors(self):
        """Hold what is frozen in the offers to the floors; the live order may differ.

        :return: dict of offer to the judgements of its lines
        """
        guard = self.env["sale.price.guard"]
        judgements = {offer: offer._judge_prices() for offer in self}
        for offer, found in judgements.items():
            offer.order_id._settle_judgements(guard._group_by_outcome(found))
        return judgements

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

    # === APPROVAL === #

    def _update_approval_state(self):
        """Say of offers that were not sent whether their prices wait for a decision or have it."""
        for offer in self.filtered(lambda offer: offer.state in UNSENT_STATES):
            state = offer._get_approval_state()
            if state != offer.state:
                offer._engine_write({"state": state})
                offer._record(state)

    def _get_approval_state(self):
        decisions = {
            judgement.decision or (judgement.within_authority and "own")
            for judgement in self._judge_prices().values()
            if judgement.is_below and judgement.floor.action != "warn"
        }
        if "pending" in decisions:
            return "to_approve"
        decided = decisions <= {"approved", "own"}
        return "approved" if decided and "approved" in decisions else "draft"

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
