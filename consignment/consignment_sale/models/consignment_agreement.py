from dataclasses import replace
from numbers import Real

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from odoo.addons.consignment.const import KINDS_OUT

DESTINATIONS = ("stock", "dealer", "scrap")


class ConsignmentAgreement(models.Model):
    _inherit = "consignment.agreement"

    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Used where no price was agreed. It decides the currency of the agreement.",
    )
    report_ids = fields.One2many("consignment.report", "agreement_id", "Reports of Sales")
    open_report_count = fields.Integer(compute="_compute_open_report_count")
    order_ids = fields.One2many("sale.order", "consignment_agreement_id", "Orders")
    order_count = fields.Integer(compute="_compute_order_count")
    exposure = fields.Monetary(
        compute="_compute_exposure",
        groups="sales_team.group_sale_salesman,stock.group_stock_manager,"
        "account.group_account_readonly",
        help="Receivable, sold but not invoiced, and goods out, in the agreement's currency.",
    )
    is_exposed = fields.Boolean(compute="_compute_exposure")

    # === COMPUTE === #

    @api.depends("pricelist_id")
    def _compute_currency_id(self):
        res = super()._compute_currency_id()
        for agreement in self.filtered("pricelist_id"):
            agreement.currency_id = agreement.pricelist_id.currency_id
        return res

    @api.depends("report_ids.state")
    def _compute_open_report_count(self):
        groups = self.env["consignment.report"]._read_group(
            [("agreement_id", "in", self.ids), ("state", "in", ("draft", "submitted"))],
            ["agreement_id"],
            ["__count"],
        )
        counts = {agreement.id: count for agreement, count in groups}
        for agreement in self:
            agreement.open_report_count = counts.get(agreement.id, 0)

    @api.depends("order_ids")
    def _compute_order_count(self):
        # Counting orders is not reading them.
        groups = (
            self.env["sale.order"]
            .sudo()
            ._read_group(
                [("consignment_agreement_id", "in", self.ids)],
                ["consignment_agreement_id"],
                ["__count"],
            )
        )
        counts = {agreement.id: count for agreement, count in groups}
        for agreement in self:
            agreement.order_count = counts.get(agreement.id, 0)

    @api.depends("guarantee_amount", "goods_quantity")
    def _compute_exposure(self):
        for agreement in self:
            is_dealer = agreement.direction == "out" and agreement.state != "draft"
            agreement.exposure = agreement._get_exposure() if is_dealer else 0.0
            agreement.is_exposed = bool(
                agreement.guarantee_amount
                and agreement.currency_id.compare_amounts(
                    agreement.exposure, agreement.guarantee_amount
                )
                > 0
            )

    # === PUBLIC METHODS === #

    def report_sales(self, lines, date=None):
        """Settle what the dealer sold.

        :param lines: list of dicts ``product_id``, ``quantity``, optionally ``uom_id``,
            ``lot_id``, ``price_unit`` (net, agreement currency, per unit of the line)
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

    def settle_by_count(self, lines, date=None):
        """Settle what is missing from a count (盘点倒挤): sold = book − counted.

        Goods counted above the book are found goods; they are taken into the place.

        :param lines: list of dicts ``product_id``, ``quantity`` counted (zero allowed),
            optionally ``uom_id``, ``lot_id``; articles that are not listed were not counted
        :param date: ISO date of the count; today when left out
        :return: id of the sales order, as ``report_sales``; 0 when nothing was sold
        """
        self.ensure_one()
        self._check_dealer()
        self._start_operation(("active", "closing"))
        moment = self._check_moment(date)
        sold, found = self._split_count(self._parse_count(lines), moment)
        if found:
            self._take_found(found, moment)
        if not sold:
            return 0
        report = self._create_report(sold, date, "count")
        report.action_confirm()
        return report.order_id.id

    def preview_count(self, lines, date=None):
        """Return what ``settle_by_count`` would do, and do nothing.

        :return: list of dicts ``product_id, lot_id, book, counted, sold, found, price_unit,
            amount``
        """
        self.ensure_one()
        self.check_access("read")
        moment = self._check_moment(date)
        rows = []
        for line in self._parse_count(lines):
            book = self._get_lowest_balance(line.product, line.lot, moment)
            sold = max(book - line.quantity, 0.0)
            price = self._get_settlement_price(line.product, moment.date())
            rows.append(
                {
                    "product_id": line.product.id,
                    "lot_id": line.lot.id or False,
                    "book": book,
                    "counted": line.quantity,
                    "sold": sold,
                    "found": max(line.quantity - book, 0.0),
                    "price_unit": price,
                    "amount": self.currency_id.round(sold * price),
                }
            )
        return rows

    def return_sales(self, order_id, lines, destination, date=None):
        """Take back what a settlement sold; the order is credited accordingly.

        :param order_id: the settling sales order
        :param lines: list of dicts ``product_id``, ``quantity``, optionally ``uom_id``, ``lot_id``
        :param destination: ``stock`` (back to us), ``dealer`` (stays there on consignment),
            or ``scrap`` (neither back nor resold)
        :return: id of the transfer from the customer; invoice the order to credit it
        :raises UserError: when more is returned than that order sold
        """
        self.ensure_one()
        self._start_operation(("active", "closing"))
        if destination not in DESTINATIONS:
            raise UserError(self.env._("Goods cannot be returned to “%s”.", destination))
        order = self.env["sale.order"].browse(order_id).exists()
        if order.consignment_agreement_id != self:
            raise UserError(self.env._("This order does not settle %s.", self.display_name))
        order.check_access("write")
        moment = self._check_moment(date)
        parsed = self._bind_returns(order, self._parse_lines(lines))
        return self._return_lines(order, parsed, destination, moment).id

    # === SETTLEMENT === #

    def _check_dealer(self):
        if self.kind not in KINDS_OUT:
            raise UserError(self.env._("Only goods of ours in other hands can be reported sold."))

    def _create_report(self, lines, date, source):
        moment = self._to_moment(date)
        return self.env["consignment.report"].create(
            {
                "agreement_id": self.id,
                "date": fields.Datetime.context_timestamp(self, moment).date(),
                "source": source,
                "line_ids": [
                    Command.create(self._prepare_report_line_values(line)) for line in lines
                ],
            }
        )

    def _prepare_report_line_values(self, line):
        values = {
            "product_id": line.product.id,
            "quantity": line.quantity,
            "uom_id": line.product.uom_id.id,
            "lot_id": line.lot.id,
        }
        if line.price is not None:
            values["price_unit"] = line.price
        return values

    def _settle(self, lines, moment, report=None, partner=None):
        """Return the order that sells the lines out of the place."""
        self._clip_to_balance(lines, moment, report)
        lines = [line for line in lines if line.quantity > 0]
        if not lines:
            raise UserError(self.env._("Nothing of this was there."))
        order = self.env["sale.order"].create(
            self._prepare_order_values(lines, moment, partner or self.partner_id)
        )
        order.action_confirm()
        self._mark_prices_used(lines, moment)
        if self.method == "commission":
            self._create_commission_bill(order, "in_invoice", order.amount_untaxed)
        return order

    def _clip_to_balance(self, lines, moment, report):
        """Refuse what was not there, or record it as a difference; never go negative."""
        if self.over_settlement == "refuse" or not report:
            self._check_cover(lines, moment)
            return
        taken = {}
        for line, record in zip(lines, report._get_reported_lines(), strict=True):
            key = (line.product.id, line.lot.id)
            there = self._get_lowest_balance(line.product, line.lot, moment)
            there = max(there - taken.get(key, 0.0), 0.0)
            over = line.quantity - there
            if float_compare(over, 0.0, precision_digits=6) > 0:
                record.difference = over
                line.quantity = there
            taken[key] = taken.get(key, 0.0) + line.quantity

    def _prepare_order_values(self, lines, moment, partner):
        pricelist = self.pricelist_id
        return {
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "warehouse_id": self.warehouse_id.id,
            "pricelist_id": pricelist.id,
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
            price = self._get_settlement_price(line.product, moment.date())
        return {
            "product_id": line.product.id,
            "product_uom_qty": line.quantity,
            "product_uom_id": line.product.uom_id.id,
            "price_unit": price,
            # Another value than the price marks it as set by hand: it survives changes.
            "technical_price_unit": -1.0 if not price else 0.0,
            "discount": 0.0,
            "consignment_lot_id": line.lot.id,
        }

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
            record = self._get_price_record(line.product, moment.date())
            # History is kept whoever settles; a salesperson cannot edit prices.
            record.sudo().filtered(lambda price: not price.is_used).is_used = True

    def _issue_order_lines(self, order_lines):
        """Issue confirmed order lines from the place."""
        order = order_lines.order_id
        self._start_operation(("active", "closing"))
        values = [
            {
                "product_id": line.product_id.id,
                "quantity": line._get_issue_quantity(),
                "uom_id": line.product_uom_id.id,
                "lot_id": line.consignment_lot_id.id,
            }
            for line in order_lines
        ]
        lines = self._parse_lines(values)
        moment = self._check_moment(
            order.consignment_date and fields.Datetime.to_string(order.consignment_date)
        )
        self._check_cover(lines, moment)
        for line, order_line in zip(lines, order_lines, strict=True):
            line.extra["sale_line"] = order_line
        customers = order.partner_shipping_id.with_company(self.company_id).property_stock_customer
        # The goods follow the order, as in core: whoever may confirm it needs no stock rights.
        self.sudo()._transfer(lines, "issue", self.location_id, customers, moment)

    def _prepare_move_values(self, line, source, target):
        values = super()._prepare_move_values(line, source, target)
        sale_line = line.extra.get("sale_line")
        if sale_line:
            values["sale_line_id"] = sale_line.id
            values["to_refund"] = True
        if line.extra.get("origin_move"):
            values["origin_returned_move_id"] = line.extra["origin_move"].id
        return values

    # === COUNT === #

    def _parse_count(self, lines):
        """Read counted quantities: as any line, but nothing may be left."""
        if not isinstance(lines, list | tuple) or not lines:
            raise UserError(self.env._("There is no line to work on."))
        parsed = []
        for number, values in enumerate(lines, 1):
            counted = isinstance(values, dict) and values.get("quantity")
            if isinstance(counted, Real) and not isinstance(counted, bool) and counted == 0:
                line = self._parse_line({**values, "quantity": 1.0}, number)
                line.quantity = 0.0
            else:
                line = self._parse_line(values, number)
            parsed.append(line)
        self._refuse_double_count(parsed)
        return parsed

    def _refuse_double_count(self, lines):
        seen = {}
        for line in lines:
            key = (line.product.id, line.lot.id)
            if key in seen:
                self._refuse(
                    line.number,
                    self.env._(
                        "%(product)s was counted on line %(first)s already",
                        product=line.product.display_name,
                        first=seen[key],
                    ),
                )
            seen[key] = line.number

    def _split_count(self, lines, moment):
        sold, found = [], []
        for line in lines:
            book = self._get_lowest_balance(line.product, line.lot, moment)
            difference = line.product.uom_id.round(book - line.quantity)
            if difference:
                line.quantity = abs(difference)
                (sold if difference > 0 else found).append(line)
        return sold, found

    def _take_found(self, lines, moment):
        """Found goods enter the place as a gain, valued at cost."""
        for line in lines:
            source = line.product.with_company(self.company_id).property_stock_inventory
            # Counting is the dealer's round of the salesperson, who has no stock rights.
            self.sudo()._transfer([line], "issue_return", source, self.location_id, moment)

    # === RETURNS === #

    def _bind_returns(self, order, lines):
        """Bind each line to the order line it was sold on, with what is left to return."""
        for line in lines:
            candidates = order.order_line.filtered(
                lambda sale, line=line: (
                    sale.product_id == line.product
                    and (not line.lot or sale.consignment_lot_id in (line.lot, line.lot.browse()))
                )
            )
            sale_line = candidates.filtered(
                lambda sale, line=line: (
                    float_compare(self._get_returnable(sale), line.quantity, precision_digits=6)
                    >= 0
                )
            )[:1]
            if not sale_line:
                self._refuse(
                    line.number,
                    self.env._("%s was not sold that often", line.product.display_name),
                )
            line.extra["sale_line"] = sale_line
            line.extra["origin_move"] = sale_line.move_ids.filtered(
                lambda move: move.state == "done" and move.location_dest_id.usage == "customer"
            )[:1]
            line.lot = line.lot or line.extra["origin_move"].move_line_ids.lot_id[:1]
        return lines

    def _get_returnable(self, sale_line):
        return sale_line.product_uom_id._compute_quantity(
            sale_line.qty_delivered, sale_line.product_id.uom_id
        )

    def _return_lines(self, order, lines, destination, moment):
        customers = order.partner_shipping_id.with_company(self.company_id).property_stock_customer
        back = self.warehouse_id.lot_stock_id if destination == "stock" else self.location_id
        # As for the issue: the goods follow the order.
        picking = self.sudo()._transfer(lines, "issue_return", customers, back, moment)
        if destination == "scrap":
            self._scrap_returned(lines, moment)
        if self.method == "commission":
            sold = sum(
                line.quantity * line.extra["sale_line"]._get_settled_price() for line in lines
            )
            self._create_commission_bill(order, "in_refund", sold)
        return picking

    def _scrap_returned(self, lines, moment):
        """Take the value back with the return, and lose it at the dealer's."""
        # The place is the company's; it is only written to by the return itself.
        place = (
            self.env["stock.location"]
            .sudo()
            .search(
                [
                    ("usage", "=", "inventory"),
                    ("company_id", "=", self.company_id.id),
                    ("consignment_use", "=", False),
                ],
                order="id",
                limit=1,
            )
        )
        plain = [replace(line, extra={}) for line in lines]
        # sudo: the seller decides the difference, the goods are the warehouse's
        self.sudo()._transfer(plain, "issue", self.location_id, place, moment)

    # === COMMISSION AND PRICE CORRECTIONS === #

    def _create_commission_bill(self, order, move_type, base):
        """Return the draft bill (or refund) of the dealer for the commission."""
        # The document belongs to accounting; the settlement only prepares it.
        return (
            self.env["account.move"]
            .sudo()
            .with_company(self.company_id)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": self.partner_id.id,
                    "currency_id": order.currency_id.id,
                    "invoice_origin": order.name,
                    "invoice_date": fields.Date.context_today(self),
                    "consignment_agreement_id": self.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.commission_product_id.id,
                                "quantity": 1,
                                "price_unit": order.currency_id.round(
                                    base * self.commission_rate / 100
                                ),
                            }
                        )
                    ],
                }
            )
        )

    def _correct_settled(self, product, old, new, date_from):
        """Credit or debit what was invoiced since ``date_from``; reprice what was not."""
        res = super()._correct_settled(product, old, new, date_from)
        start = self._to_moment(fields.Date.to_string(date_from))
        start = start.replace(hour=0, minute=0, second=0)
        lines = self.env["sale.order.line"].search(
            [
                ("order_id.consignment_agreement_id", "=", self.id),
                ("order_id.consignment_date", ">=", start),
                ("state", "=", "sale"),
                ("product_id", "=", product.id),
            ]
        )
        invoiced = lines.filtered("qty_invoiced")
        for line in lines - invoiced:
            line._set_agreed_price(new)
        for currency, settled in invoiced.grouped("currency_id").items():
            self._create_price_correction(settled, new, currency)
        return res

    def _create_price_correction(self, lines, new, currency):
        commands = [self._prepare_correction_line(line, new) for line in lines]
        total = sum(values["quantity"] * values["price_unit"] for values in commands)
        if currency.is_zero(total):
            return self.env["account.move"]
        sign = 1 if total > 0 else -1
        for values in commands:
            values["price_unit"] *= sign
        # Prepared for accounting by whoever agrees prices, who need not be an accountant.
        return (
            self.env["account.move"]
            .sudo()
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "out_invoice" if total > 0 else "out_refund",
                    "partner_id": self.partner_id.id,
                    "currency_id": currency.id,
                    "consignment_agreement_id": self.id,
                    "invoice_origin": ", ".join(lines.order_id.mapped("name")),
                    "invoice_line_ids": [Command.create(values) for values in commands],
                }
            )
        )

    def _prepare_correction_line(self, line, new):
        """No product: the goods were invoiced already, only their price changes."""
        quantity = line.product_uom_id._compute_quantity(line.qty_invoiced, line.product_id.uom_id)
        accounts = line.product_id.product_tmpl_id.get_product_accounts()
        return {
            "name": self.env._(
                "%(product)s: price of %(order)s corrected",
                product=line.product_id.display_name,
                order=line.order_id.name,
            ),
            "quantity": quantity,
            "price_unit": new - line._get_settled_price(),
            "account_id": accounts["income"].id,
            "tax_ids": [Command.set(line.tax_ids.ids)],
        }

    # === LOAN TO SALE === #

    @api.model
    def _get_conversions(self):
        return ["sale", *super()._get_conversions()]

    def _convert_to_sale(self, lines, partner, moment):
        return self._settle(lines, moment, partner=partner).id

    # === RISK AND CLOSING === #

    def _get_exposure(self):
        """Goods out at cost, receivables and what is sold but not invoiced."""
        exposure = super()._get_exposure()
        # What a dealer owes decides on a fill-up, whoever does it.
        partner = self.partner_id.commercial_partner_id.sudo().with_company(self.company_id)
        receivable = self._convert_from_company(partner.credit)
        return exposure + receivable + self._get_uninvoiced()

    def _get_uninvoiced(self):
        orders = self.env["sale.order"].sudo()  # as above
        total = 0.0
        for order in orders.search(
            [
                ("consignment_agreement_id", "=", self.id),
                ("invoice_status", "=", "to invoice"),
            ]
        ):
            amount = sum(
                line.qty_to_invoice * line.price_reduce_taxinc for line in order.order_line
            )
            total += order.currency_id._convert(
                amount, self.currency_id, self.company_id, fields.Date.context_today(self)
            )
        return total

    def _get_open_items(self):
        reports = self.report_ids.filtered(lambda r: r.state in ("draft", "submitted"))
        orders = self.env["sale.order"].sudo()  # what is open is listed, whoever closes
        to_invoice = orders.search(
            [("consignment_agreement_id", "=", self.id), ("invoice_status", "=", "to invoice")]
        )
        items = [self.env._("unsettled report %s", report.name) for report in reports]
        items += [self.env._("order %s is not invoiced", order.name) for order in to_invoice]
        return super()._get_open_items() + items

    # === MONTH END === #

    @api.model
    def create_reclass(self, company_id, date):
        """Show the goods in other hands as shipped (发出商品) at the end of a month.

        The entry is reversed the next day; the stock closing counts it as stock.

        :param company_id: the company
        :param date: ISO date of the entry
        :return: id of the posted entry, 0 when nothing is out
        :raises UserError: when account or journal are not set
        """
        company = self.env["res.company"].browse(company_id)
        self.env["account.move"].check_access("create")
        account, journal = (
            company.consignment_shipped_account_id,
            company.consignment_reclass_journal_id,
        )
        if not account or not journal:
            raise UserError(self.env._("Set the account and the journal for goods shipped first."))
        day = fields.Date.to_date(date)
        amounts = self._get_reclass_amounts(company, day)
        if not amounts:
            return 0
        move = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": day,
                "ref": self.env._("Goods shipped at %s", fields.Date.to_string(day)),
                "line_ids": self._prepare_reclass_lines(amounts, account),
            }
        )
        move._post()
        reversal = move._reverse_moves([{"date": fields.Date.add(day, days=1), "ref": move.ref}])
        reversal._post(soft=reversal.date > fields.Date.context_today(self))
        return move.id

    def _get_reclass_amounts(self, company, day):
        amounts = {}
        agreements = self.search([("company_id", "=", company.id), ("direction", "=", "out")])
        for row in (row for agreement in agreements for row in agreement.get_balance(day)):
            product = self.env["product.product"].browse(row["product_id"]).with_company(company)
            account = product._get_product_accounts()["stock_valuation"]
            amounts[account] = amounts.get(account, 0.0) + row["value"]
        return {
            account: amount
            for account, amount in amounts.items()
            if account and not company.currency_id.is_zero(amount)
        }

    def _prepare_reclass_lines(self, amounts, shipped):
        commands = []
        for valuation, amount in amounts.items():
            name = self.env._("Goods in other hands")
            commands += [
                Command.create(
                    {
                        "account_id": shipped.id,
                        "name": name,
                        "balance": amount,
                        "consignment_valuation_account_id": valuation.id,
                    }
                ),
                Command.create({"account_id": valuation.id, "name": name, "balance": -amount}),
            ]
        return commands

    # === VIEWS === #

    def action_view_orders(self):
        """Open the orders that settled this agreement (an action dictionary)."""
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        return {
            **action,
            "domain": [("consignment_agreement_id", "in", self.ids)],
            "context": {"create": False},
        }

    def action_view_reports(self):
        """Open the reports of sales (an action dictionary)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("consignment_sale.action_report")
        return {
            **action,
            "domain": [("agreement_id", "=", self.id)],
            "context": {"default_agreement_id": self.id},
        }

    def action_new_report(self):
        """Start a report with everything that is there (an action dictionary)."""
        self.ensure_one()
        report = self.env["consignment.report"].create({"agreement_id": self.id})
        report.action_fill_from_balance()
        return report.get_formview_action()
