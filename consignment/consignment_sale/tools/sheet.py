"""Reads a dealer's list of sold goods from a CSV or Excel file, without any database.

A row becomes a dict with the keys ``row`` (its number in the file), ``product``, ``lot``,
``shop``, ``quantity`` and ``price`` (None when the column is missing or empty).
"""

import csv
import io
import math
from datetime import date, datetime

import openpyxl

HEADERS = {
    "product": (
        "product",
        "product code",
        "code",
        "internal reference",
        "barcode",
        "产品",
        "产品编码",
        "产品编号",
        "货号",
        "编码",
        "条码",
        "商品编码",
        "商品",
    ),
    "shop": ("shop", "store", "location", "门店", "店铺", "网点"),
    "lot": ("lot", "lot/serial", "serial", "批号", "批次", "序列号", "批次号"),
    "quantity": ("quantity", "qty", "sold", "数量", "销售数量", "已售数量"),
    "price": ("price", "unit price", "单价", "价格", "结算价"),
}
REQUIRED = ("product", "quantity")


class SheetError(Exception):
    """What is wrong with the file: ``code`` and the values that belong into the message."""

    def __init__(self, code, **values):
        super().__init__(code)
        self.code = code
        self.values = values


def read_rows(content, filename=""):
    """Return the rows of a file.

    >>> read_rows("产品编码,数量\\nV-1,2\\n".encode())
    [{'row': 2, 'product': 'V-1', 'lot': '', 'shop': '', 'quantity': 2.0, 'price': None}]
    >>> read_rows(b"name,colour\\nx,red\\n")
    Traceback (most recent call last):
    ...
    odoo.addons.consignment_sale.tools.sheet.SheetError: columns
    """
    rows = check_rows(content, filename)
    for row in rows:
        error = row.pop("error")
        if error:
            raise error
    return rows


def check_rows(content, filename=""):
    """Return the rows as ``read_rows``, each with its ``error`` or None.

    >>> [row["error"] and row["error"].code for row in check_rows(b"code,qty\\nx,1\\nx,2\\ny,z\\n")]
    [None, 'double', 'number']
    """
    table = _read_table(content, filename)
    if not table:
        raise SheetError("empty")
    columns = _find_columns(table[0])
    rows = [
        _check_row(number, cells, columns)
        for number, cells in enumerate(table[1:], 2)
        if any(str(cell or "").strip() for cell in cells)
    ]
    if not rows:
        raise SheetError("empty")
    _mark_doubles(rows)
    return rows


def _check_row(number, cells, columns):
    try:
        return {**_read_row(number, cells, columns), "error": None}
    except SheetError as error:
        texts = {
            key: _text(cells[columns[key]])
            for key in ("product", "lot", "shop")
            if key in columns and columns[key] < len(cells)
        }
        empty = {"product": "", "lot": "", "shop": "", "quantity": 0.0, "price": None}
        return {"row": number, **empty, **texts, "error": error}


def _read_table(content, filename):
    if content[:2] == b"PK":
        return _read_excel(content)
    if filename.lower().endswith((".xls", ".ods")):
        raise SheetError("format")
    return _read_csv(_decode(content))


def _read_excel(content):
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception as error:  # whatever a broken file makes the library raise
        raise SheetError("format") from error
    return [list(cells) for cells in book.active.iter_rows(values_only=True)]


def _decode(content):
    """Chinese offices save CSV as UTF-8 with a mark, or as GB18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError("format")


def _read_csv(text):
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def _find_columns(header):
    names = [str(cell or "").strip().lower() for cell in header]
    columns = {}
    for key, known in HEADERS.items():
        found = [index for index, name in enumerate(names) if name in known]
        if len(found) > 1:
            raise SheetError("double_column", column=names[found[1]])
        if found:
            columns[key] = found[0]
    missing = [key for key in REQUIRED if key not in columns]
    if missing:
        raise SheetError("columns", missing=missing, found=[name for name in names if name])
    return columns


def _read_row(number, cells, columns):
    def cell(key):
        index = columns.get(key)
        return cells[index] if index is not None and index < len(cells) else None

    product = _text(cell("product"))
    if not product:
        raise SheetError("product", row=number)
    return {
        "row": number,
        "product": product,
        "lot": _text(cell("lot")),
        "shop": _text(cell("shop")),
        "quantity": _number(cell("quantity"), number, "quantity"),
        "price": None if cell("price") in (None, "") else _number(cell("price"), number, "price"),
    }


def _text(value):
    """Excel hands codes over as numbers."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _number(value, row, column):
    if isinstance(value, bool | date | datetime):
        raise SheetError("number", row=row, column=column, value=str(value))
    try:
        number = float(str(value).replace(",", "").replace(" ", "").strip())
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise SheetError("number", row=row, column=column, value=str(value or ""))
    return number


def _mark_doubles(rows):
    seen = {}
    for row in rows:
        key = tuple(row[name].lower() for name in ("product", "lot", "shop"))
        if key in seen and not row["error"]:
            row["error"] = SheetError("double", row=row["row"], first=seen[key])
        seen.setdefault(key, row["row"])
