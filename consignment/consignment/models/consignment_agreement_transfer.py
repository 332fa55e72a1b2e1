from numbers import Real

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_compare, float_is_zero, float_round

from ..const import KINDS_OUT
from ..tools.ageing import lowest_balance
from ..tools.lines import Line, Take


class ConsignmentAgreementTransfer(models.AbstractModel):
    """What moves goods: fill-up, pick-up, conversions, exchange, prices."""

    _name = "consignment.agreement.transfer"
    _description = "Consignment Agreement: Transfers"

    # === PUBLIC METHODS === #

    def fill_up(self, lines, date=None):
        """Hand goods over: to the other party (kinds out), or from them to us (kinds in).

        :param lines: list of dicts ``product_id``, ``quantity``, optionally ``uom_id``,
            ``lot_id``, ``price_unit`` (in the agreement's currency, per unit of the line;
            kept as the agreed price) and ``location_id`` (a shop below the place)
        :param date: ISO date or datetime of the transfer; now when left out
        :return: id of the transfer, done
        :raises UserError: with the number of the line that cannot be done; nothing is done
        """
        self.ensure_one()
        self._start_operation(("active",))
        parsed = self._parse_lines(lines)
        moment = self._check_moment(date)
        self._check_fill_up(parsed)
        self._record_prices(parsed, moment)
        picking = self._transfer(
            parsed,
            "receive" if self.direction == "in" else self._get_loan_operation("fill_up", "loan"),
            self._get_counter_location(),
            self.location_id,
            moment,
        )
        return picking.id

    def pick_up(self, lines, date=None):
        """Take goods back: from the other party (kinds out), or back to their owner (kinds in).

        :param lines: as in ``fill_up``, without a price
        :param date: as in ``fill_up``
        :return: id of the transfer, done
        :raises UserError: when more would leave than is there
        """
        self.ensure_one()
        self._start_operation(("active", "closing"))
        parsed = self._parse_lines(lines)
        moment = self._check_moment(date)
        self._check_cover(parsed, moment)
        operation = self._get_loan_operation("pick_up", "loan_return")
        if self.direction == "in":
            operation = "give_back"
        picking = self._transfer(
            parsed, operation, self.location_id, self._get_counter_location(), moment
        )
        return picking.id

    def convert(self, lines, to, partner_id=False, date=None):
        """Turn goods that are out into something else than a return.

        :param lines: as in ``fill_up``; never more than what is still out
        :param to: ``sale``, ``gift``, ``own_use`` or ``relend``
        :param partner_id: the buyer, or the next borrower
        :param date: as in ``fill_up``
        :return: id of what it made: sale order, picking, picking, agreement
        :raises UserError: when the conversion is unknown or more is converted than is out
        """
        self.ensure_one()
        if to not in self._get_conversions():
            raise UserError(self.env._("Goods cannot be converted to “%s”.", to))
        if self.kind not in KINDS_OUT:
            raise UserError(self.env._("Only goods of ours in other hands can be converted."))
        self._start_operation(("active", "closing"))
        parsed = self._parse_lines(lines)
        moment = self._check_moment(date)
        self._check_cover(parsed, moment)
        partner = self._parse_partner(partner_id)
        return getattr(self, f"_convert_to_{to}")(parsed, partner, moment)

    def exchange(self, lines, received, date=None):
        """Take another article instead of the lent one (异种归还).

        What was lent is written off to the exchange location, what came is taken into
        stock at ``price_unit`` (company currency, per unit of the line) or at its cost;
        the difference of the two values stays on the exchange location.

        :param lines: the lent articles given up, as in ``pick_up``
        :param received: the articles received, as in ``fill_up``
        :return: id of the transfer that takes the other articles into stock
        """
        self.ensure_one()
        self._start_operation(("active", "closing"))
        given, taken = self._parse_lines(lines), self._parse_lines(received)
        moment = self._check_moment(date)
        self._check_cover(given, moment)
        place = self.company_id._get_consignment_use_location("exchange")
        self._transfer(given, "issue", self.location_id, place, moment)
        operation = self._get_loan_operation("pick_up", "loan_return")
        stock = self.warehouse_id.lot_stock_id
        picking = self._transfer(taken, operation, place, stock, moment)
        self._set_received_values(picking, taken)
        return picking.id

    def adjust_price(self, lines, date=None, note=""):
        """Agree new prices from a date on; goods settled since then are corrected.

        :param lines: list of dicts ``product_id``, ``price_unit``, optionally ``uom_id``
        :param date: ISO date from which the price holds; today when left out
        :return: list of ids of the new prices
        """
        self.ensure_one()
        self._start_operation(("active", "closing"))
        date_from = fields.Date.to_date(date) or fields.Date.context_today(self)
        prices = self.env["consignment.price"]
        for number, values in enumerate(lines, 1):
            product = self._parse_product(values, number)
            price = self._parse_price(values, product, number)
            if price is None:
                self._refuse(number, self.env._("the price is missing"))
            old = self._get_price(product, date_from)
            prices |= self._add_price(product, price, date_from, note)
            if old is not False and float_compare(old, price, precision_digits=6):
                self._correct_settled(product, old, price, date_from)
        return prices.ids

    def action_next_sample(self):
        """Open the next round of a certification sample (an action dictionary)."""
        self.ensure_one()
        self.check_access("write")
        following = self.copy(
            {
                "previous_id": self.id,
                "sample_round": self.sample_round + 1,
                "date_start": fields.Date.context_today(self),
                "due_date": False,
            }
        )
        return following.get_formview_action()

    # === START: access, lock, state === #

    def _start_operation(self, states):
        """Check right and state, and make sure that nobody else does the same just now."""
        self.check_access("write")
        self._lock()
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(agreement)s is “%(state)s”: this cannot be done now.",
                    agreement=self.display_name,
                    state=labels[self.state],
                )
            )

    def _lock(self):
        """Take the agreements for this transaction.

        The counter is written: whoever comes second waits here for the first one's commit,
        gets a serialization error, and is started again by the framework with what is left.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE consignment_agreement SET operation_count = operation_count + 1"
                " WHERE id IN %s",
                tuple(self.ids),
            )
        )
        self.invalidate_recordset(["operation_count", "state"])

    def _get_loan_operation(self, consigned, lent):
        return consigned if self.kind == "consign_out" else lent

    def _get_counter_location(self):
        """Return where goods come from before, and go to after: our stock or their owner."""
        if self.direction == "in":
            return self.partner_id.with_company(self.company_id).property_stock_supplier
        return self.warehouse_id.lot_stock_id

    # === READING LINES === #

    def _refuse(self, number, reason):
        raise UserError(self.env._("Line %(number)s: %(reason)s.", number=number, reason=reason))

    def _parse_lines(self, lines):
        """Return the lines as records; the first bad one stops everything."""
        if not isinstance(lines, list | tuple) or not lines:
            raise UserError(self.env._("There is no line to work on."))
        return [self._parse_line(values, number) for number, values in enumerate(lines, 1)]

    def _parse_line(self, values, number):
        product = self._parse_product(values, number)
        return Line(
            number=number,
            product=product,
            quantity=self._parse_quantity(values, product, number),
            lot=self._parse_lot(values, product, number),
            price=self._parse_price(values, product, number),
            shop=self._parse_shop(values, number),
        )

    def _parse_product(self, values, number):
        product_id = isinstance(values, dict) and values.get("product_id")
        product = self.env["product.product"].browse(product_id or []).exists()
        if len(product) != 1:
            self._refuse(number, self.env._("there is no product %s", product_id or ""))
        if product.company_id and product.company_id != self.company_id:
            self._refuse(number, self.env._("%s is another company's", product.display_name))
        if not product.is_storable:
            self._refuse(number, self.env._("%s is not kept in stock", product.display_name))
        return product

    def _parse_uom(self, values, product, number):
        uom = self.env["uom.uom"].browse(values.get("uom_id") or product.uom_id.id).exists()
        if not uom or not uom._has_common_reference(product.uom_id):
            self._refuse(number, self.env._("the unit does not fit %s", product.display_name))
        return uom

    def _parse_quantity(self, values, product, number):
        entered = values.get("quantity")
        if isinstance(entered, bool) or not isinstance(entered, Real):
            self._refuse(number, self.env._("the quantity is not a number"))
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        if float_compare(entered, 0.0, precision_digits=digits) <= 0:
            self._refuse(number, self.env._("the quantity must be more than zero"))
        if abs(float_round(entered, precision_digits=digits) - entered) > 1e-9:
            self._refuse(number, self.env._("the quantity has more than %s digits", digits))
        uom = self._parse_uom(values, product, number)
        quantity = uom._compute_quantity(entered, product.uom_id, rounding_method="HALF-UP")
        self._check_whole(product, quantity, number)
        return quantity

    def _check_whole(self, product, quantity, number):
        is_whole = float_is_zero(quantity - round(quantity), precision_digits=6)
        if (product.whole_units or product.tracking == "serial") and not is_whole:
            self._refuse(number, self.env._("%s comes in whole units only", product.display_name))

    def _parse_lot(self, values, product, number):
        lot = self.env["stock.lot"].browse(values.get("lot_id") or []).exists()
        if values.get("lot_id") and lot.product_id != product:
            self._refuse(
                number,
                self.env._("the lot does not belong to %s", product.display_name),
            )
        if lot and product.tracking == "serial" and values.get("quantity", 0) != 1:
            self._refuse(number, self.env._("a serial number stands for one piece"))
        return lot

    def _parse_price(self, values, product, number):
        price = values.get("price_unit")
        if price is None or price is False:
            return None
        if isinstance(price, bool) or not isinstance(price, Real) or price < 0:
            self._refuse(number, self.env._("the price is not a positive number"))
        uom = self._parse_uom(values, product, number)
        return uom._compute_price(price, product.uom_id)

    def _parse_shop(self, values, number):
        shop = self.env["stock.location"].browse(values.get("location_id") or []).exists()
        if shop and shop.consignment_agreement_id != self:
            self._refuse(number, self.env._("%s is not a shop of this place", shop.display_name))
        return shop

    def _parse_partner(self, partner_id):
        partner = self.env["res.partner"].browse(partner_id or []).exists()
        if partner_id and not partner:
            raise UserError(self.env._("There is no partner %s.", partner_id))
        return partner or self.partner_id

    def _check_moment(self, date):
        """Return when it happened: not before the agreement, not in the future."""
        moment = self._to_moment(date)
        now = fields.Datetime.now()
        if moment > now:
            raise UserError(self.env._("%s is in the future.", date))
        if (
            self.date_start
            and fields.Datetime.context_timestamp(self, moment).date() < self.date_start
        ):
            raise UserError(
                self.env._(
                    "%(agreement)s only begins on %(date)s.",
                    agreement=self.display_name,
                    date=self.date_start,
                )
            )
        self._check_lock_date(moment)
        return moment

    def _check_lock_date(self, moment):
        violations = self.company_id._get_lock_date_violations(
            moment.date(), fiscalyear=True, sale=False, purchase=False, tax=False, hard=True
        )
        if violations:
            raise UserError(
                self.env._("The period of %s is closed in the books.", moment.date().isoformat())
            )

    # === CHECKS === #

    def _check_fill_up(self, lines):
        """Refuse a fill-up above the value limit; the sale side adds receivables."""
        if self.direction == "in" or not self.value_limit:
            return
        value = self._get_exposure() + sum(self._get_line_value(line) for line in lines)
        if self.currency_id.compare_amounts(value, self.value_limit) > 0:
            raise UserError(
                self.env._(
                    "%(agreement)s would reach %(value)s, the limit is %(limit)s.",
                    agreement=self.display_name,
                    value=self.currency_id.format(value),
                    limit=self.currency_id.format(self.value_limit),
                )
            )

    def _get_exposure(self):
        """Return the value at risk in the agreement's currency; an extension point."""
        value = sum(row["value"] for row in self.get_balance())
        return self._convert_from_company(value)

    def _get_line_value(self, line):
        # The limit holds whoever hands the goods over, cost reader or not.
        cost = line.product.sudo().with_company(self.company_id).standard_price
        return self._convert_from_company(cost * line.quantity)

    def _convert_from_company(self, amount):
        today = fields.Date.context_today(self)
        return self.company_currency_id._convert(amount, self.currency_id, self.company_id, today)

    def _check_cover(self, lines, moment):
        """Nothing may become negative, today nor at any moment since ``moment``."""
        asked = {}
        for line in lines:
            key = (line.product.id, line.lot.id or False)
            asked[key] = asked.get(key, 0.0) + line.quantity
            there = self._get_lowest_balance(line.product, line.lot, moment)
            digits = self.env["decimal.precision"].precision_get("Product Unit")
            if float_compare(asked[key], there, precision_digits=digits) > 0:
                self._refuse(
                    line.number,
                    self.env._(
                        "%(asked)g × %(product)s asked, but only %(there)g are there",
                        asked=asked[key],
                        product=line.product.display_name,
                        there=max(there, 0.0),
                    ),
                )

    def _get_lowest_balance(self, product, lot, moment):
        """Return the least quantity there from ``moment`` until today."""
        query = SQL(
            """SELECT date, SUM(quantity) FROM %s event
                WHERE agreement_id = %s AND product_id = %s AND %s
             GROUP BY date ORDER BY date""",
            self.env["consignment.event"]._table_sql,
            self.id,
            product.id,
            SQL("lot_id = %s", lot.id) if lot else SQL("TRUE"),
        )
        rows = self.env.execute_query(query)
        opening = sum(float(quantity) for date, quantity in rows if date <= moment)
        return lowest_balance(opening, [float(qty) for date, qty in rows if date > moment])

    # === PRICES === #

    def _get_price(self, product, date):
        """Return the agreed net price per product unit at a day, in the agreement's currency.

        False when nothing was agreed; the sale and purchase sides then ask price lists.
        """
        record = self._get_price_record(product, date)
        return record.price_unit if record else False

    def _get_price_record(self, product, date):
        return self.env["consignment.price"].search(
            [
                ("agreement_id", "=", self.id),
                ("product_id", "=", product.id),
                ("date_from", "<=", date),
            ],
            order="date_from desc, id desc",
            limit=1,
        )

    def _record_prices(self, lines, moment):
        for line in lines:
            if line.price is None:
                continue
            date = moment.date()
            old = self._get_price(line.product, date)
            if old is False or float_compare(old, line.price, precision_digits=6):
                self._add_price(line.product, line.price, date)

    def _add_price(self, product, price, date_from, note=""):
        return self.env["consignment.price"].create(
            {
                "agreement_id": self.id,
                "product_id": product.id,
                "price_unit": price,
                "date_from": date_from,
                "note": note,
            }
        )

    def _correct_settled(self, product, old, new, date_from):
        """Correct what was settled since ``date_from``; the sale and purchase sides do."""

    # === CONVERSIONS === #

    @api.model
    def _get_conversions(self):
        """Return the ways goods that are out can be converted; an extension point."""
        return ["gift", "own_use", "relend"]

    def _convert_to_gift(self, lines, partner, moment):
        place = self.company_id._get_consignment_use_location("gift")
        return self._transfer(lines, "issue", self.location_id, place, moment).id

    def _convert_to_own_use(self, lines, partner, moment):
        place = self.company_id._get_consignment_use_location("own_use")
        return self._transfer(lines, "issue", self.location_id, place, moment).id

    def _convert_to_relend(self, lines, partner, moment):
        following = self.create(self._prepare_relend_values(partner))
        following.action_activate()
        following._transfer(lines, "loan", self.location_id, following.location_id, moment)
        return following.id

    def _prepare_relend_values(self, partner):
        values = self.copy_data({"partner_id": partner.id, "previous_id": self.id})[0]
        days = self.due_date and self.date_start and (self.due_date - self.date_start).days
        today = fields.Date.context_today(self)
        return {
            **values,
            "kind": self.kind if self.kind != "consign_out" else "loan_out",
            "date_start": min(today, self.date_start or today),
            "due_date": fields.Date.add(today, days=days or 30),
        }

    # === TRANSFERS === #

    def _transfer(self, lines, operation, source, target, moment):
        """Move the lines and return the done transfer.

        The move lines are made from the quants found, never by reservation: that might
        take them from a place below ``source`` which belongs to somebody else.
        """
        takes = self._allocate(lines, source)
        picking_type = self.warehouse_id._get_consignment_type(operation)
        # Operation types and places are the agreement's own; its reader may not read all.
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "origin": self.name,
                "scheduled_date": moment,
                "consignment_agreement_id": self.id,
                "move_ids": [
                    Command.create(self._prepare_move_values(line, source, target))
                    for line in lines
                ],
            }
        )
        self._fill_moves(picking, lines, takes)
        self._finish(picking, moment)
        return picking

    def _prepare_move_values(self, line, source, target):
        # A line may name a shop: below the target here, below the source when goods leave.
        shop = line.shop and line.shop.consignment_agreement_id == target.consignment_agreement_id
        return {
            "product_id": line.product.id,
            "product_uom": line.product.uom_id.id,
            "product_uom_qty": line.quantity,
            "location_id": source.id,
            "location_dest_id": (line.shop if shop else target).id,
            "company_id": self.company_id.id,
        }

    def _fill_moves(self, picking, lines, takes):
        # Unmerged: each line keeps its own move, also two lots of one product.
        picking.move_ids._action_confirm(merge=False)
        for move, line in zip(picking.move_ids.sorted("id"), lines, strict=True):
            move.move_line_ids.unlink()
            move.move_line_ids = [
                Command.create(self._prepare_move_line_values(move, take))
                for take in takes
                if take.line is line
            ]
        picking.move_ids.picked = True

    def _prepare_move_line_values(self, move, take):
        return {
            "picking_id": move.picking_id.id,
            "product_id": move.product_id.id,
            "product_uom_id": move.product_id.uom_id.id,
            "quantity": take.quantity,
            "location_id": take.location.id,
            "location_dest_id": move.location_dest_id.id,
            "lot_id": take.lot.id,
            "package_id": take.package.id,
            "owner_id": take.owner.id,
        }

    def _finish(self, picking, moment):
        picking.with_context(skip_backorder=True)._action_done()
        if picking.state != "done":
            raise UserError(self.env._("The transfer %s could not be done.", picking.name))
        if moment < fields.Datetime.now().replace(second=0, microsecond=0):
            picking.date_done = moment
        self._forget_goods()

    def _forget_goods(self):
        """What lies where is read from the moves: what was read before is out of date."""
        names = ("event_ids", "layer_ids", "goods_quantity", "goods_value", "oldest_days")
        self.invalidate_recordset([*names, "age_shares", "goods_state", "is_overdue"])

    # === ALLOCATION === #

    def _allocate(self, lines, source):
        """Return from which quants the lines are taken, oldest first."""
        if source.usage != "internal":
            return [self._take_from_outside(line, source) for line in lines]
        used = {}
        return [take for line in lines for take in self._take(line, source, used)]

    def _take_from_outside(self, line, source):
        if line.product.tracking != "none" and not line.lot:
            self._refuse(
                line.number, self.env._("%s needs a lot or serial", line.product.display_name)
            )
        none = self.env["stock.package"]
        return Take(line, source, line.lot, none, self.env["res.partner"], line.quantity)

    def _take(self, line, source, used):
        missing = line.quantity
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        for quant in self._get_quants(line, source):
            free = quant.quantity - quant.reserved_quantity - used.get(quant, 0.0)
            taken = min(free, missing)
            if float_compare(taken, 0.0, precision_digits=digits) <= 0:
                continue
            used[quant] = used.get(quant, 0.0) + taken
            missing -= taken
            yield Take(
                line, quant.location_id, quant.lot_id, quant.package_id, quant.owner_id, taken
            )
        if float_compare(missing, 0.0, precision_digits=digits) > 0:
            self._refuse(
                line.number,
                self.env._(
                    "%(missing)g × %(product)s are missing in %(location)s",
                    missing=missing,
                    product=line.product.display_name,
                    location=source.display_name,
                ),
            )

    def _get_quants(self, line, source):
        # Quants are read as core reserves: the user needs no right on each location.
        quants = self.env["stock.quant"].sudo()
        found = quants._gather(line.product, source, lot_id=line.lot or None)
        if line.lot:
            found = found.filtered(lambda quant: quant.lot_id == line.lot)
        agreement = source.consignment_agreement_id
        if not agreement:
            # What lies in our stock but is not ours is no answer to a wish for our goods.
            found = found.filtered(lambda quant: not quant.location_id.consignment_agreement_id)
        if agreement and line.shop.consignment_agreement_id == agreement:
            found = found.filtered(lambda quant: quant.location_id == line.shop)
        return found

    def _set_received_values(self, picking, lines):
        for move, line in zip(picking.move_ids.sorted("id"), lines, strict=True):
            if line.price is not None:
                # The lender states what the other article is worth to the company.
                move.sudo().value_manual = line.price * line.quantity
