from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.customer_dev.tests.common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestAudit(DevelopmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Acme"})
        cls.clerk = cls._user("dev_quality", "base.group_user")

    def _audit(self, **values):
        return (
            self.env["crm.customer.audit"]
            .with_user(self.rep)
            .create(
                {
                    "partner_id": self.customer.id,
                    "date": date.today() + relativedelta(days=20),
                    **values,
                }
            )
        )

    def test_standard_list_with_dates_before_the_audit(self):
        audit = self._audit()
        audit.action_prepare()
        self.assertTrue(audit.checklist_ids and audit.duty_ids)
        self.assertTrue(all(line.due_date < audit.date for line in audit.line_ids))
        count = len(audit.line_ids)
        audit.action_prepare()
        self.assertEqual(len(audit.line_ids), count)

    def test_responsible_are_told_once(self):
        audit = self._audit()
        audit.action_prepare()
        audit.line_ids[0].user_id = self.clerk
        audit.action_assign()
        audit.action_assign()
        told = audit.activity_ids.filtered(lambda a: a.user_id == self.clerk)
        self.assertEqual(len(told), 1)

    def test_ready_rate(self):
        audit = self._audit(line_ids=[(0, 0, {"name": "A"}), (0, 0, {"name": "B"})])
        audit.line_ids[0].state = "ready"
        self.assertEqual(audit.ready_rate, 50)

    def test_order_of_steps(self):
        audit = self._audit()
        with self.assertRaises(UserError):
            audit.action_held()
        audit.date = date.today()
        audit.action_held()
        with self.assertRaises(UserError):
            audit.action_close()
        audit.result = "conditional"
        audit.action_close()
        self.assertEqual(audit.state, "closed")

    def test_colleagues_see_the_audits_they_prepare(self):
        mine = self._audit(line_ids=[(0, 0, {"name": "A", "user_id": self.clerk.id})])
        other = self._audit()
        self.assertTrue(mine.with_user(self.clerk).read(["date"]))
        with self.assertRaises(AccessError):
            other.with_user(self.clerk).read(["date"])

    def test_printed_form(self):
        audit = self._audit()
        audit.action_prepare()
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.rep)
            ._render_qweb_html("customer_visit.action_report_audit", audit.ids)
        )
        self.assertIn("Quality manual", html.decode())
