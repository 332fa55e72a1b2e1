"""Age of goods that lie in one place, without any database.

A balance is made of the newest receipts: what came in first went out first.
A movement is a tuple ``(date, key, quantity)``; the quantity is positive when goods
came in and negative when they left, and ``key`` breaks ties between equal dates.
"""

from bisect import bisect_right


def open_layers(movements, balance=None):
    """Return what is still there as ``[(date, quantity)]``, newest receipt first.

    >>> open_layers([(1, 1, 10.0), (2, 2, 5.0), (3, 3, -12.0)])
    [(2, 3.0)]
    >>> open_layers([(1, 1, 10.0), (2, 2, 5.0), (3, 3, -7.0)])
    [(2, 5.0), (1, 3.0)]
    >>> open_layers([(1, 1, 4.0), (2, 2, -4.0)])
    []
    """
    if balance is None:
        balance = sum(quantity for _date, _key, quantity in movements)
    layers = []
    receipts = sorted((m for m in movements if m[2] > 0), key=lambda m: m[:2], reverse=True)
    for date, _key, quantity in receipts:
        if balance <= 0:
            break
        layers.append((date, min(quantity, balance)))
        balance -= quantity
    return layers


def bucket_index(days, bounds):
    """Return the number of the age bucket of ``days``; ``bounds`` ascend.

    >>> [bucket_index(d, (30, 60)) for d in (0, 29, 30, 59, 60, 400)]
    [0, 0, 1, 1, 2, 2]
    """
    return bisect_right(bounds, days)


def bucket_labels(bounds):
    """Return the readable names of the buckets between ``bounds``.

    >>> bucket_labels((30, 60, 90))
    ['0–29', '30–59', '60–89', '90+']
    """
    starts = (0, *bounds)
    labels = [f"{start}–{end - 1}" for start, end in zip(starts, bounds, strict=False)]
    return [*labels, f"{starts[-1]}+"]


def lowest_balance(opening, changes):
    """Return the lowest point of a balance that starts at ``opening``.

    >>> lowest_balance(10, [-8, 8, -3])
    2
    >>> lowest_balance(10, [])
    10
    """
    lowest = opening
    for change in changes:
        opening += change
        lowest = min(lowest, opening)
    return lowest
