from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..hooks import post_init_hook
from ..tools import gate
from .common import DevelopmentCommon

LEAD_REPORTS = ("new_customer", "plan_sheet", "progress", "tracking", "directory")


@tagged("post_install", "-at_install")
class TestReport(DevelopmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.env.ref("customer_dev.utm_source_fair")
        cls.lead = cls._lead(
            partner_name="Acme <b>Ltd</b>",
            need_products="Valves",
            source_id=cls.source.id,
            progress_result="Sample sent",
            guidance="Visit them",
            expected_revenue=500,
        )

    def _html(self, name, docs, user=None):
        report = self.env["ir.actions.report"].with_user(user or self.rep)
        content, _kind = report._render_qweb_html(f"customer_dev.action_report_{name}", docs.ids)
        return content.decode()

    def test_history_tells_the_note_of_a_meeting_only(self):
        now = fields.Datetime.now()
        meeting = {"name": "Talk", "opportunity_id": (lead := self._lead()).id}
        meeting.update(start=now - timedelta(days=2), stop=now - timedelta(days=1))
        people = [(6, 0, (self.rep | self.head).partner_id.ids)]
        self.rep.phone = "0512-1"
        for note in ("<p>They like <strong>our</strong> sample</p>", False):
            self.env["calendar.event"].create(
                {**meeting, "user_id": self.rep.id, "partner_ids": people, "description": note}
            )
        told = sorted(entry["result"] for entry in lead._get_contact_history())
        self.assertEqual(told, ["", "They like *our* sample"])

    def test_each_form_of_a_prospect_renders(self):
        for name in LEAD_REPORTS:
            html = self._html(name, self.lead)
            self.assertIn("Acme &lt;b&gt;Ltd", html, name)

    def test_progress_shows_the_guidance_and_what_is_missing(self):
        html = self._html("progress", self.lead)
        for text in ("Sample sent", "Visit them", "Reason known"):
            self.assertIn(text, html)

    def test_request_with_its_signatures(self):
        action = self.lead.with_user(self.rep).action_apply_development(
            {"reason": "Good", "line_ids": [(0, 0, {"name": "Valves"})]}
        )
        request = self.env["crm.development.request"].browse(action["res_id"])
        html = self._html("request", request)
        self.assertIn("Sales head", html)

    def test_channels(self):
        self._lead(self.won, source_id=self.source.id, expected_revenue=100)
        self.env.flush_all()
        wizard = (
            self.env["crm.development.print"]
            .with_user(self.rep)
            .create({"kind": "channel", "user_id": self.rep.id})
        )
        [row] = wizard.get_channel_rows()
        self.assertEqual((row["name"], row["leads"], row["won"]), (self.source.name, 2, 1))
        self.assertEqual((row["rate"], row["revenue"]), (50, 100))
        self.assertIn(self.source.name, self._html("channel", wizard))

    def _moved(self, lead, old, new):
        """A move as the host tracks it; tracking itself is switched off in tests."""
        lead.with_context(gate_pass=gate.GatePass).stage_id = new
        self.env["mail.tracking.value"].create(
            {
                "mail_message_id": lead.message_post(body="moved").id,
                "field_id": self._field("stage_id").id,
                "old_value_integer": old.id,
                "new_value_integer": new.id,
            }
        )

    def test_funnel_counts_who_went_on(self):
        self._moved(self.lead, self.one, self.two)
        self._lead()
        self.env.flush_all()
        wizard = (
            self.env["crm.development.print"]
            .with_user(self.rep)
            .create({"kind": "funnel", "team_id": self.team.id})
        )
        rows = {row["stage"]: row for row in wizard.get_funnel_rows()}
        self.assertEqual((rows["One"]["entered"], rows["One"]["left_forward"]), (2, 1))
        self.assertEqual(rows["One"]["rate"], 50)
        self.assertEqual(rows["Two"]["entered"], 1)
        self.assertIn("Two", self._html("funnel", wizard))

    def test_print_dialog(self):
        wizard = (
            self.env["crm.development.print"]
            .with_user(self.rep)
            .create({"kind": "directory", "user_id": self.rep.id})
        )
        self.assertEqual(wizard.action_print()["type"], "ir.actions.report")
        wizard.user_id = self.boss
        with self.assertRaises(UserError):
            wizard.action_print()

    def test_reports_follow_the_access_rights(self):
        self.env.flush_all()
        for model in ("crm.development.report", "crm.stage.history"):
            seen = self.env[model].with_user(self.other_rep).search([])
            self.assertNotIn(self.lead.id, seen.mapped("lead_id").ids)

    def test_what_is_missing_reads_in_the_language_of_the_reader(self):
        for lang in ("en_US", "zh_CN"):
            self.env["res.lang"]._activate_lang(lang)
        self.criterion.with_context(lang="zh_CN").name = "原因已知"
        lead = self._lead()
        self.assertEqual(lead.with_context(lang="en_US").gate_missing_names, "Reason known")
        self.assertEqual(lead.with_context(lang="zh_CN").gate_missing_names, "原因已知")

    def test_plan_sheets_of_many_are_one_document(self):
        """So that every wkhtmltopdf can print them, and the pages are numbered through."""
        leads = self._lead() | self._lead()
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "customer_dev.action_report_plan_sheet", leads.ids
        )
        self.assertEqual(html.decode().count("page-break-after"), 1)
        self.assertEqual(html.decode().count('class="article'), 1)

    def test_channels_are_named_in_the_language_of_the_administrator(self):
        """The host does not translate names of sources: they are given once, at installation."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env.ref("base.user_admin").lang = "zh_CN"
        post_init_hook(self.env)
        self.assertEqual(self.env.ref("customer_dev.utm_source_fair").name, "展会")
        self.assertEqual(self.env.ref("customer_dev.utm_source_customer").name, "客户介绍")
