from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import trust
from .sale_price_guard import STOPPING, PricedLine


class SaleOrder(models.Model):
    """Hold the prices of a quotation to their floors, and ask for approval."""

    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    # === FLOORS === #

    def _judge_prices(self, lines=None):
        """Return the judgements of the order's lines, by line id; empty without floors."""
        self.ensure_one()
        company = self.company_id or self.env.company
        if not self.env["sale.price.floor"]._get_floor_ids(company.id):
            return {}
        order_lines = self.order_line
        discount = sum(line.price_subtotal for line in order_lines if line._is_document_discount())
        judgements = self.env["sale.price.guard"]._judge(
            [line._get_priced_line() for line in order_lines if line._is_price_guarded()],
            company,
            self.partner_id,
            self.pricelist_id,
            fields.Date.context_today(self),
            user=self._get_authority_user(),
            discount=discount,
        )
        if lines is None:
            return judgements
        return {key: value for key, value in judgements.items() if key in lines.ids}

    def _get_authority_user(self):
        """Return whose authority counts: never a customer's, never the system's."""
        user = self.env.user
        return user if not user.share and not user._is_superuser() else self.env["res.users"]

    def _check_price_floors(self, lines=None):
        """Raise where prices are below a floor and nobody who may has let them pass.

        What the acting user lets pass by own authority is recorded as such a decision, so that
        the customer's acceptance later finds it. Warnings are noted on the order.
        """
        guard = self.env["sale.price.guard"]
        for order in self:
            judgements = order._judge_prices(lines)
            order._settle_judgements(guard._group_by_outcome(judgements))

    def _settle_judgements(self, groups):
        """Raise, record and note what the outcomes of one document ask for."""
        self._check_currency_known(groups)
        stopped = {key: groups[key] for key in STOPPING if groups.get(key)}
        if stopped:
            raise UserError(self._hide_from_customers(self._get_floor_error(stopped)))
        by_authority = [
            judgement
            for judgement in groups.get("approved", [])
            if judgement.within_authority and not judgement.decision
        ]
        if by_authority:
            self._create_price_approval(by_authority, kind="authority")._decide("approved")
        if groups.get("warn"):
            message = self._get_price_guard_message({"warn": groups["warn"]})
            # sudo: a customer who accepts on the portal leaves the note for the salesperson
            self.sudo().message_post(body=message, subtype_xmlid="mail.mt_note")

    def _check_currency_known(self, groups):
        """A foreign currency without a rate would be compared one to one."""
        currency = self.currency_id
        if not any(groups.values()) or currency == self.company_id.currency_id:
            return
        if not currency.sudo().rate_ids:
            message = self.env._(
                "There is no exchange rate for %s, so prices cannot be checked against their "
                "floors. Enter a rate first.",
                currency.name,
            )
            raise UserError(self._hide_from_customers(message))

    def _get_floor_error(self, stopped):
        texts = self._get_outcome_texts()
        lines = [self.env._("%s: prices below their floor.", self.name)]
        for key, judgements in stopped.items():
            names = ", ".join(judgement.line.product.display_name for judgement in judgements)
            lines.append(f"{texts[key]} {names}")
        return "\n".join(lines)

    def _get_portal_refusal(self):
        """Hold the customer's signature and payment until the prices may be confirmed."""
        if (refusal := super()._get_portal_refusal()) or self.state not in ("draft", "sent"):
            return refusal
        return self._has_stopped_prices() and self.env._(
            "We are still checking the prices of this quotation. You can confirm it as soon as "
            "your salesperson has released it."
        )

    def _has_stopped_prices(self):
        """Whether prices wait for approval, are refused, or rest on a promotion that ended."""
        groups = self.env["sale.price.guard"]._group_by_outcome(self._judge_prices())
        if any(groups.get(outcome) for outcome in STOPPING):
            return True
        must_run = self._is_priced_by_order_date() and not self.keep_promotions
        return must_run and bool(self._get_ended_promotion_lines())

    # === APPROVAL === #

    def action_request_price_approval(self, reason=""):
        """Ask for approval of the prices below their floor.

        Asked again while a request with the same prices waits, it returns that request.

        :param str reason: why the customer should get these prices
        :return: action that opens the request
        :raise UserError: nothing to approve, or refused before at these prices
        """
        self.ensure_one()
        self.check_access("write")
        return self._request_price_approval(self._judge_prices(), reason)

    def action_ask_price_approval(self):
        """Open the question why the customer should get these prices, then request them.

        :return: action
        """
        self.ensure_one()
        return self._get_approval_question()

    def _get_approval_question(self, offer=None):
        action = self.env["ir.actions.actions"]._for_xml_id(
            "quotation_price_guard.action_sale_price_reason_request"
        )
        return action | {
            "context": {"default_order_id": self.id, "default_offer_id": offer and offer.id}
        }

    def _request_price_approval(self, judgements, reason=""):
        groups = self.env["sale.price.guard"]._group_by_outcome(judgements)
        if groups.get("refused"):
            raise UserError(self._get_floor_error({"refused": groups["refused"]}))
        if groups.get("approval"):
            approval = self._create_price_approval(groups["approval"], reason=reason)
            # sudo: the requester may read approvals, the engine adds the reviews
            approval.sudo().request_validation()
            approval.sudo()._check_somebody_may_decide()
        else:
            approval = self.price_approval_ids.filtered(lambda a: a.state == "pending")[:1]
        if not approval:
            raise UserError(self.env._("No price of this quotation needs an approval."))
        # sudo: offers are written by the engine alone
        self.sudo().offer_ids._update_approval_state()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Price Approval"),
            "res_model": "sale.price.approval",
            "res_id": approval.id,
            "views": [(False, "form")],
        }

    def _create_price_approval(self, judgements, kind="request", reason=""):
        # sudo: approvals are made by the guard alone, salespeople may only read them
        approvals = trust.as_engine(self.env["sale.price.approval"].sudo())
        line = self.env["sale.price.approval.line"]
        approval = approvals.create(
            {
                "name": self.name,
                "order_id": self.id,
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.commercial_partner_id.id,
                "user_id": self.env.uid,
                "reason": reason or False,
                "kind": kind,
                "line_ids": [
                    fields.Command.create(line._prepare_values(judgement, self.company_id))
                    for judgement in judgements
                ],
            }
        )
        return approval.with_env(self.env)

    def action_view_price_approvals(self):
        """Open the approvals of the quotation.

        :return: action
        """
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "quotation_price_guard.action_sale_price_approval"
        )
        return action | {"domain": [("order_id", "=", self.id)], "context": {}}

    def _get_priced_offer_lines(self, offer):
        """Return the priced lines of an offer of this quotation, and its own discount."""
        lines = offer.line_ids.filtered(lambda line: line.product_id and not line.display_type)
        discount = sum(line.price_subtotal for line in lines if line._is_document_discount())
        return [
            PricedLine(
                key=line.id,
                product=line.product_id,
                uom=line.uom_id,
                quantity=line.qty,
                amount=line.price_subtotal,
                rate=offer.currency_rate,
                order_line_id=line.sale_line_id.id,
            )
            for line in lines
            if line.price_subtotal > 0 and line.qty > 0
        ], discount
