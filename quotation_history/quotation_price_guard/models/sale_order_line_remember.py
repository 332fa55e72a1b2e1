from odoo import fields, models

from odoo.addons.quotation_history.tools import price_math


class SaleOrderLine(models.Model):
    """Remember the price of a line as an agreed price."""

    _inherit = "sale.order.line"  # pylint: disable=consider-merging-classes-inherited

    def action_remember_price(self):
        """Remember the net price of the line as an agreed price, to be approved.

        Asked again, it opens the same draft with the price of today.

        :return: action that opens the agreed price
        """
        self.ensure_one()
        return self._remember_price()._get_form_action() | {"target": "new"}

    def _remember_price(self, offer=None):
        self.check_access("read")
        agreements = self.env["sale.agreed.price"]
        values = self._prepare_agreed_price_values()
        keys = ("company_id", "partner_id", "product_id", "uom_id", "currency_id", "date_from")
        same = agreements.search(
            [(key, "=", values[key]) for key in keys]
            + [("min_qty", "=", 0), ("state", "in", ("draft", "approved"))],
            limit=1,
        )
        if same.state == "draft":
            same.write({"price": values["price"], "order_line_id": self.id})
        return same or agreements.create(values | {"offer_id": offer.id if offer else False})

    def _prepare_agreed_price_values(self):
        return {
            "company_id": self.company_id.id,
            "partner_id": self.order_partner_id.commercial_partner_id.id,
            "product_id": self.product_id.id,
            "uom_id": self.product_uom_id.id,
            "currency_id": self.currency_id.id,
            "price": price_math.net_price(self.price_unit, self.discount),
            "date_from": fields.Date.context_today(self),
            "order_line_id": self.id,
        }
