from odoo import models
from odoo.tools import SQL

from ..tools.ageing import lowest_balance
from ..tools.cover import Cover, narrow_first
from ..tools.lines import Take


class ConsignmentAgreement(models.Model):
    """Which goods a line takes, and whether enough of them are there."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    # === COVER === #

    def _check_cover(self, lines, moment):
        """Nothing may become negative, today nor at any moment since ``moment``."""
        lines = self._expand_kits(lines)
        cover = self._get_cover(lines, moment)
        for line in lines:
            shortage = cover.find_shortage(line)
            if shortage:
                self._refuse_uncovered(line, *shortage)

    def _get_cover(self, lines, moment):
        """Return what is there of the lines' articles from ``moment`` until today, at least."""
        product_ids = [line.product.id for line in lines]
        shops = {self.location_id.browse(), *(line.shop for line in lines)}
        histories = {shop: self._get_history(product_ids, shop) for shop in shops}

        def get_there(product, lot, shop):
            return self._get_lowest(histories[shop], product, lot, moment)

        return Cover(get_there)

    def _refuse_uncovered(self, line, asked, there, shop):
        values = {"asked": asked, "product": line.product.display_name, "there": there}
        if shop:
            text = self.env._(
                "%(asked)g × %(product)s asked, but only %(there)g are there in %(shop)s",
                **values,
                shop=shop.name,
            )
        else:
            text = self.env._(
                "%(asked)g × %(product)s asked, but only %(there)g are there", **values
            )
        self._refuse(line.number, text)

    def _get_lowest_balance(self, line, moment):
        """Return the least quantity of the line's article there from ``moment`` until today."""
        return self._get_lowest(
            self._get_history(line.product.ids, line.shop), line.product, line.lot, moment
        )

    def _get_history(self, product_ids, shop=None):
        """Return the changes of the balance, ``(product, lot, date, quantity)``, oldest first."""
        if shop:
            return self._get_changes(self._get_places_of(shop), product_ids)
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
        found = self._find_quants(lines, source)
        self._lock_quants(self.env["stock.quant"].union(*(quants for _line, quants in found)))
        used = {}
        return [take for line, quants in found for take in self._take(line, quants, source, used)]

    def _find_quants(self, lines, source):
        """Return ``(line, quants)``: what each may be taken from, in the order they take.

        A line by shop comes before one by lot, and leaves it the lot as long as it can.
        """
        lots = {line.lot for line in lines if line.lot and not line.shop}
        found = []
        for line in narrow_first(lines):
            quants = self._get_quants(line, source)
            if lots and line.shop and not line.lot:
                quants = quants.sorted(lambda quant: quant.lot_id in lots)
            found.append((line, quants))
        return found

    def _get_missing(self, lines, source):
        """Return ``(line, quantity)`` of what each line would not get, none that gets all.

        The totals may suffice and the goods not: two lines, one by lot and one by shop, can ask
        for the same pieces.
        """
        used, missing = {}, []
        for line, quants in self._find_quants(lines, source):
            short = line.quantity - sum(take.quantity for take in self._pick(line, quants, used))
            if line.product.uom_id.compare(short, 0.0) > 0:
                missing.append((line, short))
        return missing

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
        takes = list(self._pick(line, quants, used))
        missing = line.quantity - sum(take.quantity for take in takes)
        if line.product.uom_id.compare(missing, 0.0) > 0:
            place = line.shop if self._is_shop_named(line, source) else source
            self._refuse(
                line.number,
                self.env._(
                    "%(missing)g × %(product)s are missing in %(location)s",
                    missing=missing,
                    product=line.product.display_name,
                    location=place.display_name,
                ),
            )
        return takes

    def _pick(self, line, quants, used):
        """Yield what the line takes from each quant beside what lines before it took."""
        missing = line.quantity
        for quant in quants:
            free = quant.quantity - quant.reserved_quantity - used.get(quant, 0.0)
            taken = min(free, missing)
            if line.product.uom_id.compare(taken, 0.0) <= 0:
                continue
            used[quant] = used.get(quant, 0.0) + taken
            missing -= taken
            yield Take(
                line, quant.location_id, quant.lot_id, quant.package_id, quant.owner_id, taken
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
        if self._is_shop_named(line, source):
            places = self._get_places_of(line.shop)
            found = found.filtered(lambda quant: quant.location_id in places)
        return found

    def _is_shop_named(self, line, source):
        """Whether a line names one of the shops below ``source``."""
        agreement = source.consignment_agreement_id
        return bool(agreement and line.shop and line.shop.consignment_agreement_id == agreement)
