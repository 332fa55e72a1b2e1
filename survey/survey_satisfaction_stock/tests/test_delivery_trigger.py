from odoo.tests import tagged

from .common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliveryTrigger(DeliveryCommon):
    def test_delivery_asks_the_one_who_ordered(self):
        campaign = self._make_campaign(name="Delivery", kind="transactional", trigger="delivery")
        campaign.sudo().state = "running"
        picking = self._deliver()
        invitation = self.env["satisfaction.invitation"].search([("campaign_id", "=", campaign.id)])
        self.assertEqual(invitation.partner_id, self.customers[0])
        self.assertEqual(
            (invitation.origin_model, invitation.origin_id), ("stock.picking", picking.id)
        )
        picking._enqueue_satisfaction()
        self.assertEqual(
            self.env["satisfaction.invitation"].search_count([("campaign_id", "=", campaign.id)]),
            1,
        )

    def test_unused_feature_costs_nothing(self):
        self._deliver()
        picking = self._deliver()
        self.env.flush_all()
        with self.assertQueryCount(0):
            picking._enqueue_satisfaction()
