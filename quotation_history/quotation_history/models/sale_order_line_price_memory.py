from odoo import api, fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # What the price memory looks up: the newest sales of some products to some customers.
    _price_memory_idx = models.Index(
        "(order_partner_id, product_id, order_id DESC) WHERE state = 'sale'"
    )

    price_memory = fields.Json(
        compute="_compute_price_memory",
        groups="sales_team.group_sale_salesman",
        help="What this customer last paid and was last quoted for the product, in the "
        "currency and unit of this line.",
    )

    @api.depends("product_id", "product_uom_id", "order_id.partner_id", "order_id.currency_id")
    def _compute_price_memory(self):
        """Read the memory of all lines of an order at once, saved or still being typed."""
        self.price_memory = False
        for order, lines in self.grouped("order_id").items():
            lines = lines.filtered(lambda line: line._has_price_memory())
            if not lines:
                continue
            memory = self._get_price_memory(lines._prepare_price_memory_requests(order))
            for line in lines:
                line.price_memory = memory[line.id]

    def _has_price_memory(self):
        """Whether the line sells a product at a price: no section, note or down payment."""
        self.ensure_one()
        return bool(self.product_id and self.product_uom_id) and not (
            self.display_type or self.is_downpayment
        )

    def _prepare_price_memory_requests(self, order):
        """Return the question to the memory for the lines of one order."""
        company = order.company_id or self.env.company
        currency = order.currency_id or company.currency_id
        return {
            "commercial_partner_id": order.partner_id.commercial_partner_id._origin.id,
            "partner_id": order.partner_id._origin.id,
            "company": company,
            "requests": [
                {
                    "key": line.id,
                    "product_id": line.product_id._origin.id,
                    "uom_id": line.product_uom_id._origin.id,
                    "quantity": line.product_uom_qty,
                    "currency": currency,
                }
                for line in self
            ],
        }

    @api.model
    def _get_price_memory(self, question):
        """Answer a question of ``_prepare_price_memory_requests()``; a hook for agreed prices.

        :return: dict of each request's key to its memory values
        """
        return self.env["sale.price.memory"]._get_memory(
            question["commercial_partner_id"],
            question["company"],
            question["requests"],
            question.get("rows"),
        )
