from odoo.tests import tagged

from odoo.addons.customer_dev.tests.common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestQuotations(DevelopmentCommon):
    def test_tracking_sheet_shows_the_quotations(self):
        partner = self.env["res.partner"].create({"name": "Acme"})
        lead = self._lead(partner_id=partner.id)
        orders = self.env["sale.order"].create(
            [{"partner_id": partner.id, "opportunity_id": lead.id} for _index in range(2)]
        )
        orders[1].action_cancel()
        self.assertEqual(lead._get_quotation_numbers(), orders[0].name)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "customer_dev.action_report_tracking", lead.ids
        )
        self.assertIn(orders[0].name, html.decode())
