from odoo import models


class SatisfactionWave(models.Model):
    _inherit = "satisfaction.wave"

    def _prepare_segments(self, partner, origin=False):
        """The sales team of the deal, else of the salesperson."""
        values = super()._prepare_segments(partner, origin)
        if origin and "team_id" in origin._fields:
            team, user = origin.team_id, origin["user_id"] if "user_id" in origin._fields else False
            if user:
                values["user_id"] = user.id
        else:
            seller = self.env["res.users"].browse(values["user_id"])
            team = seller.sale_team_id
        return {**values, "team_id": team.id}
