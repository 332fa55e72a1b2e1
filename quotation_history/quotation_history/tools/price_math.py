"""Arithmetic of unit prices, free of the ORM.

A *net unit price* is the price of one unit after the line's own discount. Prices of
different documents are comparable only after they are brought to the same unit of
measure and currency; everything that does so passes through this module.
"""


def net_price(price_unit, discount=0.0):
    """Return ``price_unit`` after ``discount`` percent."""
    return (price_unit or 0.0) * (1.0 - (discount or 0.0) / 100.0)


def gross_price(price_net, discount=0.0):
    """Return the price that gives ``price_net`` once ``discount`` percent is taken off.

    A discount of 100 percent or more leaves nothing to divide by: the net price itself is
    returned, to be used with no discount.
    """
    factor = 1.0 - (discount or 0.0) / 100.0
    return price_net / factor if factor > 0 else price_net


def convert_unit_price(price, from_factor, to_factor):
    """Return the price per unit of ``to_factor`` of a price per unit of ``from_factor``.

    Both factors count the same reference unit, as ``uom.uom.factor`` does: a dozen has the
    factor 12, so a price of 120 a dozen is a price of 10 a piece.
    """
    return price * to_factor / from_factor if from_factor else price


def percent_change(value, base):
    """Return by how many percent ``value`` is above (positive) or below ``base``.

    ``False`` where there is no base to compare with.
    """
    return (value - base) / base * 100.0 if base else False


def merge_ranges(ranges):
    """Merge ``(minimum, maximum, total, count)`` tuples of one unit and currency.

    :return: dict ``min_price, max_price, avg_price, count``; the prices are ``False`` when
        nothing was counted. The average is that of the sales, not weighted by quantity.
    """
    ranges = [values for values in ranges if values[3]]
    if not ranges:
        return {"min_price": False, "max_price": False, "avg_price": False, "count": 0}
    lows, highs, totals, counts = zip(*ranges, strict=True)
    count = sum(counts)
    return {
        "min_price": min(lows),
        "max_price": max(highs),
        "avg_price": sum(totals) / count,
        "count": count,
    }
