from operator import mul

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..offer_digest import digest, next_option, plain_payload
from ..tools.columns import Columns
from .sale_offer import OPEN_STATES, SHARED_BY_LINES, UNSENT_STATES


class SaleOrder(models.Model):
    """Capture: from the live quotation to a frozen offer."""

    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    def capture_offer(self, option="", label=""):
        """Freeze the quotation as it stands now as an offer.

        Without ``option`` the next free letter of the current round is taken; once that round was
        sent, a new round begins with A. A given ``option`` that is only a draft is captured
        again, one that was sent opens a new round.

        :param str option: letters of the alternative, as ``"B"``
        :param str label: what the alternative is about, shown to the customer
        :return: id of the offer; the same content again gives the id of the open offer that has it
        :rtype: int
        :raises UserError: order decided already, no product line, impossible option
        """
        self.ensure_one()
        self.check_access("write")
        return self._capture_offer(self._check_option(option), label).id

    def _check_option(self, option):
        option = str(option or "").strip().upper()
        if option and not (len(option) <= 2 and option.isascii() and option.isalpha()):
            raise UserError(self.env._("An alternative is named by one or two letters, as B."))
        return option

    def _capture_offer(self, option="", label="", new_round=None):
        """Capture, see :meth:`capture_offer`; ``new_round`` False adds to the round even if sent.

        :rtype: sale.offer
        """
        self.ensure_one()
        self._check_can_capture()
        self._lock_for_decision()
        # sudo: offers are read-only for everybody; the right to write the order was checked
        order = self.sudo()
        columns = order._get_offered_columns()
        content_digest = order._get_offer_content_digest(columns)
        if same := order._get_offer_with_content(content_digest):
            return same.sudo(self.env.su)
        round_number, option, replaced = order._get_next_place(option, new_round)
        replaced._engine_unlink()
        offer = order._create_offer(round_number, option, label, content_digest, columns)
        return offer.sudo(self.env.su)

    def _check_can_capture(self):
        if self.state not in ("draft", "sent"):
            raise UserError(
                self.env._("%s is not a quotation any more: no offer can be captured.", self.name)
            )
        if not self._has_offered_product():
            raise UserError(
                self.env._("Add a product first: an offer without a product line says nothing.")
            )

    def _has_offered_product(self):
        return any(not line.display_type and line._is_offered() for line in self.order_line)

    def _get_next_place(self, option, new_round):
        """Return (round, option, drafts replaced) for the next capture."""
        round_number = self.current_round or 1
        offers = self._get_round_offers(round_number)
        same = offers.filtered(lambda offer: offer.option == option)
        # cancelled after somebody decided: an order that fell through
        was_sent = any(
            offer.decided_by or offer.state not in (*UNSENT_STATES, "cancelled") for offer in offers
        )
        if new_round is None:
            new_round = was_sent if not option else bool(same) and same.state != "draft"
        if new_round and offers:
            return round_number + 1, option or "A", self.env["sale.offer"]
        if option and same.state == "draft":
            return round_number, option, same
        if not option or same:
            option = next_option(set(offers.mapped("option")))
        return round_number, option, self.env["sale.offer"]

    def _get_round_offers(self, round_number):
        return self.offer_ids.filtered(lambda offer: offer.round == round_number)

    def _get_offer_with_content(self, content_digest=None):
        """Return the open offer of the current round (or one kept valid) with this content."""
        if not self.current_round:
            return self.env["sale.offer"]
        content_digest = content_digest or self._get_offer_content_digest()
        return self.offer_ids.filtered(
            lambda offer: (
                offer.content_digest == content_digest
                and offer.state in OPEN_STATES
                and not offer._is_past_validity()
                and offer._is_for_customer()
            )
        )[:1]

    # === CONTENT === #

    @api.model
    def _get_offer_header_fields(self):
        """Return the names of the order's terms an offer freezes and restores."""
        names = [
            "pricelist_id", "payment_term_id", "fiscal_position_id", "validity_date",
            "commitment_date", "note", "require_signature", "require_payment",
            "prepayment_percent", "incoterm", "incoterm_location", "picking_policy",
        ]  # fmt: skip
        return [name for name in names if name in self._fields]

    def _get_header_values(self):
        return {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in self._get_offer_header_fields()
        }

    def _get_offer_content(self, columns=None):
        """Return the commercial content as plain values: terms and lines in their order."""
        if columns is None:
            columns = self._get_offered_columns()
        header = {
            name: (self[name]._origin.id or False) if self._fields[name].relational else self[name]
            for name in self._get_offer_header_fields()
        }
        lines = columns.records._get_offer_contents(columns)
        return {"currency": self.currency_id.id, "terms": header, "lines": lines}

    def _get_offered_columns(self):
        """Return the :class:`~.Columns` of the lines an offer has, in their order."""
        columns = Columns(self._get_offered_lines())
        columns.skip_unused(columns.records._get_offer_payload_fields())
        return columns

    def _get_offered_lines(self):
        return self.order_line.filtered(lambda line: line._is_offered()).sorted(
            lambda line: (line.sequence, line._origin.id or 0)
        )

    def _get_offer_content_digest(self, columns=None):
        self.ensure_one()
        return digest(self._get_offer_content(columns))

    # === CREATION === #

    def _create_offer(self, round_number, option, label, content_digest, columns=None):
        if columns is None:
            columns = self._get_offered_columns()
        shared, own = columns.records._get_offer_payloads(columns).split()
        lines = columns.records._get_frozen_columns(self._get_line_keys(), columns, own)
        values = self._prepare_offer_values(round_number, option, label, content_digest)
        values["header_payload"][SHARED_BY_LINES] = shared
        values.update(self._prepare_offer_amounts(round_number, columns.records, lines))
        offer = self.env["sale.offer"]._engine_create([values])
        offer.line_ids._engine_insert(self._prepare_frozen_values(offer), lines)
        offer._engine_write({"digest": offer._compute_digest()})
        self._write_round(round_number)
        offer._record("captured")
        return offer

    def _prepare_frozen_values(self, offer):
        """Return the values that all frozen lines of ``offer`` share."""
        # one column: of contacts there is much to read
        customer = self.partner_id.with_context(prefetch_fields=False).commercial_partner_id
        return {
            "offer_id": offer.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "partner_id": customer.id,
        }

    def _write_round(self, round_number):
        """Note the round of the offer just made, and that the order's offers changed.

        The row of the order changes with every offer: whoever began to look before it was there,
        and makes an offer of his own, is made to look again by the database.
        """
        if self.current_round != round_number:
            self._write_offer_state({"current_round": round_number})
        else:
            self.env.cr.execute(
                SQL("UPDATE sale_order SET current_round = current_round WHERE id = %s", self.id)
            )

    def _prepare_offer_values(self, round_number, option, label, content_digest):
        """Return the values of the frozen offer. Extend to freeze more columns."""
        return {
            "name": f"{self.name} R{round_number}-{option}",
            "order_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "currency_id": self.currency_id.id,
            "currency_rate": self.currency_rate,
            "round": round_number,
            "option": option,
            "label": label or False,
            "pricelist_id": self.pricelist_id.id,
            "payment_term_id": self.payment_term_id.id,
            "incoterm_id": self.incoterm.id if "incoterm" in self._fields else False,
            "validity_date": self.validity_date,
            "commitment_date": self.commitment_date,
            "note": self.note,
            "header_payload": plain_payload(self._get_header_values()),
            "content_digest": content_digest,
            "captured_by_id": self.env.uid,
            "captured_on": fields.Datetime.now(),
        }

    def _prepare_offer_amounts(self, round_number, lines, frozen):
        """Return totals, margin and change of an offer of ``lines``, frozen as columns."""
        amounts = self._get_offer_amounts(lines)
        untaxed = amounts["amount_untaxed"]
        margin = untaxed - sum(map(mul, frozen["purchase_price"], frozen["qty"]))
        return {
            **amounts,
            "change_percent": self._get_change_percent(round_number, untaxed),
            "margin": margin,
            "margin_percent": margin / untaxed if untaxed else 0.0,
        }

    def _get_offer_amounts(self, lines):
        """Return the totals of ``lines``, which may be fewer than the order's."""
        if len(lines) == len(self.order_line):
            names = ("amount_untaxed", "amount_tax", "amount_total")
            return {name: self[name] for name in names}
        product_lines = lines.filtered(lambda line: not line.display_type)
        base_lines = [line._prepare_base_line_for_taxes_computation() for line in product_lines]
        tax = self.env["account.tax"]
        tax._add_tax_details_in_base_lines(base_lines, self.company_id)
        tax._round_base_lines_tax_details(base_lines, self.company_id)
        totals = tax._get_tax_totals_summary(
            base_lines=base_lines, currency=self.currency_id, company=self.company_id
        )
        return {
            "amount_untaxed": totals["base_amount_currency"],
            "amount_tax": totals["tax_amount_currency"],
            "amount_total": totals["total_amount_currency"],
        }

    def _get_change_percent(self, round_number, amount):
        before = self.offer_ids.filtered(
            lambda offer: offer.round < round_number and offer.state != "draft"
        )
        last_round = max(before.mapped("round"), default=0)
        last = before.filtered(lambda offer: offer.round == last_round)
        base = last.sorted("option")[:1]
        if not base.amount_untaxed or base.currency_id != self.currency_id:
            return 0.0
        return (amount - base.amount_untaxed) / base.amount_untaxed * 100

    def _get_line_keys(self):
        """Return {live line id: identity} for lines that earlier offers know by another one.

        A line has the identity of the line it was first captured from: mostly that is itself.
        """
        if not self.current_round:
            return {}
        frozen = self.env["sale.offer.line"]
        frozen.flush_model(["sale_line_id", "line_key", "offer_id"])
        query = SQL(
            """SELECT sale_line_id, min(line_key) FROM sale_offer_line
                WHERE offer_id = ANY(%s) AND line_key != sale_line_id
                GROUP BY sale_line_id""",
            self.offer_ids.ids,
        )
        return dict(self.env.execute_query(query))
