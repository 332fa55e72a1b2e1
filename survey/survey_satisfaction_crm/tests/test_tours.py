from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.survey_satisfaction.tests.common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestTours(SatisfactionCommon, HttpCase):
    def test_lost_deal(self):
        campaign = self._make_campaign(name="Lost", kind="transactional", trigger="lost")
        campaign.sudo().state = "running"
        seller = new_test_user(
            self.env,
            "sat_seller",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        lead = self.env["crm.lead"].create(
            {
                "name": "Ten pumps",
                "type": "opportunity",
                "partner_id": self.customers[0].id,
                "company_id": self.company.id,
                "user_id": seller.id,
            }
        )
        url = f"/odoo/crm.lead/{lead.id}"
        self.start_tour(url, "satisfaction_crm_lost", login="sat_seller")
        invitation = self.env["satisfaction.invitation"].search([("campaign_id", "=", campaign.id)])
        self.assertEqual((invitation.state, invitation.origin_id), ("planned", lead.id))
        self.assertEqual(invitation.user_id, seller)
