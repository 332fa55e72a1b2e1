from odoo import fields, models


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    def _get_price_origin(self):
        """Return what a price of this rule is: published, a promotion, or the price list."""
        self.ensure_one()
        if self.pricelist_id.is_published:
            return "published"
        return "promotion" if self.date_start or self.date_end else "pricelist"

    def _get_origin_name(self):
        """Return how the rule is called on an order line, for when it no longer exists."""
        self.ensure_one()
        name = f"{self.pricelist_id.name}: {self.name}"
        if not self.date_end:
            return name
        return self.env._(
            "%(rule)s, until %(date)s",
            rule=name,
            date=fields.Datetime.context_timestamp(self, self.date_end).date(),
        )
