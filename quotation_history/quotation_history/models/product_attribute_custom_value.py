from odoo import models


class ProductAttributeCustomValue(models.Model):
    _inherit = "product.attribute.custom.value"

    def _get_content(self):
        """Return what the customer asked for as sorted plain values, without ids of the line."""
        return sorted(
            (value.custom_product_template_attribute_value_id.id, value.custom_value or "")
            for value in self
        )
