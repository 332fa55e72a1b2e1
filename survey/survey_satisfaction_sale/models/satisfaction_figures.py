from odoo import models


class SatisfactionFigures(models.AbstractModel):
    _inherit = "satisfaction.figures"

    def _is_weighted(self, wave):
        return wave.campaign_id.index_method == "revenue" or super()._is_weighted(wave)
