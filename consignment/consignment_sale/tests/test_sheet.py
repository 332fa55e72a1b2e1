import doctest
import io

import openpyxl

from odoo.tests import BaseCase, tagged

from odoo.addons.consignment_sale.tools import sheet


@tagged("post_install", "-at_install")
class TestSheet(BaseCase):
    def rows(self, text, encoding="utf-8"):
        return sheet.read_rows(text.encode(encoding))

    def refused(self, content, code, **values):
        with self.assertRaises(sheet.SheetError) as caught:
            sheet.read_rows(content if isinstance(content, bytes) else content.encode())
        self.assertEqual(caught.exception.code, code)
        for key, value in values.items():
            self.assertEqual(caught.exception.values[key], value)

    def test_examples_in_the_documentation(self):
        self.assertEqual(doctest.testmod(sheet).failed, 0)

    def test_encodings_and_separators(self):
        for encoding in ("utf-8", "utf-8-sig", "gb18030"):
            for mark in ",;\t":
                text = f"货号{mark}批号{mark}数量{mark}单价\nV-1{mark}L1{mark}2{mark}9.5\n"
                row = self.rows(text, encoding)[0]
                self.assertEqual(
                    row,
                    {
                        "row": 2,
                        "product": "V-1",
                        "lot": "L1",
                        "shop": "",
                        "quantity": 2.0,
                        "price": 9.5,
                    },
                )

    def test_excel(self):
        book = openpyxl.Workbook()
        book.active.append(["产品编码", "数量"])
        book.active.append([1001.0, 3])
        book.active.append([None, None])
        target = io.BytesIO()
        book.save(target)
        rows = sheet.read_rows(target.getvalue(), "sold.xlsx")
        self.assertEqual([(row["product"], row["quantity"]) for row in rows], [("1001", 3.0)])

    def test_wrong_files(self):
        self.refused(b"", "empty")
        self.refused("product,quantity\n", "empty")
        self.refused("name,colour\nx,red\n", "columns", missing=["product", "quantity"])
        self.refused("product,qty,quantity\nx,1,1\n", "double_column")
        self.refused("product,quantity\nA,1\n,2\n", "product", row=3)
        self.refused("product,quantity\nA,many\n", "number", row=2, value="many")
        self.refused("product,quantity\nA,1\nB,1\na,2\n", "double", row=4, first=2)
        self.refused(b"PK\x03\x04broken", "format")
        self.refused(b"\xff\xfe\xff\xff\x00", "format")
