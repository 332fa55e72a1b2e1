from numbers import Real

from odoo import api, models
from odoo.exceptions import UserError


class ConsignmentAgreement(models.Model):
    """Settlement by count (盘点倒挤): what is missing was sold."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    # === PUBLIC METHODS === #

    def settle_by_count(self, lines, date=None):
        """Settle what is missing from a count (盘点倒挤): sold = book − counted.

        Goods counted above the book are found goods; they are taken into the place.

        :param lines: list of dicts ``product_id``, ``quantity`` counted (zero allowed),
            optionally ``uom_id``, ``lot_id`` and ``location_id`` (the shop that was counted;
            all of them when left out); articles that are not listed were not counted
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

    @api.readonly
    def preview_count(self, lines, date=None):
        """Return what ``settle_by_count`` would do, and do nothing.

        :return: list of dicts ``product_id, lot_id, location_id, book, counted, sold, found,
            price_unit, amount``
        """
        self.ensure_one()
        self.check_access("read")
        moment = self._check_moment(date)
        return [self._preview_counted(line, moment) for line in self._parse_count(lines)]

    # === READING === #

    def _preview_counted(self, line, moment):
        book = self._get_lowest_balance(line, moment)
        sold = max(book - line.quantity, 0.0)
        price = self._get_settlement_price(line.product, self._to_day(moment))
        return {
            "product_id": line.product.id,
            "lot_id": line.lot.id or False,
            "location_id": line.shop.id or False,
            "book": book,
            "counted": line.quantity,
            "sold": sold,
            "found": max(line.quantity - book, 0.0),
            "price_unit": price,
            "amount": self.currency_id.round(sold * price),
        }

    def _parse_count(self, lines):
        """Read counted quantities: as any line, but nothing may be left."""
        if not isinstance(lines, list | tuple) or not lines:
            raise UserError(self.env._("There is no line to work on."))
        parsed = []
        for index, values in enumerate(lines, 1):
            number = self._get_line_number(values, index)
            counted = isinstance(values, dict) and values.get("quantity")
            if isinstance(counted, Real) and not isinstance(counted, bool) and counted == 0:
                line = self._parse_line({**values, "quantity": 1.0}, number)
                line.quantity = 0.0
            else:
                line = self._parse_line(values, number)
            if self._is_kit(line.product):
                text = self.env._("%s is a kit: count its parts", line.product.display_name)
                self._refuse(number, text)
            parsed.append(line)
        self._refuse_double_count(parsed)
        return parsed

    def _refuse_double_count(self, lines):
        """The same goods are counted once: in a shop, or in all shops together."""
        seen = {}
        for line in lines:
            key = (line.product, line.lot)
            for shop, first in seen.setdefault(key, []):
                if not shop or not line.shop or shop == line.shop:
                    self._refuse(
                        line.number,
                        self.env._(
                            "%(product)s was counted on line %(first)s already",
                            product=line.product.display_name,
                            first=first,
                        ),
                    )
            seen[key].append((line.shop, line.number))

    # === SETTLING === #

    def _split_count(self, lines, moment):
        sold, found = [], []
        for line in lines:
            book = self._get_lowest_balance(line, moment)
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
