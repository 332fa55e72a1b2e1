from odoo.tests import HttpCase, tagged

from odoo.addons.customer_dev.tests.common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestTours(DevelopmentCommon, HttpCase):
    def test_salesperson_records_a_visit(self):
        """On a phone-like form: open the planned visit, write the record, close it."""
        customer = self.env["res.partner"].create({"name": "Tour Ltd", "is_company": True})
        visit = self.env["crm.visit"].with_user(self.rep).create({"partner_id": customer.id})
        self.start_tour(f"/odoo/crm.visit/{visit.id}", "customer_visit_record", login="dev_rep")
        self.assertEqual(visit.state, "done")
        self.assertIn("Valves", visit.record)
