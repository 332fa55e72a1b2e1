"""Coarser groups from finer ones, without any ORM: the database counts once."""


def roll_up(rows, width, sets, aggregates):
    """Add up counted groups to coarser ones.

    :param rows: tuples of the finest groups: ``width`` keys, the number of records, then the
        sum and the number of values of each aggregate (as many as ``aggregates`` has names
        other than ``"count"``)
    :param sets: tuples of positions of keys, one tuple for each table wanted
    :param aggregates: ``"count"`` (of records), ``"sum"`` or ``"avg"``, in order
    :return: one dict ``{keys: list of aggregates}`` for each of ``sets``; a sum or average of
        no values is ``None``
    """
    tables = [{} for _positions in sets]
    for row in rows:
        numbers = [number or 0 for number in row[width:]]
        for table, positions in zip(tables, sets, strict=True):
            key = tuple(row[position] for position in positions)
            known = table.get(key)
            table[key] = [a + b for a, b in zip(known, numbers, strict=True)] if known else numbers
    return [
        {key: _finish(numbers, aggregates) for key, numbers in table.items()} for table in tables
    ]


def _finish(numbers, aggregates):
    records, *rest = numbers
    pairs = iter(zip(rest[::2], rest[1::2], strict=True))
    values = []
    for name in aggregates:
        if name == "count":
            values.append(records)
            continue
        total, n = next(pairs)
        values.append(None if not n else total / n if name == "avg" else total)
    return values
