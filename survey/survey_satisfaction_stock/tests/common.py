from odoo import Command

from odoo.addons.survey_satisfaction.tests.common import SatisfactionCommon


class DeliveryCommon(SatisfactionCommon):
    """Orders whose goods go to another address of the customer."""

    def _make_picking(self):
        """Goods for the first customer, ready to leave for its ramp."""
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
        return picking

    def _deliver(self):
        picking = self._make_picking()
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        return picking
