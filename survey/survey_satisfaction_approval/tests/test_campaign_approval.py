from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.survey_satisfaction.tests.common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestCampaignApproval(SatisfactionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tiers = cls.env["tier.definition"].with_context(active_test=False)
        tiers.search([("model", "=", "satisfaction.campaign")]).active = False
        cls.tier = tiers.create(
            {
                "name": "Marketing head",
                "model_id": cls.env["ir.model"]._get_id("satisfaction.campaign"),
                "review_type": "individual",
                "reviewer_id": cls.manager.id,
                "definition_type": "domain",
                "definition_domain": "[('budget', '>', 0)]",
                "company_id": False,
            }
        )

    def test_cost_waits_for_every_signature(self):
        campaign = self._make_campaign(name="Costly", budget=8000).with_user(self.officer)
        with self.assertRaises(UserError):
            campaign.action_open_wave()
        campaign.action_submit()
        self.assertEqual(campaign.state, "submitted")
        self.assertEqual(campaign.review_ids.reviewer_id, self.manager)
        with self.assertRaises(UserError):
            campaign.with_user(self.manager).action_approve()
        campaign.with_user(self.manager).validate_tier()
        campaign.invalidate_recordset()
        self.assertEqual(campaign.validation_status, "validated")
        campaign.with_user(self.manager).action_approve()
        self.assertTrue(campaign.action_open_wave())

    def test_free_campaign_needs_no_signature(self):
        campaign = self._make_campaign(name="Free").with_user(self.officer)
        self.assertTrue(campaign.action_open_wave())
