from odoo import api, models

from odoo.addons.quotation_history.tools import price_math


class SaleOrderLine(models.Model):
    """Where the price of a line came from, and how far it is from the published one."""

    _inherit = "sale.order.line"  # pylint: disable=consider-merging-classes-inherited

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
