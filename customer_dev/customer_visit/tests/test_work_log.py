from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.customer_dev.tests.common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestWorkLog(DevelopmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep.tz = "Asia/Shanghai"
        cls.customer = cls.env["res.partner"].create({"name": "Acme"})

    def _log(self, day):
        return self.env["crm.work.log"].with_user(self.rep).create({"date": day})

    def _visit(self, moment):
        self.env["crm.visit"].with_user(self.rep).create(
            {"partner_id": self.customer.id, "date": moment, "record": "<p>Valves</p>"}
        ).action_done()

    def test_day_is_the_day_of_the_person(self):
        """23:30 UTC on the 9th is the morning of the 10th in Shanghai."""
        self._visit(datetime(2026, 3, 9, 23, 30))
        self.assertFalse(self._log("2026-03-09").entries)
        [entry] = self._log("2026-03-10").entries
        self.assertEqual((entry["time"], entry["customer"]), ("07:30", "Acme"))

    def test_finished_activities_are_in_it(self):
        lead = self._lead()
        activity = lead.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.rep.id, summary="Call"
        )
        activity.with_user(self.rep).action_feedback(feedback="They want a sample")
        [entry] = self._log(date.today()).entries
        self.assertEqual(entry["text"], "They want a sample")

    @mute_logger("odoo.sql_db")
    def test_one_log_per_day(self):
        self._log("2026-03-10")
        with self.assertRaises(IntegrityError):
            self._log("2026-03-10")

    def test_my_day_is_opened_again(self):
        logs = self.env["crm.work.log"].with_user(self.rep)
        first = logs.action_open_today()["res_id"]
        self.assertEqual(logs.action_open_today()["res_id"], first)

    def test_rights(self):
        log = self._log("2026-03-10")
        with self.assertRaises(AccessError):
            log.with_user(self.other_rep).read(["progress"])
        log.with_user(self.director).guidance = "Good"

    def test_printed_form(self):
        self._visit(datetime(2026, 3, 10, 3, 0))
        log = self._log("2026-03-10")
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.rep)
            ._render_qweb_html("customer_visit.action_report_work_log", log.ids)
        )
        self.assertIn("Acme", html.decode())

    def test_monthly_market_information_is_printed_in_order(self):
        logs = self._log("2026-03-20") | self._log("2026-03-10") | self._log("2026-03-15")
        for log, text in zip(logs, ("Steel gets dearer", "A rival leaves", False), strict=True):
            log.market_info = text
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "customer_visit.action_report_market", logs.ids
        )
        text = html.decode()
        self.assertLess(text.index("A rival leaves"), text.index("Steel gets dearer"))

    def test_who_has_not_written_is_reminded_in_the_evening(self):
        people = self.rep | self.other_rep
        people.company_id = self.env.company
        self.env.company.work_log_reminder = True
        people.tz = "Asia/Shanghai"
        logs = self.env["crm.work.log"].with_user(self.rep).with_context(tz="Asia/Shanghai")
        logs.create({"progress": "Two visits"})
        self.env["crm.work.log"]._cron_remind()
        reminded = self.env["mail.notification"].search(
            [("res_partner_id", "in", people.partner_id.ids)]
        )
        self.assertEqual(reminded.res_partner_id, self.other_rep.partner_id)

    def test_the_workbench_reminds_of_the_log(self):
        told = self.env["crm.lead"].with_user(self.rep).get_workbench()
        todo = {tile["key"]: tile for tile in told["todo"]}
        self.assertEqual(todo["work_log"]["action"], "customer_visit.crm_work_log_action_today")
        action = self.env["crm.work.log"].with_user(self.rep).action_open_today()
        self.env["crm.work.log"].browse(action["res_id"]).progress = "Much"
        told = self.env["crm.lead"].with_user(self.rep).get_workbench()
        self.assertNotIn("work_log", [tile["key"] for tile in told["todo"]])
        self.assertIn("visits", [tile["key"] for tile in told["tiles"]])
