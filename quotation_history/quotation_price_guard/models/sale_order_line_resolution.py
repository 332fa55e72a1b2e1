from dataclasses import dataclass

from odoo import api, fields, models

# What an agreement is looked up by, of a line the price memory asks about.
MEMORY_REQUEST = ("key", "product_id", "uom_id", "quantity", "currency")


@dataclass(frozen=True)
class SpecialPrice:
    """A net price that does not come from the quotation's price list."""

    origin: str
    price: float
    rule_id: int = False
    rule_name: str = ""


class Resolution(dict):
    """Special prices by line, looked up for a whole order at once. The type is the proof that
    it comes from the server: what a client puts into the context is a plain dict."""


class SaleOrderLine(models.Model):
    """Where the price of a line is looked for, source by source."""

    _inherit = "sale.order.line"  # pylint: disable=consider-merging-classes-inherited

    def _compute_price_unit(self):
        return super(SaleOrderLine, self._with_price_resolution())._compute_price_unit()

    def _compute_discount(self):
        lines = self._with_price_resolution()
        result = super(SaleOrderLine, lines)._compute_discount()
        for line in lines:
            if line._get_special_price():
                line.discount = 0.0
        return result

    def _get_display_price(self):
        special = self._get_special_price()
        return special.price if special else super()._get_display_price()

    def _get_order_date(self):
        """Price by the day the company's policy names, not by the day of confirmation."""
        order = self.order_id
        if order.state in ("draft", "sent", False) and order._is_priced_by_order_date():
            return fields.Datetime.now()
        if not order._is_priced_by_order_date() and order.price_date:
            return order.price_date
        return super()._get_order_date()

    def _get_special_price(self):
        """Return the ``SpecialPrice`` that goes before the price list, ``False`` without one."""
        self.ensure_one()
        resolution = self.env.context.get("price_resolution")
        if not isinstance(resolution, Resolution) or self.id not in resolution:
            resolution = self._resolve_special_prices()
        return resolution.get(self.id, False)

    def _with_price_resolution(self):
        """Return the lines with their special prices looked up, order by order."""
        if isinstance(self.env.context.get("price_resolution"), Resolution):
            return self
        return self.with_context(price_resolution=self._resolve_special_prices())

    def _resolve_special_prices(self):
        resolution = Resolution.fromkeys(self._ids, False)
        for order, lines in self.grouped("order_id").items():
            lines = lines.filtered(lambda line: line._is_priced_by_sources())
            if lines:
                resolution.update(lines._resolve_order(order))
        return resolution

    def _is_priced_by_sources(self):
        """Combos, rewards and down payments have prices of their own making."""
        self.ensure_one()
        return bool(
            self.product_id
            and self.product_uom_id
            and not self.display_type
            and self.product_type != "combo"
            and not self.combo_item_id
            and not self.is_expense
            and self._is_offered()
        )

    def _resolve_order(self, order):
        """Return the special prices of lines of one order, one query per source in use."""
        company = order.company_id or self.env.company
        sources = self.env["sale.price.source"]._get_order(company.id)
        finders = {}
        for source in sources:
            if source == "pricelist":
                finders[source] = None
            elif found := getattr(self, f"_find_{source}_prices")(order, company):
                finders[source] = found
        if not any(finders.values()):
            return {}
        return {line.id: line._pick_special_price(finders) for line in self}

    def _pick_special_price(self, finders):
        """Return the first source's price; the price list's turn ends the search."""
        for source, found in finders.items():
            if source == "pricelist":
                if self.order_id.pricelist_id and self.pricelist_item_id:
                    return False
            elif special := found.get(self.id):
                return special
        return False

    def _find_agreed_prices(self, order, company):
        agreements = self.env["sale.agreed.price"]
        if not agreements._is_used(company.id):
            return {}
        date = fields.Date.to_date(self[:1]._get_order_date()) or fields.Date.today()
        found = agreements._find(
            order.partner_id,
            company,
            date,
            [
                (line.id, line.product_id, line.product_uom_id, line.product_uom_qty)
                for line in self
            ],
        )
        return {
            line.id: SpecialPrice(
                "agreed",
                found[line.id]._get_line_price(
                    line.product_id,
                    line.product_uom_id,
                    line.currency_id or company.currency_id,
                    date,
                ),
            )
            for line in self
            if found[line.id]
        }

    def _find_published_prices(self, order, company):
        if not self.env["product.pricelist"]._get_published_id(company.id):
            return {}
        # sudo: the rule's name is shown to people who may not read price lists
        rules = self.env["product.pricelist.item"].sudo()
        return {
            key: SpecialPrice("published", price, rule_id, rules.browse(rule_id)._get_origin_name())
            for key, (price, rule_id) in self._get_published(order, company).items()
            if rule_id
        }

    def _find_last_prices(self, order, company):
        question = self._prepare_price_memory_requests(order)
        # thousands of lines may sell few products: each is looked up once
        asked = {
            (request["product_id"], request["uom_id"]): request for request in question["requests"]
        }
        memory = self.env["sale.price.memory"]._get_memory(
            question["commercial_partner_id"], company, list(asked.values())
        )
        found = {key: memory[request["key"]]["last_sold_price"] for key, request in asked.items()}
        return {
            request["key"]: SpecialPrice("last", price)
            for request in question["requests"]
            if (price := found[request["product_id"], request["uom_id"]])
        }

    def _get_published(self, order, company):
        """Return ``(price, rule id)`` published for the lines of one order."""
        return self.env["product.pricelist"]._get_published_prices(
            [(line.id, line.product_id, line.product_uom_id) for line in self],
            company,
            order.currency_id or company.currency_id,
            self[:1]._get_order_date() or fields.Datetime.now(),
        )

    @api.depends("product_uom_qty")
    def _compute_price_memory(self):
        """The agreed price is part of the memory and may depend on the quantity."""
        return super()._compute_price_memory()

    @api.model
    def _get_price_memory(self, question):
        """Add the agreed price to what the customer paid and was quoted."""
        memory = super()._get_price_memory(question)
        agreements = self.env["sale.agreed.price"]
        prices = agreements._find_prices(
            question["partner_id"],
            question["company"],
            fields.Date.context_today(self),
            [tuple(request[name] for name in MEMORY_REQUEST) for request in question["requests"]],
        )
        for key, price in prices.items():
            memory[key]["agreed_price"] = price
        return memory
