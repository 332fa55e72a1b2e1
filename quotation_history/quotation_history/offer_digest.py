"""Canonical form and digest of a frozen offer. No ORM here: plain values in, text out."""

import datetime
import functools
import hashlib
import json
import math

NUMBERS = frozenset({bool, float, int})
SCALARS = NUMBERS | {str, type(None)}
PLAIN_JSON = json.JSONEncoder(sort_keys=True, ensure_ascii=False)
CANONICAL_JSON = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def canonical(value):
    """Return ``value`` in the one form that equal offers share.

    Numbers lose the noise of binary floating point (six decimals, no negative zero), dates become
    ISO text, empty values (``None``, ``False``, ``""``) are the same, mappings are keyed by text.

    :param value: any nesting of dict, list, tuple, set, str, number, bool, date, bytes
    :return: the same nesting of dict, list, str, int and bool, ready for ``json.dumps``
    """
    # the commonest kinds first: an offer has thousands of values
    if value is None or value is False or value == "":
        return False
    if value is True or isinstance(value, str):
        # str() drops subclasses such as Markup, whose JSON form is the same text anyway
        return value if value is True else str(value)
    if isinstance(value, int | float):
        return _canonical_number(value)
    if isinstance(value, dict):
        return {str(key): canonical(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((canonical(item) for item in value), key=repr)
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("ascii", "backslashreplace")
    return [canonical(item) for item in value]


# the lines of an offer share most of their numbers; equal numbers have equal text
@functools.lru_cache(maxsize=4096)
def _canonical_number(value):
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("An offer holds finite numbers only.")
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def plain_payload(value):
    """Return ``value`` with dates and bytes as text, numbers untouched, ready for JSON."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {key: plain_payload(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_payload(item) for item in value]
    return canonical(value)


class Rows(dict):
    """Mappings with the same keys, given by column: ``{key: values}``.

    Wherever this stands it means the list of those mappings. The lines of an offer share most of
    their values, and by column each value is written once.
    """

    def dicts(self):
        """Return the mappings one by one."""
        return [dict(zip(self, row, strict=True)) for row in zip(*self.values(), strict=True)]

    def split(self):
        """Return (what every mapping has, the mappings of the rest).

        Together they are the mappings: most lines of most quotations say nearly the same.
        """
        shared = {key: values[0] for key, values in self.items() if self._is_shared(values)}
        return shared, Rows((key, self[key]) for key in self if key not in shared)

    @staticmethod
    def _is_shared(values):
        return values.count(values[0]) == len(values) > 1 == len({*map(type, values)})

    def texts(self, encode, comma, colon):
        """Return the JSON text of each mapping, its keys sorted.

        :param encode: function that gives the JSON text of one value
        """
        columns = [
            self._column_texts(self[key], f"{json_text(key)}{colon}", encode)
            for key in sorted(self)
        ]
        return ["{" + comma.join(row) + "}" for row in zip(*columns, strict=True)]

    @staticmethod
    def _column_texts(values, start, encode):
        kinds = {*map(type, values)}
        # values that are equal have the same JSON, unless they are of different kinds: 1 and True
        is_clear = kinds <= SCALARS and len(kinds & NUMBERS) <= 1
        keys = values if is_clear else [*map(repr, values)]
        texts = {
            key: start + encode(value)
            for key, value in dict(zip(keys, values, strict=True)).items()
        }
        return [texts[key] for key in keys]


def json_text(value):
    """Return the JSON text of ``value``, the same for the same content."""
    return PLAIN_JSON.encode(value)


def json_texts(rows):
    """Return :func:`json_text` of each of the :class:`Rows`."""
    return rows.texts(json_text, ", ", ": ")


def canonical_text(value):
    """Return the canonical JSON of ``value``, which may be or have :class:`Rows`."""
    if isinstance(value, Rows):
        return "[" + ",".join(value.texts(canonical_text, ",", ":")) + "]"
    if isinstance(value, dict) and any(isinstance(item, Rows) for item in value.values()):
        items = (f"{json_text(key)}:{canonical_text(value[key])}" for key in sorted(value))
        return "{" + ",".join(items) + "}"
    if type(value) is tuple and len(value) == 1 and type(value[0]) is int:
        # the commonest list by far: the id of a record
        return f'["{_canonical_number(value[0])}"]'
    return CANONICAL_JSON.encode(canonical(value))


def digest(value):
    """Return the SHA-256 of the canonical JSON of ``value`` as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_text(value).encode()).hexdigest()


def option_label(index):
    """Return the letters of the alternative number ``index``: 0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def next_option(used):
    """Return the first option letters not in ``used`` (a collection of letters)."""
    index = 0
    while option_label(index) in used:
        index += 1
    return option_label(index)
