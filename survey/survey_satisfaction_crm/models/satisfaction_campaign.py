from odoo import fields, models


class SatisfactionCampaign(models.Model):
    _inherit = "satisfaction.campaign"

    trigger = fields.Selection(
        selection_add=[("lost", "Deal lost")], ondelete={"lost": "set default"}
    )
