from odoo.tests import HttpCase, tagged

from .common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestTours(ApprovalCommon, HttpCase):
    def test_cost_is_submitted_signed_and_spent(self):
        campaign = self._make_campaign(name="Costly", budget=8000)
        url = f"/odoo/satisfaction-campaigns/{campaign.id}"
        self.start_tour(url, "satisfaction_approval_submit", login="sat_officer")
        self.assertEqual(campaign.review_ids.reviewer_id, self.manager)
        self.start_tour(url, "satisfaction_approval_sign", login="sat_manager")
        self.assertEqual((campaign.state, campaign.wave_ids.state), ("running", "open"))
