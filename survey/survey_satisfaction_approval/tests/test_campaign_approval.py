from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestCampaignApproval(ApprovalCommon):
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
