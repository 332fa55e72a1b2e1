from odoo import fields, models


class SaleOfferLine(models.Model):
    """An offer keeps where its prices came from, beside the prices themselves."""

    _inherit = "sale.offer.line"

    price_origin = fields.Selection(
        selection=lambda self: self.env["sale.order.line"]._fields["price_origin"].selection,
        readonly=True,
        help="Where the price of the line came from when the offer was captured.",
    )
    price_rule_name = fields.Char(readonly=True)
    published_price = fields.Float(
        min_display_digits="Product Price", readonly=True, aggregator="avg"
    )
    price_deviation = fields.Float(
        string="Deviation (%)", digits=(16, 2), readonly=True, aggregator="avg"
    )

    def _is_document_discount(self):
        """As :meth:`SaleOrderLine._is_document_discount`, of the line that was frozen."""
        self.ensure_one()
        return self.price_subtotal < 0 and (self.qty > 0 or self.product_id.type != "consu")
