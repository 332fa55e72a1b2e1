from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.customer_dev.tests.common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestVisit(DevelopmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create(
            {"name": "Acme", "is_company": True, "user_id": cls.rep.id, "city": "Suzhou"}
        )
        cls.now = fields.Datetime.now()

    def _visit(self, user=None, **values):
        visits = self.env["crm.visit"].with_user(user or self.rep)
        return visits.create(
            {
                "partner_id": self.customer.id,
                "date": self.now - timedelta(hours=2),
                "record": "<p>Talked about valves</p>",
                **values,
            }
        )

    def test_not_yet_numbered_is_called_new(self):
        given = self.env["crm.visit"].with_context(lang="en_US").default_get(["name"])
        self.assertEqual(given["name"], "New")

    def test_number_and_address(self):
        visit = self._visit()
        self.assertRegex(visit.name, r"^BF/")
        self.assertEqual(visit.address, "Suzhou")

    def test_done_needs_a_record_and_the_past(self):
        with self.assertRaisesRegex(UserError, "record"):
            self._visit(record="<p><br></p>").action_done()
        with self.assertRaisesRegex(UserError, "future"):
            self._visit(date=self.now + timedelta(days=2)).action_done()
        with self.assertRaisesRegex(UserError, "whom"):
            self._visit(partner_id=False).action_done()

    def test_done_cannot_be_smuggled_in(self):
        with self.assertRaises(UserError):
            self._visit(state="done", record=False)
        with self.assertRaises(UserError):
            self._visit(record=False).write({"state": "done"})

    def test_record_of_a_visit_that_is_done_stays(self):
        visit = self._visit()
        visit.action_done()
        visit.record = "<p>Talked about pumps</p>"
        with self.assertRaises(UserError):
            visit.record = False

    def test_next_visit_plans_itself(self):
        visit = self._visit(next_date="2031-05-06", watch="Bring drawings")
        visit.action_done()
        following = visit.next_visit_id
        self.assertEqual(
            (following.state, following.date.date().isoformat()), ("planned", "2031-05-06")
        )
        self.assertEqual(following.attention, "Bring drawings")
        self.assertFalse(following.record)
        visit.action_done()
        self.assertEqual(
            self.env["crm.visit"].search_count([("partner_id", "=", self.customer.id)]), 2
        )

    def test_record_reaches_the_prospect(self):
        lead = self._lead()
        self._visit(lead_id=lead.id).action_done()
        self.assertIn("Talked about valves", lead.message_ids[0].body)

    def test_visit_fulfils_the_criterion(self):
        self.criterion.active = False
        self._criterion(self.one, kind="visit", name="Visited")
        lead = self._lead().with_user(self.rep)
        self._visit(lead_id=lead.id, channel="phone").action_done()
        self.assertTrue(lead.get_gate_missing())
        self._visit(lead_id=lead.id).action_done()
        self.assertEqual(lead.get_gate_missing(), [])

    def test_visit_with_its_appointment_counts_once(self):
        lead = self._lead()
        visit = self._visit(lead_id=lead.id, date=self.now - timedelta(hours=5))
        visit.action_make_appointment()
        visit.action_done()
        self.assertEqual(lead._gate_count_visits(lead), {lead.id: 1})

    def test_moved_appointment_moves_the_visit(self):
        visit = self._visit(date=self.now + timedelta(days=1))
        visit.action_make_appointment()
        start = self.now.replace(microsecond=0) + timedelta(days=3)
        visit.calendar_event_id.write({"start": start, "stop": start + timedelta(hours=1)})
        self.assertEqual(visit.date, start)

    def test_new_and_known_customers(self):
        first = self._visit(date=self.now - timedelta(days=9))
        first.action_done()
        second = self._visit()
        self.assertEqual((first.is_new_customer, second.is_new_customer), (True, False))

    # === DUE ===

    def _due(self, user=None):
        self.env.flush_all()
        return (
            self.env["crm.visit.due"]
            .with_user(user or self.rep)
            .search([("partner_id", "=", self.customer.id)])
        )

    def test_due_follows_the_interval_of_the_customer(self):
        self.customer.visit_interval_days = 10
        visit = self._visit(date=self.now - timedelta(days=4))
        visit.action_done()
        due = self._due()
        self.assertEqual(due.due_date, (self.now + timedelta(days=6)).date())

    def test_due_follows_the_company_otherwise(self):
        self.env.company.visit_interval_days = 20
        self._visit().action_done()
        self.assertEqual(self._due().interval_days, 20)
        self.env.company.visit_interval_days = 0
        self.assertFalse(self._due())

    def test_reminder_once_and_closed_by_the_visit(self):
        self.customer.visit_interval_days = 3
        self._visit(date=self.now - timedelta(days=9)).action_done()
        self.env.flush_all()
        self.env["crm.visit.due"]._cron_remind()
        self.env["crm.visit.due"]._cron_remind()
        kind = ["customer_visit.mail_activity_visit_due"]
        self.assertEqual(len(self.customer.activity_search(kind)), 1)
        self._visit().action_done()
        self.assertFalse(self.customer.activity_search(kind))

    def test_planned_visit_needs_no_reminder(self):
        self.customer.visit_interval_days = 3
        self._visit(date=self.now - timedelta(days=9)).action_done()
        self._visit(date=self.now + timedelta(days=1))
        self.env.flush_all()
        self.env["crm.visit.due"]._cron_remind()
        self.assertFalse(self.customer.activity_search(["customer_visit.mail_activity_visit_due"]))

    def test_due_list_is_one_s_own(self):
        self.customer.visit_interval_days = 3
        self.assertTrue(self._due())
        self.assertFalse(self._due(self.other_rep))

    # === RIGHTS ===

    def test_rights(self):
        visit = self._visit()
        with self.assertRaises(AccessError):
            visit.with_user(self.other_rep).read(["record"])
        for user in (self.head, self.director):
            self.assertTrue(visit.with_user(user).read(["record"]))

    def test_companion_sees_it(self):
        visit = self._visit(companion_ids=[(6, 0, self.other_rep.ids)])
        self.assertTrue(visit.with_user(self.other_rep).read(["record"]))

    def test_merge_brings_the_visits_along(self):
        head, tail = self._lead(self.two, name="A"), self._lead(name="B")
        visit = self._visit(lead_id=tail.id)
        merged = (head | tail).with_user(self.manager).merge_opportunity()
        self.assertEqual(visit.lead_id, merged)

    def test_printed_forms(self):
        visit = self._visit(solved="Leak", contact_ids=[(0, 0, {"name": "Mr Wang"})])
        report = self.env["ir.actions.report"].with_user(self.rep)
        for name in ("visit", "visit_plan"):
            html, _kind = report._render_qweb_html(
                f"customer_visit.action_report_{name}", visit.ids
            )
            self.assertIn("Mr Wang", html.decode(), name)

    def test_plan_sheet_of_the_prospect_lists_visits(self):
        lead = self._lead()
        self._visit(lead_id=lead.id).action_done()
        self.assertIn("Talked about valves", lead._get_contact_history()[0]["result"])

    def test_history_counts_a_visit_once_and_forgets_no_meeting_of_that_day(self):
        lead = self._lead()
        visit = self._visit(lead_id=lead.id)
        visit.action_make_appointment()
        visit.action_done()
        other = {"name": "Call", "opportunity_id": lead.id, "description": "<p>Asked back</p>"}
        other.update(start=visit.date, stop=visit.date + timedelta(minutes=30))
        self.env["calendar.event"].create(other)
        told = [entry["result"] for entry in lead._get_contact_history()]
        self.assertEqual(len(told), 2)
        self.assertTrue(any("Asked back" in one for one in told))
