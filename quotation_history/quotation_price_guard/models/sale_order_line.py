from dataclasses import dataclass

from odoo import api, fields, models

from odoo.addons.quotation_history.tools import price_math

from .sale_price_guard import PricedLine

# A change of these on a confirmed order is a new price.
PRICE_FIELDS = {"price_unit", "discount", "product_id", "product_uom_id", "product_uom_qty"}
# Results of the server's own look-up, never input.
DERIVED = {
    "price_origin",
    "price_rule_id",
    "price_rule_name",
    "published_price",
    "price_deviation",
}


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
    _inherit = "sale.order.line"

    price_origin = fields.Selection(
        selection=[
            ("agreed", "Agreed"),
            ("promotion", "Promotion"),
            ("pricelist", "Price list"),
            ("published", "Published"),
            ("last", "Last paid"),
            ("list", "Sales price"),
            ("manual", "Manual"),
        ],
        compute="_compute_price_origin",
        store=True,
        precompute=True,
        copy=False,
        help="Where the price of the line came from when it was set.",
    )
    price_rule_id = fields.Many2one(
        "product.pricelist.item",
        compute="_compute_price_origin",
        store=True,
        precompute=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    price_rule_name = fields.Char(
        compute="_compute_price_origin",
        store=True,
        precompute=True,
        copy=False,
        help="Kept when the rule itself is changed or deleted.",
    )
    price_origin_label = fields.Char(string="Price From", compute="_compute_price_origin_label")
    published_price = fields.Float(
        min_display_digits="Product Price",
        compute="_compute_published_price",
        store=True,
        precompute=True,
        copy=False,
        aggregator="avg",
        help="Published price of the day the price was set, per unit of the line in the currency "
        "of the order.",
    )
    price_deviation = fields.Float(
        string="Deviation (%)",
        compute="_compute_published_price",
        store=True,
        precompute=True,
        copy=False,
        aggregator="avg",
        digits=(16, 2),
        help="By how many percent the net price is above or below the published one.",
    )
    floor_state = fields.Selection(
        selection=[
            ("ok", "Above the floor"),
            ("no_basis", "Floor without a basis"),
            ("warn", "Below the floor"),
            ("approval", "Below the floor: approval needed"),
            ("pending", "Below the floor: waiting for approval"),
            ("approved", "Below the floor: approved"),
            ("refused", "Below the floor: refused"),
            ("block", "Below the floor: blocked"),
        ],
        string="Floor",
        compute="_compute_floor_state",
        groups="sales_team.group_sale_salesman",
    )

    # === PRICE RESOLUTION === #

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
        memory = self.env["sale.price.memory"]._get_memory(
            question["commercial_partner_id"], company, question["requests"]
        )
        return {
            key: SpecialPrice("last", values["last_sold_price"])
            for key, values in memory.items()
            if values["last_sold_price"]
        }

    def _get_published(self, order, company):
        """Return ``(price, rule id)`` published for the lines of one order."""
        return self.env["product.pricelist"]._get_published_prices(
            [(line.id, line.product_id, line.product_uom_id) for line in self],
            company,
            order.currency_id or company.currency_id,
            self[:1]._get_order_date() or fields.Datetime.now(),
        )

    @api.model
    def _get_price_memory(self, question):
        """Add the agreed price to what the customer paid and was quoted."""
        memory = super()._get_price_memory(question)
        company = question["company"]
        agreements = self.env["sale.agreed.price"]
        partner = self.env["res.partner"].browse(question["partner_id"] or ())
        if not partner or not agreements._is_used(company.id):
            return memory
        date = fields.Date.context_today(self)
        requests = {
            request["key"]: (
                self.env["product.product"].browse(request["product_id"]),
                self.env["uom.uom"].browse(request["uom_id"]),
                request,
            )
            for request in question["requests"]
        }
        found = agreements._find(
            partner,
            company,
            date,
            [
                (key, product, uom, request["quantity"])
                for key, (product, uom, request) in requests.items()
            ],
        )
        for key, agreement in found.items():
            if agreement:
                product, uom, request = requests[key]
                memory[key]["agreed_price"] = agreement._get_line_price(
                    product, uom, request["currency"], date
                )
        return memory

    # === ORIGIN === #

    @api.depends(
        "price_unit",
        "technical_price_unit",
        "discount",
        "product_id",
        "product_uom_id",
        "product_uom_qty",
    )
    def _compute_price_origin(self):
        """Say where the price came from by comparing it with what each source gives.

        Nothing is taken over from a client: a price counts as agreed only if it is the agreed
        price. A price typed by hand that equals the agreed or the last one is named so.
        """
        self.price_origin = False
        self.price_rule_id = False
        self.price_rule_name = False
        lines = self._with_price_resolution().filtered(lambda line: line._is_priced_by_sources())
        typed = lines.browse()
        for line in lines:
            if line._is_price_resolved():
                line._set_price_origin(line._get_special_price())
            else:
                typed |= line
        for order, order_lines in typed.grouped("order_id").items():
            order_lines._set_typed_origins(order)

    def _is_price_resolved(self):
        """Whether the price is the one the sources give, not one typed over it."""
        currency = self.currency_id or self.company_id.currency_id or self.env.company.currency_id
        if currency.compare_amounts(self.technical_price_unit, self.price_unit):
            return False
        return not currency.compare_amounts(self.price_unit, self._get_resolved_price_unit())

    def _get_resolved_price_unit(self):
        line = self.with_company(self.company_id)
        price = line._get_display_price()
        if not line.order_id.fiscal_position_id:
            return price  # without one no tax is replaced: do not read them
        return line.product_id._get_tax_included_unit_price_from_price(
            price,
            product_taxes=line.product_id.taxes_id._filter_taxes_by_company(line.company_id),
            fiscal_position=line.order_id.fiscal_position_id,
        )

    def _set_price_origin(self, special):
        if special:
            self.price_origin = special.origin
            self.price_rule_id = special.rule_id
            self.price_rule_name = special.rule_name or False
            return
        rule = self.pricelist_item_id if self.order_id.pricelist_id else self.price_rule_id.browse()
        # sudo: portal customers may not read the rules of a price list
        self.price_origin = rule.sudo()._get_price_origin() if rule else "list"
        self.price_rule_id = rule
        self.price_rule_name = rule.sudo()._get_origin_name() if rule else False

    def _set_typed_origins(self, order):
        """Name typed prices that are the agreed or the last one, everything else manual."""
        company = order.company_id or self.env.company
        agreed = self._find_agreed_prices(order, company)
        last = self._find_last_prices(order, company) if order.partner_id else {}
        for line in self:
            net = price_math.net_price(line.price_unit, line.discount)
            line.price_origin = "manual"
            for found in (agreed.get(line.id), last.get(line.id)):
                if found and abs(found.price - net) <= 1e-6 * max(abs(net), 1.0):
                    line.price_origin = found.origin
                    break

    @api.depends("price_origin", "price_rule_name")
    def _compute_price_origin_label(self):
        labels = dict(self._fields["price_origin"]._description_selection(self.env))
        for line in self:
            parts = (labels.get(line.price_origin), line.price_rule_name)
            line.price_origin_label = " · ".join(part for part in parts if part)

    # === PUBLISHED PRICE === #

    @api.depends("price_unit", "discount", "product_id", "product_uom_id", "product_uom_qty")
    def _compute_published_price(self):
        self.published_price = 0.0
        self.price_deviation = 0.0
        for order, lines in self.grouped("order_id").items():
            lines = lines.filtered(lambda line: line._is_priced_by_sources())
            company = order.company_id or self.env.company
            published = lines._get_published(order, company) if lines else {}
            for line in lines:
                price = published[line.id][0]
                net = price_math.net_price(line.price_unit, line.discount)
                line.published_price = price
                line.price_deviation = price_math.percent_change(net, price) or 0.0

    # === FLOOR === #

    @api.depends("price_subtotal", "product_uom_qty", "product_id", "product_uom_id")
    @api.depends_context("uid")
    def _compute_floor_state(self):
        self.floor_state = False
        for order, lines in self.grouped("order_id").items():
            judgements = order._judge_prices()
            for line in lines:
                judgement = judgements.get(line.id)
                line.floor_state = judgement.outcome if judgement else False

    def _is_price_guarded(self):
        """Whether a floor can hold for the line: a product that is sold and paid for."""
        self.ensure_one()
        return self._is_priced_by_sources() and self.product_uom_qty > 0 and self.price_unit > 0

    def _is_document_discount(self):
        """Whether the line takes a discount off the whole order."""
        self.ensure_one()
        return (
            not self.display_type
            and self.price_subtotal < 0
            and self.product_uom_qty > 0
            and self._is_offered()
        )

    def _get_priced_line(self):
        self.ensure_one()
        return PricedLine(
            key=self.id,
            product=self.product_id,
            uom=self.product_uom_id,
            quantity=self.product_uom_qty,
            amount=self.price_subtotal,
            rate=self.order_id.currency_rate,
            order_line_id=self._origin.id,
        )

    # === OFFERS === #

    def _prepare_offer_line_values(self, position, payload):
        """Freeze the origin of the price with the offer."""
        return super()._prepare_offer_line_values(position, payload) | {
            "price_origin": self.price_origin,
            "price_rule_name": self.price_rule_name,
            "published_price": self.published_price,
            "price_deviation": self.price_deviation,
        }

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(
            [{name: vals[name] for name in vals if name not in DERIVED} for vals in vals_list]
        )
        lines._check_confirmed_prices()
        return lines

    def write(self, vals):
        vals = {name: vals[name] for name in vals if name not in DERIVED}
        result = super().write(vals)
        if PRICE_FIELDS & vals.keys():
            self._check_confirmed_prices()
        return result

    def _check_confirmed_prices(self):
        """Hold prices changed after the confirmation to the same floors."""
        lines = self.filtered(lambda line: line.state == "sale" and line._is_price_guarded())
        if lines:
            lines.order_id._check_price_floors(lines)

    # === REMEMBER THIS PRICE === #

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
