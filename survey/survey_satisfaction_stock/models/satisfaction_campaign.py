from odoo import fields, models


class SatisfactionCampaign(models.Model):
    _inherit = "satisfaction.campaign"

    trigger = fields.Selection(
        selection_add=[("delivery", "Goods delivered")], ondelete={"delivery": "set default"}
    )
