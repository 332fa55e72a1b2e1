from odoo import api, models


class SalePriceCached(models.AbstractModel):
    """Rules that every line of every order asks for: kept in memory until one changes."""

    _name = "sale.price.cached"
    _description = "Price Rule Kept in Memory"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
