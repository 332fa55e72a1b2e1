from odoo.tests import HttpCase, new_test_user, tagged

from .common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestTours(DeliveryCommon, HttpCase):
    def test_delivery_in_the_warehouse(self):
        campaign = self._make_campaign(name="Delivery", kind="transactional", trigger="delivery")
        campaign.sudo().state = "running"
        new_test_user(
            self.env,
            "sat_warehouse",
            groups="stock.group_stock_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        picking = self._make_picking()
        url = f"/odoo/stock.picking/{picking.id}"
        self.start_tour(url, "satisfaction_stock_delivery", login="sat_warehouse")
        invitation = self.env["satisfaction.invitation"].search([("campaign_id", "=", campaign.id)])
        self.assertEqual((invitation.state, invitation.origin_id), ("planned", picking.id))
