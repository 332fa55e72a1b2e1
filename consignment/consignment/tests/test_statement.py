from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestStatement(ConsignmentCommon):
    def setUp(self):
        super().setUp()
        self.valve = self.make_product("average")
        self.receive(self.valve, 100, 5.0, days_ago=300)
        self.agreement = self.make_agreement()
        self.agreement.fill_up([self.line(self.valve, 10)], self.day(100))
        self.agreement.fill_up([self.line(self.valve, 5)], self.day(40))
        self.agreement.pick_up([self.line(self.valve, 4)], self.day(20))

    def test_opening_movements_closing_age(self):
        statement = self.agreement.get_statement(self.day(50), self.day(10))
        line = statement["lines"][0]
        self.assertEqual(
            [line[name] for name in ("opening", "fill_up", "pick_up", "issue", "closing")],
            [10, 5, 4, 0, 11],
        )
        self.assertEqual(line["buckets"], [0.0, 5.0, 0.0, 6.0, 0.0])
        self.assertEqual([move["verb"] for move in statement["movements"]], ["fill_up", "pick_up"])

    def test_closing_of_one_period_opens_the_next(self):
        first = self.agreement.get_statement(self.day(120), self.day(30))
        second = self.agreement.get_statement(self.day(29), self.day(0))
        self.assertEqual(first["lines"][0]["closing"], second["lines"][0]["opening"])

    def test_wrong_period(self):
        with self.assertRaises(UserError):
            self.agreement.get_statement(self.day(1), self.day(2))

    def test_reports_render(self):
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        html, _kind = report._render_qweb_html(
            "consignment.report_statement",
            self.agreement.ids,
            data={"date_from": self.day(50), "date_to": self.day(0)},
        )
        self.assertIn(self.valve.name, html.decode())
        picking = self.agreement.picking_ids[:1]
        html, _kind = report._render_qweb_html("consignment.report_slip", picking.ids)
        self.assertIn(picking.name, html.decode())

    def test_paper_speaks_the_partners_language(self):
        """Whoever prints it: articles and movements go by the names the partner knows."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.valve.with_context(lang="zh_CN").name = "球阀"
        self.agreement.partner_id.lang = "zh_CN"
        report = self.env["report.consignment.report_statement"].with_context(lang="en_US")
        statement = report._get_report_values(self.agreement.ids)["statements"][self.agreement.id]
        self.assertIn("球阀", statement["lines"][0]["product"])

    def test_wizard_prints(self):
        wizard = self.env["consignment.statement"].create({"agreement_id": self.agreement.id})
        action = wizard.action_print()
        self.assertEqual(action["type"], "ir.actions.report")
