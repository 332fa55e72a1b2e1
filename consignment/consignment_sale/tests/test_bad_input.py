import base64
import io
from datetime import timedelta

import openpyxl

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import ConsignmentSaleCommon


class BadInputCommon(ConsignmentSaleCommon):
    def setUp(self):
        super().setUp()
        self.fill()
        self.valve.default_code = "V-100"
        self.valve.barcode = "6901234567892"

    def refused(self, message, action, *arguments, error=UserError):
        """The message says what is wrong, and nothing was done at all."""
        before = self.snapshot()
        with self.assertRaisesRegex(error, message), self.cr.savepoint():
            action(*arguments)
        self.env.invalidate_all()
        self.assertEqual(self.snapshot(), before, "half done")

    def snapshot(self):
        reports = self.agreement.report_ids
        return (
            self.agreement.get_balance(),
            len(self.agreement.order_ids),
            len(self.agreement.picking_ids),
            [(report.state, report.line_ids.mapped("quantity")) for report in reports],
        )


@tagged("post_install", "-at_install")
class TestBadLines(BadInputCommon):
    """What programs and people hand over wrongly."""

    def test_lines_of_a_report(self):
        good = self.line(self.valve, 1)
        service = self.env["product.product"].create({"name": "Advice", "type": "service"})
        other = self.make_product("average", tracking="lot")
        for bad, message in (
            ({"product_id": 0, "quantity": 1}, "there is no product"),
            ({"product_id": 999999999, "quantity": 1}, "there is no product 999999999"),
            ({"product_id": service.id, "quantity": 1}, "Advice is not kept in stock"),
            (self.line(self.valve, 0), "more than zero"),
            (self.line(self.valve, -2), "more than zero"),
            (self.line(self.valve, 1.123456), "more than 2 digits"),
            (self.line(self.valve, "3"), "not a number"),
            (self.line(self.valve, True), "not a number"),
            (self.line(self.valve, float("nan")), "not a number|more than"),
            (self.line(self.valve, 1, price_unit=-5.0), "price"),
            (self.line(self.valve, 1, price_unit="cheap"), "price"),
            (self.line(self.valve, 1, lot_id=self.make_lot(other, "L9").id), "lot"),
            (self.line(self.valve, 1, uom_id=self.env.ref("uom.product_uom_kgm").id), "unit"),
            (self.line(self.valve, 1, location_id=self.stock_location.id), "not a shop"),
            ("rubbish", "there is no product"),
        ):
            with self.subTest(bad=bad):
                self.refused(f"Line 2: .*{message}", self.agreement.report_sales, [good, bad])

    def test_no_lines(self):
        for lines in ([], None, {}, "x"):
            with self.subTest(lines=lines):
                self.refused("no line", self.agreement.report_sales, lines)
                self.refused("no line", self.agreement.settle_by_count, lines)

    def test_lines_of_a_count(self):
        good = self.line(self.valve, 14)
        for bad, message in (
            (self.line(self.valve, 3), "counted on line 1 already"),
            ({"product_id": 999999999, "quantity": 0}, "there is no product"),
            ({"product_id": self.valve.id}, "not a number"),
        ):
            with self.subTest(bad=bad):
                self.refused(f"Line 2: .*{message}", self.agreement.settle_by_count, [good, bad])

    def test_half_a_piece(self):
        self.valve.whole_units = True
        self.refused(
            "Line 1: .*whole units", self.agreement.report_sales, [self.line(self.valve, 0.5)]
        )
        pack = self.uom_pack_of_6.id
        self.refused(
            "Line 1: .*whole units",
            self.agreement.report_sales,
            [self.line(self.valve, 0.25, uom_id=pack)],
        )
        order = self.order(self.agreement.report_sales([self.line(self.valve, 0.5, uom_id=pack)]))
        self.assertEqual(order.order_line.product_uom_qty, 3)

    def test_days(self):
        line = [self.line(self.valve, 1)]
        start = fields.Date.today() - timedelta(days=400)
        tomorrow = fields.Date.today() + timedelta(days=2)
        for date, message in (
            (str(start - timedelta(days=1)), "only begins"),
            (str(tomorrow), "in the future"),
            ("yesterday", "not a date"),
            ("2024-02-31", "not a date"),
        ):
            with self.subTest(date=date):
                self.refused(message, self.agreement.report_sales, line, date)
                self.refused(message, self.agreement.settle_by_count, line, date)

    def test_closed_period(self):
        self.env.flush_all()  # else core still dates the transfers of the set-up
        self.company.fiscalyear_lock_date = fields.Date.today() - timedelta(days=5)
        line = [self.line(self.valve, 1)]
        self.refused("closed in the books", self.agreement.report_sales, line, self.day(10))
        self.refused("closed in the books", self.agreement.settle_by_count, line, self.day(10))

    def test_currency_without_a_rate(self):
        currency = self.env["res.currency"].create({"name": "XQQ", "symbol": "Q"})
        agreement = self.make_agreement(currency_id=currency.id)
        agreement.fill_up([self.line(self.valve, 2, price_unit=8.0)])
        self.refused("no rate of XQQ", agreement.report_sales, [self.line(self.valve, 1)])
        self.assertFalse(agreement.order_ids)
        self.assertEqual(self.balance(agreement, self.valve), 2)

    def test_a_closed_agreement_takes_no_report(self):
        self.agreement.settle_by_count([self.line(self.valve, 0)])
        self.invoice(self.agreement.order_ids)
        self.agreement.action_close()
        for create in (
            lambda: self.env["consignment.report"].create({"agreement_id": self.agreement.id}),
            lambda: self.agreement.report_sales([self.line(self.valve, 1)]),
        ):
            self.refused(
                "not active|this cannot be done", create, error=(UserError, ValidationError)
            )

    def assert_kept(self, message, archive):
        with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
            archive()

    def test_a_dealer_with_goods_or_open_orders_is_not_archived(self):
        self.agreement.report_sales([self.line(self.valve, 6)])
        self.assert_kept("still answers for goods", self.dealer.action_archive)
        self.agreement.settle_by_count([self.line(self.valve, 0)])
        self.assert_kept("still answers for goods", self.dealer.action_archive)
        self.assert_kept("is not invoiced", self.agreement.action_close)
        self.invoice(self.agreement.order_ids)
        self.agreement.action_close()
        self.dealer.action_archive()
        self.assertFalse(self.dealer.active)

    def test_a_place_with_goods_or_open_orders_is_not_archived(self):
        self.agreement.report_sales([self.line(self.valve, 6)])
        self.assert_kept("still answers for goods", self.agreement.location_id.action_archive)
        self.agreement.settle_by_count([self.line(self.valve, 0)])
        self.assert_kept("still answers for goods", self.agreement.location_id.action_archive)

    def test_goods_of_others_are_not_reported(self):
        incoming = self.make_agreement("consign_in")
        self.refused("other hands", incoming.report_sales, [self.line(self.valve, 1)])
        self.refused(
            "other hands",
            self.env["consignment.report"].create,
            {"agreement_id": incoming.id},
            error=ValidationError,
        )

    def test_month_end(self):
        agreements = self.env["consignment.agreement"]
        self.refused("do not work in company", agreements.create_reclass, 999999, self.day(1))
        self.company.consignment_shipped_account_id = self.env["account.account"].create(
            {"name": "Shipped", "code": "140698", "account_type": "asset_current"}
        )
        self.company.consignment_reclass_journal_id = self.company.account_stock_journal_id
        company = self.company.id
        self.refused("not a date", agreements.create_reclass, company, "month end")
        self.refused("in the future", agreements.create_reclass, company, self.day(-3))


@tagged("post_install", "-at_install")
class TestBadFiles(BadInputCommon):
    """What dealers send: the message names the row of the file, the list stays as it was."""

    def setUp(self):
        super().setUp()
        self.report = self.env["consignment.report"].create(
            {
                "agreement_id": self.agreement.id,
                "line_ids": [(0, 0, {"product_id": self.valve.id, "quantity": 4})],
            }
        )

    def load(self, content, filename="sold.csv"):
        if isinstance(content, str):
            content = content.encode()
        self.env["consignment.import"].create(
            {
                "report_id": self.report.id,
                "file": base64.b64encode(content),
                "filename": filename,
            }
        ).action_import()

    def book(self, *rows):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        target = io.BytesIO()
        book.save(target)
        return target.getvalue()

    def test_rows(self):
        head = "货号,数量\nV-100,1\n"
        for row, message in (
            ("X-9,1", "Row 3: .*X-9"),
            ("V-100,2", "Row 3 repeats row 2"),
            ("6901234567892,2", "Row 3 repeats row 2"),
            (",2", "Row 3: the product is missing"),
            ("X-9", "Row 3"),
        ):
            with self.subTest(row=row):
                self.refused(message, self.load, head + row + "\n")

    def test_quantities(self):
        other = self.make_product("average", default_code="V-200")
        self.receive(other, 5, 5.0)
        for quantity, message in (
            ("0", "Line 3: the quantity must be more than zero"),
            ("-1", "Line 3: the quantity must be more than zero"),
            ("1.123456", "Line 3: .*digits"),
            ("nan", "3: .*number|3: the quantity"),
            ("1e999", "3: .*number|3: the quantity"),
            ("two", "Row 3: “two” is not a number"),
            ("", "Row 3: “” is not a number"),
        ):
            with self.subTest(quantity=quantity):
                self.refused(message, self.load, f"货号,数量\nV-100,1\nV-200,{quantity}\n")

    def test_prices(self):
        for price in ("-1", "cheap", "nan", "inf"):
            with self.subTest(price=price):
                self.refused("2: ", self.load, f"货号,数量,单价\nV-100,1,{price}\n")

    def test_columns(self):
        for head in ("品名,颜色", "product", "quantity", "数量,数量,产品"):
            with self.subTest(head=head):
                self.refused("产品编码|twice", self.load, head + "\nV-100,1,1\n")

    def test_excel(self):
        self.refused(
            "Row 3: .*X-9", self.load, self.book(["产品编码", "数量"], ["V-100", 1], ["X-9", 1])
        )
        self.refused("产品编码", self.load, self.book(["颜色", "大小"], ["V-100", 1]))
        self.refused("no rows", self.load, self.book(["产品编码", "数量"]))
        self.refused("neither a CSV nor an Excel", self.load, b"PK\x03\x04broken", "sold.xlsx")
        self.refused("neither a CSV nor an Excel", self.load, b"\xd0\xcf\x11\xe0", "sold.xls")

    def test_chinese_excel_of_a_dealer(self):
        rows = (["商品编码", "批号", "销售数量", "结算价"], ["V-100", None, 3, 48.5])
        self.load(self.book(*rows), "代销清单.xlsx")
        line = self.report.line_ids
        self.assertEqual((line.quantity, line.price_unit), (3.0, 48.5))

    def test_chinese_csv_of_an_old_office(self):
        self.load("货号；数量\n".replace("；", ";").encode("gb18030") + b"V-100;3\n")
        self.assertEqual(self.report.line_ids.quantity, 3.0)

    def test_settled_list_takes_no_file(self):
        self.report.action_confirm()
        self.refused("settled or cancelled", self.load, "货号,数量\nV-100,1\n")
