import base64
import csv
import io

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestImportFile(DevelopmentCommon):
    """A salesperson imports a file in the web client and chooses what errors mean."""

    HEADER = ["Company Name", "Expected Revenue", "Stage", "Need Reason", "Weather"]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")

    def _file(self, *rows, header=None):
        text = io.StringIO()
        csv.writer(text).writerows([header or self.HEADER, *rows])
        return base64.b64encode(text.getvalue().encode())

    def _wizard(self, *rows, **values):
        wizards = self.env["crm.lead.import"].with_user(self.rep).with_context(lang="en_US")
        return wizards.create(
            {
                "file": self._file(*rows, header=values.pop("header", None)),
                "filename": "list.csv",
                "team_id": self.team.id,
                **values,
            }
        )

    def _import(self, *rows, **values):
        wizard = self._wizard(*rows, **values)
        self.assertEqual(wizard.action_import()["res_id"], wizard.id)
        return wizard

    def _rows(self):
        return (
            ["Good Ltd", "¥ 1,200.50", "One", "", "rain"],
            [],
            ["Early Ltd", "10", "Two", "", ""],
            ["Odd Ltd", "many", "Two", "known", ""],
            ["Late Ltd", "20", "Two", "known", ""],
        )

    def test_good_rows_are_kept_when_chosen(self):
        wizard = self._import(*self._rows(), on_error="good")
        leads = wizard.lead_ids
        self.assertEqual(leads.mapped("partner_name"), ["Good Ltd", "Late Ltd"])
        self.assertEqual(leads.mapped("name"), ["Good Ltd", "Late Ltd"])
        self.assertEqual(leads.mapped("stage_id"), self.one | self.two)
        self.assertEqual(leads[0].expected_revenue, 1200.5)
        self.assertEqual(set(leads.mapped("type")), {"opportunity"})
        self.assertEqual(leads.team_id, self.team)

    def test_errors_are_told_with_the_row_of_the_file(self):
        wizard = self._import(*self._rows(), on_error="good")
        self.assertEqual(wizard.error_ids.mapped("row"), [3, 4])
        self.assertIn("Reason known", wizard.error_ids[0].message)
        self.assertIn("Odd Ltd", wizard.error_ids[1].content)
        self.assertEqual((wizard.created_count, wizard.error_count), (2, 2))
        self.assertEqual(wizard.ignored, "Weather")

    def test_none_are_kept_otherwise(self):
        wizard = self._import(*self._rows())
        self.assertEqual((wizard.created_count, wizard.error_count), (0, 2))
        self.assertFalse(self.env["crm.lead"].search([("partner_name", "=", "Good Ltd")]))

    def test_wrong_rows_are_repaired_and_imported_again(self):
        wizard = self._import(*self._rows(), on_error="good")
        rejected = list(
            csv.reader(io.StringIO(base64.b64decode(wizard.rejected).decode("utf-8-sig")))
        )
        self.assertEqual(rejected[0], [*self.HEADER, "Error"])
        self.assertEqual([row[0] for row in rejected[1:]], ["Early Ltd", "Odd Ltd"])
        repaired = [[firm, "5", "One", "known", ""] for firm, *_rest in rejected[1:]]
        again = self._import(*repaired)
        self.assertEqual((again.created_count, again.error_count, again.rejected), (2, 0, False))
        self.assertEqual(again.action_open_leads()["domain"], [("id", "in", again.lead_ids.ids)])

    def test_dates_in_several_forms(self):
        header = ["Company Name", "Expected Closing"]
        days = ("2027/03/01", "2027年3月1日", "2027-03-01", "03/01/2027", "soon")
        rows = [[f"Firm {day}", day] for day in days]
        wizard = self._import(*rows, header=header, on_error="good")
        self.assertEqual([str(lead.date_deadline) for lead in wizard.lead_ids], ["2027-03-01"] * 4)
        self.assertEqual(wizard.error_ids.row, 6)

    def test_file_of_a_chinese_spreadsheet(self):
        content = "Company Name,Expected Revenue\n苏州阀门厂,¥ 80\n".encode("gb18030")
        lead = self._import(file=base64.b64encode(content)).lead_ids
        self.assertEqual((lead.partner_name, lead.expected_revenue), ("苏州阀门厂", 80))

    def test_numbers_as_people_write_them(self):
        given = ("120,000", "￥ 1,200.50", "80", "300元", "(15.5)", "")
        rows = [[f"Firm {number}", number, "", "", ""] for number in given]
        wizard = self._import(*rows, ["Many", "很多", "", "", ""], on_error="good")
        self.assertEqual(
            wizard.lead_ids.mapped("expected_revenue"), [120000, 1200.5, 80, 300, -15.5, 0]
        )
        self.assertIn("很多", wizard.error_ids.message)
        self.assertIn("很多", wizard.error_ids.content)

    def test_what_is_no_list_of_prospects(self):
        with self.assertRaisesRegex(UserError, "file"):
            self._wizard(file=False).action_import()
        with self.assertRaises(UserError):
            self._wizard(header=["Rain", "Snow"]).action_import()
        with self.assertRaises(UserError):
            self._wizard(file=base64.b64encode(b"\x00\x01"), filename="x.bin").action_import()

    def test_template_is_understood(self):
        wizard = self._wizard()
        self.assertIn(f"{wizard.id}/template", wizard.action_template()["url"])
        titles = base64.b64decode(wizard.template).decode("utf-8-sig").strip().split(",")
        firm, *others = ("Template Ltd", *("" for _title in titles[1:]))
        again = self._import([firm, *others], header=titles)
        self.assertEqual((again.lead_ids.partner_name, again.ignored), ("Template Ltd", False))

    def test_each_sees_his_own_import_only(self):
        wizard = self._import(["Good Ltd", "1", "One", "", ""])
        theirs = self.env["crm.lead.import"].with_user(self.other_rep)
        self.assertFalse(theirs.search([("id", "=", wizard.id)]))
