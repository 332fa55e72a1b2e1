from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestHandover(DevelopmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._lead(
            cls.won, partner_name="Acme Ltd", contact_name="Mr Wang", settlement_mode="monthly"
        ).with_user(cls.rep)

    def _wizard(self, **values):
        wizard = self.env["crm.handover"].with_user(self.rep)
        return wizard.create({"lead_id": self.lead.id, "success_points": "Fast sample", **values})

    def test_only_after_the_deal(self):
        with self.assertRaises(UserError):
            self._lead().with_user(self.rep).action_handover()
        self.assertEqual(self.lead.action_handover()["res_model"], "crm.handover")

    def test_customer_gets_its_code(self):
        action = self._wizard().action_apply()
        partner = self.env["res.partner"].browse(action["res_id"])
        self.assertEqual(partner.name, "Acme Ltd")
        self.assertRegex(partner.ref, r"^C\d{5}$")
        self.assertEqual(self.lead.customer_code, partner.ref)

    def test_code_can_be_given(self):
        self._wizard(customer_code="HC-7").action_apply()
        self.assertEqual(self.lead.customer_code, "HC-7")

    def test_contract_period_and_its_reminder(self):
        self._wizard(contract_start="2026-02-01").action_apply()
        self.assertEqual(self.lead.contract_end, date(2026, 4, 30))
        reminder = self.lead.activity_search(["customer_dev.mail_activity_contract_end"])
        self.assertEqual(reminder.date_deadline, date(2026, 4, 16))

    def test_dealers_begin_with_a_trial(self):
        self.lead.development_type = "dealer"
        self.assertEqual(self._wizard().contract_kind, "trial")

    def test_departments_are_told(self):
        clerk = self._user("dev_clerk", "base.group_user")
        department = self.env["crm.handover.department"].create(
            {"name": "Money", "user_ids": [(6, 0, clerk.ids)]}
        )
        wizard = self._wizard(department_ids=[(6, 0, department.ids)])
        wizard.action_apply()
        message = self.lead.partner_id.commercial_partner_id.message_ids.filtered(
            lambda m: clerk.partner_id in m.notified_partner_ids
        )
        self.assertIn("Acme", message.body)

    def test_corrective_action_becomes_an_activity(self):
        self._wizard(
            corrective_action="Faster drawings", corrective_user_id=self.head.id
        ).action_apply()
        activity = self.lead.activity_search(["customer_dev.mail_activity_corrective"])
        self.assertEqual(activity.user_id, self.head)

    def test_making_it_formal_ends_the_reminder(self):
        self._wizard().action_apply()
        self.lead.action_confirm_contract()
        self.assertEqual(self.lead.contract_confirmed, date.today())
        self.assertFalse(self.lead.activity_search(["customer_dev.mail_activity_contract_end"]))

    def test_form_proposes(self):
        form = Form(
            self.env["crm.handover"].with_user(self.rep).with_context(default_lead_id=self.lead.id)
        )
        self.assertEqual(form.settlement_mode, "monthly")
        form.contract_start = date(2026, 1, 1)
        form.months = 6
        self.assertEqual(form.contract_end, date(2026, 1, 1) + relativedelta(months=6, days=-1))
