from odoo import fields, models


class SatisfactionCampaign(models.Model):
    _inherit = "satisfaction.campaign"

    trigger = fields.Selection(
        selection_add=[("sale", "Order confirmed")], ondelete={"sale": "set default"}
    )
    index_method = fields.Selection(
        selection_add=[("revenue", "Customers by revenue")], ondelete={"revenue": "set default"}
    )
