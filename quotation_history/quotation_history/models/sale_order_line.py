from odoo import api, fields, models
from odoo.fields import Command

from ..offer_digest import plain_payload


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"  # pylint: disable=consider-merging-classes-inherited

    is_offer_price = fields.Boolean(
        string="Price of an Offer",
        copy=False,
        help="The price was written back from an offer: a change of quantity leaves it alone.",
    )

    # === WHAT GOES INTO AN OFFER === #

    def _is_offered(self):
        """Return whether the line belongs into offers: down payments and rewards do not."""
        self.ensure_one()
        # reward lines exist where sale_loyalty is installed; they are recomputed, not offered
        return not self.is_downpayment and not ("reward_id" in self._fields and self.reward_id)

    def _get_offer_content_fields(self):
        """Return the names of the fields the customer sees: a change of one is a new offer."""
        names = [
            "display_type", "product_id", "name", "product_uom_qty", "product_uom_id",
            "price_unit", "discount", "tax_ids", "customer_lead", "is_optional",
            "product_no_variant_attribute_value_ids", "collapse_prices", "collapse_composition",
            "combo_item_id",
        ]  # fmt: skip
        return [name for name in names if name in self._fields]

    def _get_offer_content(self):
        """Return the commercial content of one line as plain values, without ids of the line."""
        self.ensure_one()
        content = {name: self._get_plain_value(name) for name in self._get_offer_content_fields()}
        content["custom"] = sorted(
            (value.custom_product_template_attribute_value_id.id, value.custom_value or "")
            for value in self.product_custom_attribute_value_ids
        )
        return content

    def _get_plain_value(self, name):
        value = self[name]
        if self._fields[name].relational:
            # NewId records of an onchange count as what they stand for
            return sorted(value._origin.ids)
        return value

    def _get_offer_payload(self):
        """Return ``copy_data`` of each line, cleaned of ids that belong to the live line."""
        payloads = self.copy_data()
        for payload in payloads:
            for command in payload.get("product_custom_attribute_value_ids") or []:
                command[2].pop("sale_order_line_id", None)
        return payloads

    def _prepare_offer_line_values(self, position, payload):
        """Return the values of the frozen line. Extend to freeze more columns.

        :param int position: place of the line in the offer
        :param dict payload: the line's :meth:`_get_offer_payload`
        :rtype: dict
        """
        self.ensure_one()
        order = self.order_id
        return {
            "position": position,
            "line_key": self.id,
            "linked_key": self.linked_line_id.id,
            "sale_line_id": self.id,
            "company_id": order.company_id.id,
            "currency_id": order.currency_id.id,
            "partner_id": order.partner_id.commercial_partner_id.id,
            "display_type": self.display_type,
            "is_optional": self.is_optional or self._is_line_optional(),
            "product_id": self.product_id.id,
            "name": self.name,
            "qty": self.product_uom_qty,
            "uom_id": self.product_uom_id.id,
            "price_unit": self.price_unit,
            "discount": self.discount,
            "price_net": self.price_unit * (1 - (self.discount or 0.0) / 100),
            "price_subtotal": self.price_subtotal,
            "price_total": self.price_total,
            "purchase_price": self._get_offer_cost(),
            "payload": payload,
        }

    def _get_offer_cost(self):
        """Return the cost per unit of the line in the order's currency, 0 where unknown."""
        self.ensure_one()
        if not self.product_id:
            return 0.0
        if "purchase_price" in self._fields:
            return self.purchase_price
        company = self.company_id
        product = self.product_id.with_company(company)
        cost = product.uom_id._compute_price(product.standard_price, self.product_uom_id)
        return company.currency_id._convert(
            cost, self.currency_id, company, self.order_id.date_order.date(), round=False
        )

    # === BACK FROM AN OFFER === #

    def _fix_offer_prices(self, wanted_by_line):
        """Mark the prices as set by hand before anything else is written.

        :param dict wanted_by_line: {line: payload}
        """
        for is_free in (False, True):
            lines = self.filtered(
                lambda line, is_free=is_free: (
                    not line.display_type
                    and bool(wanted_by_line[line].get("price_unit")) != is_free
                )
            )
            # the context key is the host's own way to write the technical price alone
            lines.with_context(sale_write_from_compute=True).write(
                {"technical_price_unit": -1.0 if is_free else 0.0, "is_offer_price": True}
            )

    def _get_differences(self, wanted_by_line):
        """Return [(line, values)] for lines whose ``copy_data`` is not what is wanted."""
        changes = []
        for line, payload in zip(self, self._get_offer_payload(), strict=True):
            current = plain_payload(payload)
            wanted = wanted_by_line[line]
            values = {
                name: value
                for name, value in wanted.items()
                if name != "technical_price_unit"
                and self._is_different(current.get(name), plain_payload(value))
            }
            if "product_custom_attribute_value_ids" in values:
                custom = values["product_custom_attribute_value_ids"]
                values["product_custom_attribute_value_ids"] = [Command.clear(), *custom]
            if values:
                changes.append((line, values))
        return changes

    @api.model
    def _is_different(self, value, other):
        if isinstance(value, float) and isinstance(other, int | float):
            return abs(value - other) > 1e-9
        return (value or False) != (other or False)

    @api.model
    def _prepare_loaded_values(self, payload):
        """Return what is written on the live line for a frozen ``payload``.

        The technical price differs from the price, so that the price counts as set by hand and
        survives a change of quantity.
        """
        values = dict(payload)
        if not values.get("display_type"):
            values["technical_price_unit"] = 0.0 if values.get("price_unit") else -1.0
            values["is_offer_price"] = True
        custom = values.get("product_custom_attribute_value_ids")
        if custom is not None:
            values["product_custom_attribute_value_ids"] = [Command.clear(), *custom]
        return values

    def _compute_discount(self):
        # a loaded price already is net of its own discount: the price list may not add another
        fixed = self.filtered("is_offer_price")
        return super(SaleOrderLine, self - fixed)._compute_discount()

    @api.onchange("product_id")
    def _onchange_product_id(self):
        self.is_offer_price = False
        return super()._onchange_product_id()
