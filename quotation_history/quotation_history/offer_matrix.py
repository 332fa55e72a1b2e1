"""Comparison of offers as a matrix: rows are lines by identity, columns offers. No ORM here."""

CELL_KEYS = ("qty", "price_unit", "discount", "price_net", "price_subtotal")


def percent(value, base):
    """Return the change from ``base`` to ``value`` in percent, ``False`` without a base."""
    if not base:
        return False
    return round((value - base) / abs(base) * 100, 2)


def merge_keys(columns):
    """Return every key of ``columns`` once, in an order that respects each column's own.

    :param columns: list of lists of hashable keys, the first column leading
    :return: list of keys; a key new in a later column follows its predecessor there
    """
    start = object()
    following = {start: start}
    for keys in columns:
        previous = start
        for key in keys:
            if key not in following:
                following[key] = following[previous]
                following[previous] = key
            previous = key
    merged, key = [], following[start]
    while key is not start:
        merged.append(key)
        key = following[key]
    return merged


def changed_keys(cell, base):
    """Return which numbers of ``cell`` differ from ``base`` (both cells or ``None``)."""
    if cell is None or base is None:
        return [] if cell is base else ["presence"]
    changed = [key for key in CELL_KEYS if abs(cell[key] - base[key]) > 1e-6]
    return changed + (["name"] if cell["name"] != base["name"] else [])


def build_matrix(offers):
    """Build the rows of a comparison.

    :param offers: list of dicts with ``lines``: dicts of ``key`` (identity across rounds),
        ``display_type``, ``name``, ``uom`` and the numbers of :data:`CELL_KEYS`, in order
    :return: list of rows ``{key, display_type, name, uom, cells}``; ``cells`` has one entry per
        offer, ``False`` where the offer has no such line, else the line plus ``first_percent`` and
        ``previous_percent`` (net unit price against the first and the previous offer) and
        ``changed`` (names of what differs from the previous offer)
    """
    columns = [{line["key"]: line for line in offer["lines"]} for offer in offers]
    keys = merge_keys([list(column) for column in columns])
    return [_build_row(key, columns) for key in keys]


def _build_row(key, columns):
    lines = [column.get(key) for column in columns]
    known = [line for line in lines if line]
    return {
        "key": key,
        "display_type": known[0]["display_type"],
        "name": known[-1]["name"],
        "uom": known[-1]["uom"],
        "cells": [_build_cell(lines, index) for index in range(len(lines))],
    }


def _build_cell(lines, index):
    line = lines[index]
    if line is None:
        return False
    first = lines[0]
    previous = lines[index - 1] if index else None
    return {
        **{name: value for name, value in line.items() if name != "key"},
        "first_percent": percent(line["price_net"], first["price_net"]) if first else False,
        "previous_percent": percent(line["price_net"], previous["price_net"])
        if previous
        else False,
        "changed": changed_keys(line, previous) if index else [],
    }
