from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

SETTLE = "consignment_purchase.mail_activity_type_settle"


class ConsignmentAgreement(models.Model):
    """What was used is billed once per period."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

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
        if not date_to:
            raise UserError(self.env._("Say until which day to settle."))
        day = self._to_day(self._to_moment(date_to))
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

    # === REMINDER === #

    @api.model
    def _get_agreements_to_remind(self):
        settled = self.search(
            [
                ("state", "in", ("active", "closing")),
                ("direction", "=", "in"),
                ("settlement_cycle", "=", "monthly"),
            ]
        )
        return super()._get_agreements_to_remind() | settled

    def _remind(self):
        res = super()._remind()
        if self.direction == "in" and self.settlement_cycle == "monthly":
            self._remind_settlement()
        return res

    def _remind_settlement(self):
        """What was used until the last settlement day waits for its bill."""
        day = self._get_last_settlement_day()
        if self._has_open(day):
            self._schedule_once(
                SETTLE,
                self.env._("Settle what was used until %s", format_date(self.env, day)),
                day,
            )

    def _get_last_settlement_day(self):
        """Return the last settlement day that has passed, today where each report settles."""
        today = fields.Date.context_today(self)
        if self.settlement_cycle != "monthly":
            return today
        day = today + relativedelta(day=self.settlement_day)
        if day > today:
            day = today + relativedelta(months=-1, day=self.settlement_day)
        return day

    # === BILL === #

    def _finish_settlement_bill(self, settlement, bill):
        if bill.currency_id.compare_amounts(bill.amount_total, 0.0) < 0:
            bill.action_switch_move_type()
        settlement.bill_id = bill
        self.activity_feedback([SETTLE])
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
