from odoo import fields, models

from .sale_price_approval_line import RESTRICTED


class SaleOfferLine(models.Model):
    """An offer keeps where its prices came from, beside the prices themselves."""

    _inherit = "sale.offer.line"

    price_origin = fields.Selection(
        # described, not copied: so its labels are translated
        selection=lambda self: (
            self.env["sale.order.line"]._fields["price_origin"]._description_selection(self.env)
        ),
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

    floor_state = fields.Selection(
        # described, not copied: so its labels are translated
        selection=lambda self: (
            self.env["sale.order.line"]._fields["floor_state"]._description_selection(self.env)
        ),
        string="Floor",
        readonly=True,
        groups="sales_team.group_sale_salesman",
        help="How the price stood to its floor when the offer was sent.",
    )
    floor_price = fields.Float(
        min_display_digits="Product Price",
        readonly=True,
        aggregator="avg",
        groups=RESTRICTED,
        help="Least price when the offer was sent: without taxes, per unit of the line in the "
        "currency of the offer.",
    )

    def _freeze_floors(self, judgements):
        """Keep what the check before sending found, by line id."""
        for line in self:
            if judgement := judgements.get(line.id):
                floor = judgement.get_line_floor()
                if (line.floor_state, line.floor_price) != (judgement.outcome, floor):
                    line._engine_write({"floor_state": judgement.outcome, "floor_price": floor})

    def _is_document_discount(self):
        """As :meth:`SaleOrderLine._is_document_discount`, of the line that was frozen."""
        self.ensure_one()
        return self.price_subtotal < 0 and (self.qty > 0 or self.product_id.type != "consu")
