from odoo.tests import tagged

from odoo.addons.survey_satisfaction.tests.common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestLostTrigger(SatisfactionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.env["crm.team"].create(
            {"name": "East", "company_id": cls.company.id, "member_ids": cls.salesman.ids}
        )

    def _make_lead(self):
        return self.env["crm.lead"].create(
            {
                "name": "Ten pumps",
                "type": "opportunity",
                "partner_id": self.customers[0].id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.salesman.id,
            }
        )

    def test_lost_deal_asks_why(self):
        campaign = self._make_campaign(name="Lost", kind="transactional", trigger="lost")
        campaign.sudo().state = "running"
        lead = self._make_lead()
        lead.action_set_lost()
        invitation = self.env["satisfaction.invitation"].search([("campaign_id", "=", campaign.id)])
        self.assertEqual((invitation.origin_model, invitation.origin_id), ("crm.lead", lead.id))
        self.assertEqual(invitation.team_id, self.team)
        answer = self._fill(invitation._start())
        self.assertEqual(self._results(answer).team_id, self.team)

    def test_team_of_the_salesperson_is_the_segment(self):
        wave = self._open()
        self.assertEqual(self._invitation(wave, self.customers[0]).team_id, self.team)
        self.assertFalse(self._invitation(wave, self.customers[4]).team_id)

    def test_unused_feature_costs_nothing(self):
        self._make_lead().action_set_lost()
        lead = self._make_lead()
        lead.action_set_lost()
        self.env.flush_all()
        with self.assertQueryCount(0):
            lead._enqueue_satisfaction()
