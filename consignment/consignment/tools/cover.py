"""Whether what lines ask for is there, by article, lot and shop; without any database."""

from itertools import product as combine


class Cover:
    """What lines take, one after the other, of what is there.

    :param get_there: ``get_there(product, lot, shop)`` is what is there; ``lot`` and ``shop``
        are empty where any will do
    """

    def __init__(self, get_there):
        self._get_there = get_there
        self._taken = {}

    def get_scopes(self, line):
        """Return what must suffice: the lot in the shop, and both alone; narrowest first."""
        lots = dict.fromkeys((line.lot, line.lot.browse()))
        shops = dict.fromkeys((line.shop, line.shop.browse()))
        return [(line.product, lot, shop) for shop, lot in combine(shops, lots)]

    def get_free(self, line):
        """Return how much of the line's article is left for it."""
        return min(self._get_left(scope) for scope in self.get_scopes(line))

    def _get_left(self, scope):
        return max(self._get_there(*scope) - self._taken.get(scope, 0.0), 0.0)

    def take(self, line):
        """Count the quantity of a line as taken."""
        for scope in self.get_scopes(line):
            self._taken[scope] = self._taken.get(scope, 0.0) + line.quantity

    def find_shortage(self, line):
        """Take a line; return ``(asked, there, shop)`` where that is too much, else None."""
        self.take(line)
        for scope in self.get_scopes(line):
            asked, there = self._taken[scope], self._get_there(*scope)
            if line.product.uom_id.compare(asked, there) > 0:
                return asked, max(there, 0.0), scope[-1]
        return None


def narrow_first(lines, key=lambda line: line):
    """Return lines with those first that name a shop or a lot: the others can give way."""
    return sorted(lines, key=lambda item: (not key(item).shop, not key(item).lot))
