from odoo import models
from odoo.tools import float_compare


class ConsignmentAgreement(models.Model):
    """Agreed prices: from a date on, kept, corrected afterwards."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    # === PUBLIC METHODS === #

    def adjust_price(self, lines, date=None, note=""):
        """Agree new prices from a date on; goods settled since then are corrected.

        :param lines: list of dicts ``product_id``, ``price_unit``, optionally ``uom_id``
        :param date: ISO date from which the price holds; today when left out
        :return: list of ids of the new prices
        """
        self.ensure_one()
        self._start_operation(("active", "closing"))
        date_from = self._to_day(self._to_moment(date))
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

    # === CURRENCY === #

    def _has_rate(self, day):
        """Return whether the agreement's currency can be converted on a day."""
        self.ensure_one()
        if self.currency_id == self.company_currency_id:
            return True
        # Whoever moves goods need not be able to read rates.
        rates = self.env["res.currency.rate"].sudo()
        domain = [
            ("currency_id", "=", self.currency_id.id),
            ("name", "<=", day),
            ("company_id", "in", [False, self.company_id.root_id.id]),
        ]
        return bool(rates.search_count(domain, limit=1))

    def _describe_missing_rate(self, day):
        return self.env._(
            "There is no rate of %(currency)s for %(date)s.",
            currency=self.currency_id.name,
            date=day,
        )

    # === PRICES === #

    def _get_price(self, product, date):
        """Return the agreed net price per product unit at a day, in the agreement's currency.

        False when nothing was agreed; the sale and purchase sides then ask price lists.
        """
        record = self._get_price_record(product, date)
        return record.price_unit if record else False

    def _get_price_record(self, product, date):
        return self._get_price_records(product, date).get(product, product.env["consignment.price"])

    def _get_price_records(self, products, date):
        """Return ``product: record`` of what holds at a day, with one query for all."""
        records = self.env["consignment.price"].search(
            [
                ("agreement_id", "=", self.id),
                ("product_id", "in", products.ids),
                ("date_from", "<=", date),
            ],
            order="date_from, id",
        )
        return {record.product_id: record for record in records}

    def _record_prices(self, lines, moment):
        for line in lines:
            if line.price is None:
                continue
            date = self._to_day(moment)
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
