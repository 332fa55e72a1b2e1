from odoo import api, fields, models
from odoo.exceptions import UserError

from ..offer_matrix import build_matrix, percent


class SaleOffer(models.Model):
    """Compare: offers side by side, for people and programs alike."""

    _inherit = "sale.offer"  # pylint: disable=consider-merging-classes-inherited

    def action_compare(self):
        """Open the comparison of these offers; of a single one, with all offers of its order.

        :return: client action
        :rtype: dict
        """
        offers = self if len(self) > 1 else self.order_id.offer_ids
        return offers._get_compare_action()

    def _get_compare_action(self):
        if not self:
            raise UserError(self.env._("There is no offer to compare yet."))
        action = self.env["ir.actions.actions"]._for_xml_id(
            "quotation_history.action_compare_offers"
        )
        context = {"offer_ids": self.ids} if len(self) > 1 else {}
        if len(self.order_id) == 1:
            context.update(active_id=self.order_id.id, active_model="sale.order")
        return {**action, "context": context}

    @api.model
    @api.readonly
    def get_comparison(self, order_id=False, offer_ids=None):
        """Return what the comparison screen shows.

        :param int order_id: quotation whose offers may be picked
        :param list offer_ids: ids of the offers to compare; without any the newest six of the
            quotation that were not cancelled
        :return: :meth:`compare` plus ``choices``: dicts ``id, short_name, label, state`` of all
            offers that may be picked, and ``order_name``
        :rtype: dict
        """
        offers = self.browse(offer_ids or []).exists()
        orders = offers.order_id | self.env["sale.order"].browse(order_id or [])
        choices = orders.offer_ids.sorted(lambda o: (o.order_id.id, o.round, o.option))
        offers = offers or choices.filtered(lambda o: o.state != "cancelled")[-6:] or choices
        return {
            **offers.compare(),
            "order_name": ", ".join(orders.mapped("name")),
            "choices": [
                {"id": o.id, "short_name": o.short_name, "label": o.label or "", "state": o.state}
                for o in choices
            ],
        }

    @api.readonly
    def compare(self):
        """Compare several offers line by line, in the order of round and letter.

        :return: ``{"offers": […], "rows": […]}``. Each offer: ``id, name, short_name, label,
            state, state_label, currency_id, currency_symbol, currency_position, amount_untaxed,
            amount_tax, amount_total, first_percent, previous_percent`` (untaxed amount in company
            currency at the offers' own rates, percent, ``False`` without base) and the terms as
            text; with the right to see cost also ``margin`` and ``margin_percent``.
            Rows: see :func:`~odoo.addons.quotation_history.offer_matrix.build_matrix`; cells carry
            ``margin_percent`` with that right.
        :rtype: dict
        """
        self.check_access("read")
        offers = self.sorted(lambda offer: (offer.order_id.id, offer.round, offer.option))
        columns = [offer._prepare_compare_column() for offer in offers]
        rows = build_matrix(columns)
        self._add_total_percents(columns)
        for column in columns:
            del column["lines"]
        return {"offers": columns, "rows": rows, "show_margin": self._can_see_margin()}

    @api.model
    def _can_see_margin(self):
        return self.env.user.has_group("quotation_history.group_see_margin")

    @api.model
    def _add_total_percents(self, columns):
        for index, column in enumerate(columns):
            value = column["amount_company"]
            column["first_percent"] = index and percent(value, columns[0]["amount_company"])
            previous = columns[index - 1]["amount_company"] if index else 0
            column["previous_percent"] = index and percent(value, previous)

    def _prepare_compare_column(self):
        """Return one offer as plain values, lines included."""
        self.ensure_one()
        column = {
            "id": self.id,
            "name": self.name,
            "short_name": self.short_name,
            "label": self.label or "",
            "order_id": self.order_id.id,
            "partner": self.partner_id.display_name,
            "round": self.round,
            "state": self.state,
            "state_label": dict(self._fields["state"]._description_selection(self.env))[self.state],
            "currency_id": self.currency_id.id,
            "currency": self.currency_id.name,
            "amount_untaxed": self.amount_untaxed,
            "amount_tax": self.amount_tax,
            "amount_total": self.amount_total,
            "amount_company": self.amount_untaxed / (self.currency_rate or 1.0),
            **self._prepare_compare_terms(),
            "lines": [line._prepare_compare_line() for line in self.line_ids.sorted()],
        }
        if self._can_see_margin():
            column.update(margin=self.margin, margin_percent=round(self.margin_percent * 100, 2))
        return column

    def _prepare_compare_terms(self):
        """Return the terms as text, empty where the offer has none."""
        delivery = self.commitment_date
        return {
            "payment_term": self.payment_term_id.display_name or "",
            "pricelist": self.pricelist_id.display_name or "",
            "incoterm": self.incoterm_id.code or "",
            "validity_date": fields.Date.to_string(self.validity_date) or "",
            "commitment_date": delivery and fields.Date.to_string(delivery.date()) or "",
            "sent_on": fields.Datetime.to_string(self.sent_on) or "",
            "decision_note": self.decision_note or "",
        }


class SaleOfferLine(models.Model):
    _inherit = "sale.offer.line"  # pylint: disable=consider-merging-classes-inherited

    def _prepare_compare_line(self):
        """Return one line as plain values for the matrix."""
        self.ensure_one()
        line = {
            "key": self.line_key,
            "id": self.id,
            "display_type": self.display_type or "",
            "name": self.name or "",
            "uom": self.uom_id.name or "",
            "is_optional": self.is_optional,
            "qty": self.qty,
            "price_unit": self.price_unit,
            "discount": self.discount,
            "price_net": self.price_net,
            "price_subtotal": self.price_subtotal,
            "target_price": self.customer_target_price,
            "target_qty": self.customer_target_qty,
            "note": self.customer_note or "",
        }
        if self.offer_id._can_see_margin():
            line["margin_percent"] = self._get_margin_percent()
        return line

    def _get_margin_percent(self):
        if self.display_type or not self.price_subtotal:
            return False
        cost = self.purchase_price * self.qty
        return round((self.price_subtotal - cost) / self.price_subtotal * 100, 2)
