from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    whole_units = fields.Boolean(
        "Whole Units Only",
        help="Half a piece cannot be consigned, lent, reported or returned. "
        "The quantity is checked in the product's unit.",
    )
