from odoo import api, fields, models


class ConsignmentAgreement(models.Model):
    """What is owed for borrowed goods, and how it is paid: by bill, in kind, by another article."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    # === PUBLIC METHODS === #

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
        quantities = agreement._choose_draws(agreement._parse_goods(lines), day)
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
        parsed = self._parse_goods(lines)
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

    # === PARTS OF THE DEBT === #

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
