from dataclasses import dataclass

from odoo import Command, models
from odoo.exceptions import RedirectWarning, UserError


@dataclass(frozen=True)
class Terms:
    """What a draw costs: per product unit, in the agreement's currency, before tax."""

    price: float
    taxes: object
    record: object


class ConsignmentAgreement(models.Model):
    """What a draw costs, and the purchase line that says so."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    # === TERMS === #

    def _check_draws_possible(self):
        if self.direction != "in" or self.method == "commission":
            raise UserError(self.env._("Nothing is drawn from %s.", self.display_name))

    def _get_draw_terms(self, products, moment):
        """Return the ``Terms`` of each product; a missing one stops everything before it began."""
        date = self._to_day(moment)
        self._check_draw_currency(date)
        records = self._get_price_records(products, date)
        none, position = self.env["consignment.price"], self._get_fiscal_position()
        return {
            product: self._get_product_terms(product, records.get(product, none), date, position)
            for product in products
        }

    def _get_product_terms(self, product, record, date, position):
        price = record.price_unit if record else self._get_draw_price(product, date)
        return Terms(price, self._get_draw_taxes(product, position), record)

    def _check_draw_currency(self, date):
        if not self._has_rate(date):
            self._refuse_draw(self._describe_missing_rate(date))

    def _get_draw_price(self, product, date):
        price = self._get_price(product, date)
        if price is False:
            self._refuse_draw(
                self.env._(
                    "No price of %(product)s is agreed for %(date)s.",
                    product=product.display_name,
                    date=date,
                )
            )
        return price

    def _get_draw_taxes(self, product, position=None):
        """Return the taxes of a draw: of the agreement, or of the product for this vendor."""
        if self.purchase_tax_source == "agreement":
            return self.purchase_tax_ids
        taxes = product.supplier_taxes_id._filter_taxes_by_company(self.company_id)
        if not taxes and self.company_id.account_purchase_tax_id:
            self._refuse_draw(
                self.env._(
                    "%s has no vendor tax. Set it on the product, or state the tax (or none) "
                    "on the agreement.",
                    product.display_name,
                )
            )
        return (position or self._get_fiscal_position()).map_tax(taxes)

    def _get_fiscal_position(self):
        positions = self.env["account.fiscal.position"].with_company(self.company_id)
        return positions._get_fiscal_position(self.partner_id)

    def _refuse_draw(self, reason):
        raise RedirectWarning(
            self.env._(
                "Goods of %(owner)s cannot be used (%(agreement)s): %(reason)s",
                owner=self.partner_id.display_name,
                agreement=self.name,
                reason=reason,
            ),
            self.get_formview_action(),
            self.env._("Open the agreement"),
        )

    # === PURCHASE === #

    def _get_draw_line(self, product, terms, moment):
        return self._get_draw_lines({product: terms}, moment)[product]

    def _get_draw_lines(self, terms, moment):
        """Return the purchase line of each product: same month, price and taxes, not billed.

        A line that saw a return takes no further draw: its bills would be shared out wrongly.
        """
        order = self._get_draw_order(moment)
        lines = {
            line.product_id: line
            for line in order.order_line
            if line.product_id in terms and line._takes_draw(terms[line.product_id])
        }
        missing = [product for product in terms if product not in lines]
        created = self.env["purchase.order.line"].create(
            [self._prepare_draw_line(order, product, terms[product], moment) for product in missing]
        )
        records = self.env["consignment.price"].union(*(term.record for term in terms.values()))
        records.filtered(lambda record: not record.is_used).is_used = True
        return {**lines, **dict(zip(missing, created, strict=True))}

    def _prepare_draw_line(self, order, product, terms, moment):
        name = product.with_context(lang=self.partner_id.lang, partner_id=self.partner_id.id)
        return {
            "order_id": order.id,
            "product_id": product.id,
            "name": name.display_name,
            "product_qty": 0.0,
            "product_uom_id": product.uom_id.id,
            "price_unit": terms.price,
            "technical_price_unit": terms.price,
            "discount": 0.0,
            "tax_ids": [Command.set(terms.taxes.ids)],
            "date_planned": moment,
        }

    def _get_draw_order(self, moment):
        """Return the purchase order of the month; there is one per agreement and month."""
        orders = self.env["purchase.order"].with_company(self.company_id)
        return self._find_draw_order(moment) or orders.create(self._prepare_draw_order(moment))

    def _find_draw_order(self, moment):
        return self.env["purchase.order"].search(
            [
                ("consignment_agreement_id", "=", self.id),
                ("consignment_period", "=", self._get_draw_period(moment)),
                ("state", "=", "purchase"),
                ("currency_id", "=", self.currency_id.id),
            ],
            limit=1,
        )

    def _get_draw_period(self, moment):
        return self._to_day(moment).strftime("%Y-%m")

    def _prepare_draw_order(self, moment):
        partner = self.partner_id.with_company(self.company_id)
        return {
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "picking_type_id": self.warehouse_id.in_type_id.id,
            "fiscal_position_id": self._get_fiscal_position().id,
            "payment_term_id": partner.property_supplier_payment_term_id.id,
            "user_id": self.user_id.id,
            "origin": self.name,
            "partner_ref": self.reference,
            "date_order": moment,
            "date_approve": moment,
            "consignment_agreement_id": self.id,
            "consignment_period": self._get_draw_period(moment),
            "state": "purchase",
        }
