from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class ConsignmentAgreementVendor(models.AbstractModel):
    """Settlement with the owner: by bill, in kind, by another article."""

    _name = "consignment.agreement.vendor"
    _description = "Consignment Agreement: Vendor Settlement"

    # === PUBLIC METHODS === #

    def settle_vendor(self, date_to):
        """Bill what was used of the owner's goods until the end of a day.

        Each draw is settled once; what was given back is left out, or credited when it was
        billed before. The same call again returns the same bill.

        :param date_to: ISO date, last day of the period
        :return: id of the draft vendor bill (a refund when more is credited than billed)
        :raises UserError: when there is nothing to settle
        """
        self.ensure_one()
        agreement = self._start_settlement()
        day = self._parse_settlement_day(date_to)
        if agreement.method == "commission":
            return agreement._settle_commission(day)
        draws = agreement._get_open_draws(day)
        if not draws:
            return agreement._get_settled_bill(day).id
        quantities = {draw: draw.open_quantity for draw in draws}
        return agreement._make_settlement(quantities, day).bill_id.id

    def buy_borrowed(self, lines, date=None):
        """Buy a part of what was used of borrowed goods; the rest stays owed.

        :param lines: list of dicts ``product_id``, ``quantity``, optionally ``uom_id``
        :param date: ISO date of the settlement; today when left out
        :return: id of the draft vendor bill
        :raises UserError: when more is bought than is owed
        """
        self.ensure_one()
        agreement = self._start_settlement()
        agreement._check_draws_possible()
        day = self._parse_settlement_day(date or fields.Date.context_today(self))
        quantities = agreement._choose_draws(agreement._parse_lines(lines), day)
        return agreement._make_settlement(quantities, day).bill_id.id

    def return_in_kind(self, lines, date=None):
        """Give own goods of the same product for borrowed ones that were used.

        :param lines: list of dicts ``product_id``, ``quantity``, optionally ``uom_id``,
            ``lot_id`` (of the own goods given)
        :param date: ISO date or datetime; now when left out
        :return: id of the transfer to the lender, done
        :raises UserError: when more is returned than was used
        """
        self.ensure_one()
        self._start_operation(("active", "closing"))
        parsed = self._parse_lines(lines)
        moment = self._check_moment(date)
        # As for the draw: the purchase behind it is not the stock keeper's.
        agreement = self.sudo()
        returned = agreement._split_by_draw(parsed, moment, same_lot=False)
        source = self.warehouse_id.lot_stock_id
        agreement._transfer_draws(returned, source, self.location_id, moment)
        lender = self._get_counter_location()
        return self._transfer(parsed, "give_back", self.location_id, lender, moment).id

    @api.readonly
    def get_owed(self, at=None):
        """Return what is owed to the owner for goods that were used, now or on a past day.

        :param at: ISO date (end of that day) or datetime; now when left out
        :return: list of dicts ``product_id``, ``quantity`` (product unit), ``value`` (at the
            agreed price, before tax), ``currency_id``; one per product
        """
        self.ensure_one()
        self.check_access("read")
        moment = self._to_moment(at, end_of_day=True)
        # A stock keeper may know the debt of an agreement, not each purchase.
        draws = self.env["consignment.draw"].sudo()
        draws = draws.with_context(consignment_at=moment, consignment_owed=True)
        groups = draws._read_group(
            [("agreement_id", "=", self.id), ("open_quantity", "!=", 0)],
            ["product_id", "currency_id"],
            ["open_quantity:sum", "amount:sum"],
        )
        return [
            {
                "product_id": product.id,
                "quantity": quantity,
                "value": currency.round(amount),
                "currency_id": currency.id,
            }
            for product, currency, quantity, amount in groups
        ]

    # === SETTLEMENT === #

    def _start_settlement(self):
        """Check the right to make bills, lock, and return the agreement with all rights.

        An accountant may not change agreements or read transfers, a purchaser posts no
        journal items: who may make a vendor bill may settle, and it is done for them.
        """
        self.check_access("read")
        self.env["account.move"].check_access("create")
        if self.direction != "in":
            raise UserError(self.env._("Only others' goods are settled with their owner."))
        agreement = self.sudo()
        agreement._start_operation(("active", "closing"))
        return agreement

    def _parse_settlement_day(self, date_to):
        try:
            day = fields.Date.to_date(date_to)
        except ValueError as error:
            raise UserError(self.env._("%s is not a date.", date_to)) from error
        if not day:
            raise UserError(self.env._("Say until which day to settle."))
        if day > fields.Date.context_today(self):
            raise UserError(self.env._("%s is in the future.", day.isoformat()))
        return day

    def _get_open_draws(self, day):
        moment = self._to_moment(day, end_of_day=True)
        draws = self.env["consignment.draw"].with_context(consignment_at=moment)
        return draws.search(
            [("agreement_id", "=", self.id), ("open_quantity", "!=", 0)], order="date, id"
        )

    def _has_open(self, day):
        """Return whether anything until ``day`` waits for a settlement."""
        if self.method == "commission":
            return bool(self._get_open_sales(day))
        return bool(self._get_open_draws(day))

    def _get_settled_bill(self, day):
        """Return the bill that settled this day already: the call may be a repetition."""
        settlement = self.env["consignment.settlement"].search(
            [
                ("agreement_id", "=", self.id),
                ("date_to", ">=", day),
                ("bill_id.state", "in", ("draft", "posted")),
            ],
            order="date_to, id",
            limit=1,
        )
        if not settlement:
            raise UserError(
                self.env._(
                    "%(agreement)s: nothing was used until %(date)s that is not settled.",
                    agreement=self.display_name,
                    date=day.isoformat(),
                )
            )
        return settlement.bill_id

    def _choose_draws(self, lines, day):
        """Return ``draw: quantity`` for a part of what is owed, oldest draws first."""
        chosen = {}
        open_draws = self._get_open_draws(day)
        for line in lines:
            missing = line.quantity
            for draw in open_draws.filtered(
                lambda draw, line=line: draw.product_id == line.product
            ):
                taken = min(draw.open_quantity - chosen.get(draw, 0.0), missing)
                if line.product.uom_id.compare(taken, 0.0) > 0:
                    chosen[draw] = chosen.get(draw, 0.0) + taken
                    missing -= taken
            if line.product.uom_id.compare(missing, 0.0) > 0:
                reason = self.env._(
                    "%(missing)g × %(product)s more than are owed",
                    missing=missing,
                    product=line.product.display_name,
                )
                self._refuse(line.number, reason)
        return chosen

    def _make_settlement(self, quantities, day):
        settlement = self.env["consignment.settlement"].create(
            self._prepare_settlement(day, next(iter(quantities)).currency_id)
        )
        settlement.line_ids = [
            Command.create(self._prepare_settlement_line(draw, quantity))
            for draw, quantity in quantities.items()
        ]
        bills = self.env["account.move"].with_company(self.company_id)
        bill = bills.create(self._prepare_settlement_bill(settlement))
        self._finish_settlement_bill(settlement, bill)
        return settlement

    def _prepare_settlement(self, day, currency):
        sequence = self.env["ir.sequence"].with_company(self.company_id)
        return {
            "name": sequence.next_by_code("consignment.settlement"),
            "agreement_id": self.id,
            "currency_id": currency.id,
            "date_from": self._get_settlement_start(day),
            "date_to": day,
        }

    def _get_settlement_start(self, day):
        last = self.env["consignment.settlement"].search(
            [
                ("agreement_id", "=", self.id),
                ("date_to", "<", day),
                ("bill_id.state", "in", ("draft", "posted")),
            ],
            order="date_to desc, id desc",
            limit=1,
        )
        return fields.Date.add(last.date_to, days=1) if last else self.date_start

    def _prepare_settlement_line(self, draw, quantity):
        return {
            "move_id": draw.move_id.id,
            "purchase_line_id": draw.purchase_line_id.id,
            "date": draw.date,
            "reference": draw.used_reference,
            "product_id": draw.product_id.id,
            "lot_names": ", ".join(draw.lot_ids.mapped("name")),
            "quantity": quantity,
            "price_unit": draw.price_unit,
            "amount": draw.currency_id.round(quantity * draw.price_unit),
        }

    def _prepare_settlement_bill(self, settlement):
        purchase_lines = settlement.line_ids.purchase_line_id
        order = purchase_lines.order_id.sorted("date_order")[-1:]
        values = order.with_context(default_move_type="in_invoice")._prepare_invoice()
        values.update(
            {
                "invoice_origin": ", ".join(purchase_lines.order_id.mapped("name")),
                "invoice_date": settlement.date_to if self.self_billing else False,
                "ref": settlement.name if self.self_billing else False,
                "invoice_line_ids": self._prepare_settlement_bill_lines(settlement),
            }
        )
        return values

    def _prepare_settlement_bill_lines(self, settlement):
        """Charges and credits apart: they would hide each other on one line."""
        totals = {}
        for line in settlement.line_ids:
            key = (line.purchase_line_id, line.quantity > 0)
            totals[key] = totals.get(key, 0.0) + line.quantity
        return [
            Command.create(self._prepare_settlement_bill_line(purchase_line, quantity))
            for (purchase_line, _is_charge), quantity in totals.items()
        ]

    def _prepare_settlement_bill_line(self, purchase_line, quantity, price=None):
        values = purchase_line._prepare_account_move_line()
        # The amount follows from the quantity settled here, not from all that is open.
        values.pop("balance", None)
        values["quantity"] = quantity
        if price is not None:
            values.update({"price_unit": price, "discount": 0.0})
        return values

    def _finish_settlement_bill(self, settlement, bill):
        if bill.currency_id.compare_amounts(bill.amount_total, 0.0) < 0:
            bill.action_switch_move_type()
        settlement.bill_id = bill
        self.env["consignment.draw"].invalidate_model()
        self.invalidate_recordset(["unsettled_amount", "settlement_count", "settlement_ids"])
        self.message_post(
            body=self.env._(
                "Settled until %(date)s with %(bill)s: %(amount)s before tax.",
                date=settlement.date_to,
                bill=settlement.name,
                amount=settlement.currency_id.format(settlement.amount),
            )
        )

    # === IN KIND === #

    def _exchange_borrowed(self, settled, given, moment):
        self._write_off_debt(settled, moment)
        source, lender = self.warehouse_id.lot_stock_id, self._get_counter_location()
        return self._transfer(given, "give_back", source, lender, moment).id

    def _write_off_debt(self, lines, moment):
        """Reduce what was bought of a borrowed article that never comes back itself."""
        # As for the draw: the purchase behind it is not the stock keeper's.
        agreement = self.sudo()
        returned = agreement._split_by_draw(lines, moment, same_lot=False)
        paper = self.company_id._get_consignment_use_location("exchange")
        agreement._transfer_draws(returned, paper, self.location_id, moment)
        lender = self._get_counter_location()
        self._transfer(lines, "give_back", self.location_id, lender, moment)

    # === CORRECTION OF PRICES === #

    def _correct_draws(self, product, new, date_from):
        """Let draws since a day cost the new price: open ones at once, billed ones by a note."""
        since = self._to_moment(date_from) if date_from else fields.Datetime.now()
        since = since.replace(hour=0, minute=0, second=0)
        draws = self.env["consignment.draw"].search(
            [
                ("agreement_id", "=", self.id),
                ("product_id", "=", product.id),
                ("date", ">=", since),
                ("price_unit", "!=", new),
            ]
        )
        billed = draws.filtered("settled")
        self._reprice_open_draws(draws - billed, new)
        if billed:
            self._make_price_note(billed, new)

    def _reprice_open_draws(self, draws, price):
        for draw in draws:
            terms = self._get_draw_terms(draw.product_id, draw.date)[draw.product_id]
            line = self._get_draw_line(draw.product_id, terms, draw.date)
            self._move_draw(draw.move_id, line)
        draws.invalidate_model()

    def _make_price_note(self, draws, price):
        """Bill the settled quantity at the new price and take it off at the old one.

        Both lines belong to the purchase line, so that its quantity stays and its value
        follows.
        """
        commands = []
        for purchase_line, group in draws.grouped("purchase_line_id").items():
            quantity = sum(group.mapped("settled"))
            commands += [
                Command.create(self._prepare_settlement_bill_line(purchase_line, quantity, price)),
                Command.create(self._prepare_settlement_bill_line(purchase_line, -quantity)),
            ]
        order = draws.purchase_order_id.sorted("date_order")[-1:]
        values = order.with_context(default_move_type="in_invoice")._prepare_invoice()
        values["invoice_line_ids"] = commands
        bill = self.env["account.move"].with_company(self.company_id).create(values)
        if bill.currency_id.compare_amounts(bill.amount_total, 0.0) < 0:
            bill.action_switch_move_type()
        self.message_post(
            body=self.env._("Prices of settled goods were corrected with a draft bill or refund.")
        )
        return bill
