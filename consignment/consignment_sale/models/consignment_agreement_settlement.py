from dataclasses import replace
from math import floor

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from odoo.addons.consignment.const import KINDS_OUT
from odoo.addons.consignment.tools.cover import narrow_first
from odoo.addons.consignment.tools.lines import Line


class ConsignmentAgreement(models.Model):
    """What a dealer reports as sold becomes a sales order, issued from the dealer's place."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    # === PUBLIC METHODS === #

    def report_sales(self, lines, date=None):
        """Settle what the dealer sold.

        :param lines: list of dicts ``product_id``, ``quantity``, optionally ``uom_id``,
            ``lot_id``, ``price_unit`` (net, agreement currency, per unit of the line) and
            ``location_id`` (a shop below the place)
        :param date: ISO date of the sales; today when left out
        :return: id of the sales order: confirmed, issued from the dealer's place, dated as
            the report, ready to be invoiced
        :raises UserError: when more is reported than was there and the agreement refuses
            that; when a line is wrong (with its number)
        """
        self.ensure_one()
        self._check_dealer()
        report = self._create_report(self._parse_lines(lines), date, "rpc")
        report.action_confirm()
        return report.order_id.id

    def _check_dealer(self):
        if self.kind not in KINDS_OUT:
            raise UserError(self.env._("Only goods of ours in other hands can be reported sold."))

    # === REPORT === #

    def _create_report(self, lines, date, source):
        return self.env["consignment.report"].create(
            self._prepare_report_values(lines, date, source)
        )

    def _prepare_report_values(self, lines, date, source):
        moment = self._to_moment(date)
        return {
            "agreement_id": self.id,
            "date": self._to_day(moment),
            "source": source,
            "line_ids": [Command.create(self._prepare_report_line_values(line)) for line in lines],
        }

    def _prepare_report_line_values(self, line):
        values = {
            "product_id": line.product.id,
            "quantity": line.quantity,
            "uom_id": line.product.uom_id.id,
            "lot_id": line.lot.id,
            "location_id": line.shop.id,
        }
        if line.price is not None:
            values["price_unit"] = line.price
        return values

    # === ORDER === #

    def _settle(self, lines, moment, report=None, partner=None):
        """Return the order that sells the lines out of the place."""
        self._check_rate(moment)
        self._clip_to_balance(lines, moment, report)
        lines = [line for line in lines if line.quantity > 0]
        if not lines:
            raise UserError(self.env._("Nothing of this was there."))
        order = self.env["sale.order"].create(
            self._prepare_order_values(lines, moment, partner or self.partner_id)
        )
        order.action_confirm()
        self._mark_prices_used(lines, moment)
        return order

    def _check_rate(self, moment):
        """Refuse a foreign currency without a rate: core would take it for one to one."""
        if self.currency_id == self.company_currency_id:
            return
        day = self._to_day(moment)
        known = self.env["res.currency.rate"].search_count(
            [
                ("currency_id", "=", self.currency_id.id),
                ("name", "<=", day),
                ("company_id", "in", [False, self.company_id.root_id.id]),
            ],
            limit=1,
        )
        if not known:
            raise UserError(
                self.env._(
                    "There is no rate of %(currency)s for %(date)s.",
                    currency=self.currency_id.name,
                    date=fields.Date.to_string(day),
                )
            )

    def _clip_to_balance(self, lines, moment, report):
        """Refuse what was not there, or record it as a difference; never go negative."""
        if self.over_settlement == "refuse" or not report:
            self._check_cover(self._expand_kits(lines), moment)
            return
        records = dict(zip(map(id, lines), report._get_reported_lines(), strict=True))
        cover = self._get_cover(self._expand_kits(lines), moment)
        for line in narrow_first(lines):
            over = max(line.quantity - self._get_free(line, cover), 0.0)
            records[id(line)].difference = 0.0
            self._clip(line, records[id(line)], over)
            for part in self._expand_kits([line] if line.quantity else []):
                cover.take(part)
        self._clip_to_goods(lines, records)

    def _clip(self, line, record, over):
        if float_compare(over, 0.0, precision_digits=6) > 0:
            record.difference += over
            line.quantity -= over

    def _get_free(self, line, cover):
        """Return how much of a line is there; of a kit whole ones, by its scarcest part."""
        if not self._is_kit(line.product):
            return cover.get_free(line)
        needs = {}
        for part in self._expand_kit(line):
            _part, quantity = needs.get(part.product, (part, 0.0))
            needs[part.product] = (part, quantity + part.quantity)
        kits = [
            line.quantity * cover.get_free(part) / quantity for part, quantity in needs.values()
        ]
        free = min(kits, default=line.quantity)
        return line.quantity if free >= line.quantity else floor(free + 1e-6)

    def _clip_to_goods(self, lines, records):
        """Lines by lot beside lines by shop may ask for the same pieces: the later is over."""
        goods = [line for line in lines if line.quantity and not self._is_kit(line.product)]
        if not any(line.lot for line in goods) or not any(line.shop for line in goods):
            return
        for line, missing in self._get_missing(goods, self.location_id):
            self._clip(line, records[id(line)], missing)

    def _prepare_order_values(self, lines, moment, partner):
        return {
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "warehouse_id": self.warehouse_id.id,
            "pricelist_id": self.pricelist_id.id,
            "currency_id": self.currency_id.id,
            "user_id": self.user_id.id,
            "origin": self.name,
            "client_order_ref": self.reference,
            "consignment_agreement_id": self.id,
            "consignment_date": moment,
            "date_order": moment,
            "order_line": [
                Command.create(self._prepare_order_line_values(line, moment)) for line in lines
            ],
        }

    def _prepare_order_line_values(self, line, moment):
        price = line.price
        if price is None:
            price = self._get_settlement_price(line.product, self._to_day(moment))
        return {
            "product_id": line.product.id,
            "product_uom_qty": line.quantity,
            "product_uom_id": line.product.uom_id.id,
            "price_unit": price,
            # Another value than the price marks it as set by hand: it survives changes.
            "technical_price_unit": -1.0 if not price else 0.0,
            "discount": 0.0,
            "consignment_lot_id": line.lot.id,
            "consignment_location_id": line.shop.id,
        }

    # === PRICE === #

    def _get_settlement_price(self, product, date):
        """Return the net price per product unit: agreed, else of the price list."""
        price = self._get_price(product, date)
        if price is not False:
            return price
        moment = self._to_moment(fields.Date.to_string(date))
        if self.pricelist_id:
            return self.pricelist_id._get_product_price(
                product, 1.0, currency=self.currency_id, date=moment
            )
        return product.currency_id._convert(
            product.lst_price, self.currency_id, self.company_id, date, round=False
        )

    def _mark_prices_used(self, lines, moment):
        for line in lines:
            record = self._get_price_record(line.product, self._to_day(moment))
            # History is kept whoever settles; a salesperson cannot edit prices.
            record.sudo().filtered(lambda price: not price.is_used).is_used = True

    # === ISSUE === #

    def _issue_order_lines(self, order_lines):
        """Issue confirmed order lines from the place."""
        order = order_lines.order_id
        self._start_operation(("active", "closing"))
        lines = self._parse_lines([line._prepare_issue_values() for line in order_lines])
        moment = self._check_moment(
            order.consignment_date and fields.Datetime.to_string(order.consignment_date)
        )
        self._check_rate(moment)
        for line, order_line in zip(lines, order_lines, strict=True):
            line.extra["sale_line"] = order_line
        lines = self._expand_kits(lines)
        self._check_cover(lines, moment)
        customers = order.partner_shipping_id.with_company(self.company_id).property_stock_customer
        # The goods follow the order, as in core: whoever may confirm it needs no stock rights.
        self.sudo()._transfer(lines, "issue", self.location_id, customers, moment)

    def _finish(self, picking, moment):
        res = super()._finish(picking, moment)
        picking.move_ids._set_consignment_cost_at(moment)
        return res

    def _prepare_move_values(self, line, source, target):
        values = super()._prepare_move_values(line, source, target)
        sale_line = line.extra.get("sale_line")
        if sale_line:
            values["sale_line_id"] = sale_line.id
            values["to_refund"] = True
            if line.extra.get("kit_line"):
                values["bom_line_id"] = line.extra["kit_line"].id
        if line.extra.get("origin_move"):
            values["origin_returned_move_id"] = line.extra["origin_move"].id
        return values

    # === KITS === #

    def _prepare_component(self, line, component, quantity):
        """Remember the line of the kit: by it the host knows how many kits went out."""
        part = super()._prepare_component(line, component, quantity)
        return replace(part, extra={**line.extra, "kit_line": component})

    def _get_kit_parts(self, product):
        """Return the parts of one unit of a kit as lines."""
        no_lot = self.env["stock.lot"]
        return self._expand_kits([Line(number=1, product=product, quantity=1.0, lot=no_lot)])

    # === LOAN TO SALE === #

    @api.model
    def _get_conversions(self):
        return ["sale", *super()._get_conversions()]

    def _convert_to_sale(self, lines, partner, moment):
        return self._settle(lines, moment, partner=partner).id
