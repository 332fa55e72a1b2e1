from odoo import Command
from odoo.tests import tagged

from odoo.addons.survey_satisfaction.tests.common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestDeliveryTrigger(SatisfactionCommon):
    def test_delivery_asks_the_one_who_ordered(self):
        campaign = self._make_campaign(name="Delivery", kind="transactional", trigger="delivery")
        campaign.sudo().state = "running"
        env = self.env(context={**self.env.context, "allowed_company_ids": self.company.ids})
        product = env["product.product"].create(
            {"name": "Pump", "type": "consu", "is_storable": True}
        )
        ramp = env["res.partner"].create(
            {"name": "Ramp", "parent_id": self.customers[0].id, "type": "delivery"}
        )
        order = env["sale.order"].create(
            {
                "partner_id": self.customers[0].id,
                "partner_shipping_id": ramp.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 1})],
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        self.assertEqual(picking.partner_id, ramp)
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.button_validate()
        self.assertEqual(picking.state, "done")
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
