"""What a price may be at least, free of the ORM.

All prices here are net of every discount, without taxes, in one currency and per one unit of
measure: the company's currency and the product's own unit.
"""

from dataclasses import dataclass

NO_BASIS = "no_basis"
OK = "ok"
BELOW = "below"


@dataclass(frozen=True)
class Limit:
    """One floor as numbers: what it measures against and how far a price may go."""

    basis: str
    min_margin: float = 0.0
    min_price: float = 0.0
    max_discount: float = 0.0


def floor_price(limit, basis_price):
    """Return the least allowed price, or ``False`` where there is no basis for one.

    A margin is a share of the sales price, as everywhere in the host: a cost of 80 and a least
    margin of 20 percent make a floor of 100. A margin of 100 percent cannot be reached at any
    price, so it has no floor price to name.
    """
    if limit.basis == "fixed":
        return limit.min_price if limit.min_price > 0 else False
    if not basis_price or basis_price <= 0:
        return False
    if limit.basis == "published":
        return basis_price * (1.0 - limit.max_discount / 100.0)
    if limit.min_margin >= 100.0:
        return False
    return basis_price / (1.0 - limit.min_margin / 100.0)


def judge(price, floor, tolerance=0.0):
    """Return ``no_basis``, ``ok`` or ``below`` for a price and its floor price."""
    if floor is False:
        return NO_BASIS
    return BELOW if price < floor - tolerance else OK


def margin_percent(price, cost):
    """Return the margin as percent of the price; ``False`` without a price or a cost."""
    return (price - cost) / price * 100.0 if price and cost else False


def discount_percent(price, published):
    """Return by how many percent ``price`` is below ``published``; ``False`` without one."""
    return (published - price) / published * 100.0 if published else False


def spread_discounts(amounts, discount):
    """Spread an order's own discount over its lines in proportion to their amounts.

    :param dict amounts: key to net amount, every amount above zero counts
    :param float discount: the discount of the order, a negative amount
    :return: dict of the same keys to the amounts after the discount; their sum is the sum of
        ``amounts`` plus ``discount``, except that no line falls below zero
    """
    total = sum(amount for amount in amounts.values() if amount > 0)
    if not discount or total <= 0:
        return dict(amounts)
    factor = max(0.0, 1.0 + discount / total)
    return {key: amount * factor if amount > 0 else amount for key, amount in amounts.items()}


def covers(approved, price, quantity, tolerance=0.0):
    """Tell whether an approval ``(price, qty_min, qty_max)`` covers a price and quantity.

    The same or a better price inside the quantity band needs no new decision; ``qty_max`` 0
    has no upper end.
    """
    least, qty_min, qty_max = approved
    in_band = quantity >= qty_min and (not qty_max or quantity <= qty_max)
    return in_band and price >= least - tolerance


def refuses(refused, price, tolerance=0.0):
    """Tell whether a refusal of ``refused`` holds for ``price``: the same or a worse one."""
    return price <= refused + tolerance
