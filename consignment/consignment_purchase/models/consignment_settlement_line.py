from odoo import api, fields, models


class ConsignmentSettlementLine(models.Model):
    """A draw, or the part of it, that a settlement bills; negative when it is credited."""

    _name = "consignment.settlement.line"
    _description = "Line of a Vendor Settlement"
    _order = "settlement_id, date, id"

    settlement_id = fields.Many2one(
        "consignment.settlement", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="settlement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    move_id = fields.Many2one(
        "stock.move", "Draw", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    purchase_line_id = fields.Many2one(
        "purchase.order.line", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    invoice_line_id = fields.Many2one(
        "account.move.line",
        "Sale",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The sale for the owner's account that is settled here.",
    )
    date = fields.Datetime(readonly=True)
    reference = fields.Char("Used In", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, index=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    lot_names = fields.Char("Lots/Serials", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    price_unit = fields.Float("Price", digits="Product Price", readonly=True, aggregator="avg")
    amount = fields.Monetary(readonly=True)

    @api.model
    def _get_live(self, moves):
        """Return the lines that settle these draws, or the draws these moves reverse."""
        draws = moves | moves.origin_returned_move_id
        return self.search(
            [
                ("move_id", "in", draws.ids),
                ("settlement_id.bill_id.state", "in", ("draft", "posted")),
            ],
            limit=1,
        )
