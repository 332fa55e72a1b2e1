import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentSaleCommon


@tagged("post_install", "-at_install")
class TestImport(ConsignmentSaleCommon):
    def setUp(self):
        super().setUp()
        self.fill()
        self.valve.default_code = "V-100"
        self.report = self.env["consignment.report"].create({"agreement_id": self.agreement.id})

    def load(self, text):
        wizard = self.env["consignment.import"].create(
            {
                "report_id": self.report.id,
                "file": base64.b64encode(text.encode()),
                "filename": "sold.csv",
            }
        )
        return wizard.action_import()

    def test_file_becomes_an_order(self):
        self.load("产品编码,数量,单价\nV-100,4,48\n")
        self.assertEqual(self.report.source, "file")
        self.report.action_confirm()
        self.assertEqual(self.report.order_id.amount_untaxed, 192.0)

    def test_agreed_price_without_a_column(self):
        self.load("product,quantity\nV-100,4\n")
        self.assertEqual(self.report.line_ids.price_unit, 50.0)

    def test_errors_name_the_row_and_keep_the_lines(self):
        self.load("product,quantity\nV-100,4\n")
        for text, message in (
            ("product,quantity\nV-100,1\nX-9,1\n", "Row 3.*X-9"),
            ("product,lot,quantity\nV-100,L9,1\n", "Row 2.*L9"),
            ("product,quantity\nV-100,1\nV-100,1\n", "Row 3 repeats row 2"),
            ("product,quantity\nV-100,x\n", "Row 2"),
            ("a,b\n1,2\n", "产品编码"),
            ("product,quantity\nV-100,-1\n", "Line 2"),
        ):
            with (
                self.subTest(text=text),
                self.assertRaisesRegex(UserError, message),
                self.cr.savepoint(),
            ):
                self.load(text)
            self.report.invalidate_recordset()
            self.assertEqual(self.report.line_ids.quantity, 4)

    def test_several_products_of_one_name(self):
        self.make_product("average", name="Twin")
        self.make_product("average", name="Twin")
        with self.assertRaisesRegex(UserError, "several"):
            self.load("product,quantity\nTwin,1\n")

    def preview(self, text):
        return self.env["consignment.import"].new(
            {
                "report_id": self.report.id,
                "file": base64.b64encode(text.encode()),
                "filename": "sold.csv",
            }
        )

    def test_preview_shows_what_each_row_becomes(self):
        wizard = self.preview("编码,数量\nV-100,4\n")
        self.assertFalse(wizard.message)
        self.assertEqual(wizard.error_count, 0)
        self.assertEqual(wizard.line_ids.product_id._origin, self.valve)
        self.assertEqual(wizard.line_ids.available, 15)
        self.assertEqual(wizard.amount, 200.0)
        self.assertFalse(self.report.line_ids, "nothing is imported yet")

    def test_preview_shows_all_errors_at_once(self):
        wizard = self.preview("code,qty\nV-100,1\nX-9,1\nV-100,2\nV-100,x\n")
        self.assertEqual([line.row for line in wizard.line_ids if line.error], [3, 4, 5])
        wizard = self.preview("a,b\n1,2\n")
        self.assertIn("产品编码", wizard.message)
        self.assertFalse(wizard.line_ids)

    def test_import_names_every_wrong_row(self):
        with self.assertRaisesRegex(UserError, "(?s)Row 3.*X-9.*Row 4"):
            self.load("product,quantity\nV-100,1\nX-9,1\nV-100,y\n")
