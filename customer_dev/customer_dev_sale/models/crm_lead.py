from odoo import models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _get_quotation_numbers(self):
        orders = self.order_ids.filtered(lambda order: order.state != "cancel")
        return ", ".join(orders.sorted("id").mapped("name"))
