from datetime import timedelta

from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_confirm(self):
        result = super().action_confirm()
        self._enqueue_satisfaction("sale")
        return result

    def _enqueue_satisfaction(self, trigger):
        """Invite the customers of confirmed orders, some days later; never asked twice."""
        for company, orders in (
            self.filtered(lambda o: o.state == "sale").grouped("company_id").items()
        ):
            for campaign in self.env["satisfaction.campaign"]._get_triggered(trigger, company):
                at = fields.Datetime.now() + timedelta(days=campaign.delay_days)
                for order in orders:
                    campaign._enqueue(order.partner_id, order, at)

    def action_view_satisfaction(self):
        """Open the satisfaction of the order's customer."""
        self.ensure_one()
        return self.partner_id.action_view_satisfaction()

    def action_enter_complaint(self):
        """Open a new case for the customer of the order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complaint"),
            "res_model": "satisfaction.case",
            "view_mode": "form",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_source": "complaint",
                "default_subject": self.env._("Order %s: ", self.name),
                "default_company_id": self.company_id.id,
            },
        }
