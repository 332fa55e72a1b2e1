from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.survey_satisfaction.tests.common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestTours(SatisfactionCommon, HttpCase):
    def test_complaint_from_the_order(self):
        seller = new_test_user(
            self.env,
            "sat_seller",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        product = self.env["product.product"].create({"name": "Valve", "type": "service"})
        order = (
            self.env["sale.order"]
            .with_user(seller)
            .create(
                {
                    "partner_id": self.customers[0].id,
                    "order_line": [Command.create({"product_id": product.id})],
                }
            )
        )
        order.action_confirm()
        url = f"/odoo/sale.order/{order.id}"
        self.start_tour(url, "satisfaction_sale_complaint", login="sat_seller")
        case = self.env["satisfaction.case"].search([("subject", "=", "The valve leaks")])
        self.assertEqual((case.partner_id, case.source), (self.customers[0], "complaint"))
        self.assertEqual(case.user_id, seller)
