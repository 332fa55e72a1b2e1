from odoo import api, models
from odoo.fields import Domain


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _get_quotation_numbers(self):
        orders = self.order_ids.filtered(lambda order: order.state != "cancel")
        return ", ".join(orders.sorted("id").mapped("name"))

    @api.model
    def _workbench_tiles(self, users):
        own = self._workbench_of(users)
        return super()._workbench_tiles(users) + [
            {
                "key": "new_orders",
                "name": self.env._("New orders"),
                "icon": "fa-shopping-cart",
                "model": "sale.order",
                "domain": own & Domain("state", "=", "sale"),
                "date": "date_order",
                # amounts of several currencies cannot be added up
                "amount": None,
            },
            {
                "key": "new_receipts",
                "name": self.env._("New receipts"),
                "icon": "fa-money",
                "model": "crm.receipt",
                "domain": own,
                "date": "date",
                "amount": "amount",
            },
        ]
