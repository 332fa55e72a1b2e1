from odoo import models
from odoo.tools import SQL, float_compare

from ..tools.ageing import lowest_balance
from ..tools.lines import Take


class ConsignmentAgreement(models.Model):
    """Which goods a line takes, and whether enough of them are there."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    # === COVER === #

    def _check_cover(self, lines, moment):
        """Nothing may become negative, today nor at any moment since ``moment``."""
        lines = self._expand_kits(lines)
        history = self._get_history([line.product.id for line in lines])
        asked = {}
        for line in lines:
            # A lot must suffice on its own, and all lots together for what names none.
            for lot in dict.fromkeys((line.lot, line.lot.browse())):
                key = (line.product, lot)
                asked[key] = asked.get(key, 0.0) + line.quantity
                there = self._get_lowest(history, line.product, lot, moment)
                if line.product.uom_id.compare(asked[key], there) > 0:
                    self._refuse_uncovered(line, asked[key], there)

    def _refuse_uncovered(self, line, asked, there):
        self._refuse(
            line.number,
            self.env._(
                "%(asked)g × %(product)s asked, but only %(there)g are there",
                asked=asked,
                product=line.product.display_name,
                there=max(there, 0.0),
            ),
        )

    def _get_lowest_balance(self, product, lot, moment):
        """Return the least quantity there from ``moment`` until today."""
        return self._get_lowest(self._get_history(product.ids), product, lot, moment)

    def _get_history(self, product_ids):
        """Return the changes of the balance, ``(product, lot, date, quantity)``, oldest first."""
        query = SQL(
            """SELECT product_id, lot_id, date, SUM(quantity) FROM %s event
                WHERE agreement_id = %s AND product_id IN %s
             GROUP BY product_id, lot_id, date ORDER BY date""",
            self.env["consignment.event"]._table_sql,
            self.id,
            tuple(product_ids),
        )
        return self.env.execute_query(query)

    def _get_lowest(self, history, product, lot, moment):
        changes = [
            (date, float(quantity))
            for product_id, lot_id, date, quantity in history
            if product_id == product.id and (not lot or lot_id == lot.id)
        ]
        opening = sum(quantity for date, quantity in changes if date <= moment)
        later = {}
        for date, quantity in changes:
            if date > moment:
                later[date] = later.get(date, 0.0) + quantity
        return lowest_balance(opening, later.values())

    # === ALLOCATION === #

    def _allocate(self, lines, source):
        """Return from which quants the lines are taken, oldest first."""
        if source.usage != "internal":
            return [self._take_from_outside(line, source) for line in lines]
        found = [(line, self._get_quants(line, source)) for line in lines]
        self._lock_quants(self.env["stock.quant"].union(*(quants for _line, quants in found)))
        used = {}
        return [take for line, quants in found for take in self._take(line, quants, source, used)]

    def _lock_quants(self, quants):
        """Of two people who take the same goods, the second starts again with what is left.

        Without this the host would write a negative quantity beside the one it cannot lock.
        """
        if quants:
            lock = "SELECT id FROM stock_quant WHERE id IN %s ORDER BY id FOR UPDATE"
            self.env.execute_query(SQL(lock, tuple(quants.ids)))

    def _take_from_outside(self, line, source):
        if line.product.tracking != "none" and not line.lot:
            self._refuse(
                line.number, self.env._("%s needs a lot or serial", line.product.display_name)
            )
        none = self.env["stock.package"]
        return Take(line, source, line.lot, none, self.env["res.partner"], line.quantity)

    def _take(self, line, quants, source, used):
        missing = line.quantity
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        for quant in quants:
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
                    location=self._get_searched_location(line, source).display_name,
                ),
            )

    def _get_quants(self, line, source):
        # Quants are read as core reserves: the user needs no right on each location.
        quants = self.env["stock.quant"].sudo()
        found = quants._gather(line.product, source, lot_id=line.lot or None)
        if line.lot:
            found = found.filtered(lambda quant: quant.lot_id == line.lot)
        if not source.consignment_agreement_id:
            # What lies in our stock but is not ours is no answer to a wish for our goods.
            found = found.filtered(lambda quant: not quant.location_id.consignment_agreement_id)
        searched = self._get_searched_location(line, source)
        if searched != source:
            found = found.filtered(lambda quant: quant.location_id == searched)
        return found

    def _get_searched_location(self, line, source):
        """Return the shop a line names below ``source``, else ``source``."""
        agreement = source.consignment_agreement_id
        named = agreement and line.shop and line.shop.consignment_agreement_id == agreement
        return line.shop if named else source
