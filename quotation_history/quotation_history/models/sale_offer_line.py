import json

from odoo import api, fields, models


class SaleOfferLine(models.Model):
    """One frozen line of an offer: typed columns to search and compare, a payload to restore.

    ``line_key`` is the identity of the line across rounds: the id of the order line it was first
    captured from. ``sale_line_id`` follows the live line and is not part of what is frozen.
    """

    _name = "sale.offer.line"
    _inherit = ["sale.offer.frozen"]
    _description = "Offer Line"
    _order = "offer_id, position, id"
    # who made the line and when is what its offer says
    _log_access = False

    offer_id = fields.Many2one(
        "sale.offer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    order_id = fields.Many2one(related="offer_id.order_id")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    # commercial partner and day of sending: the price memory searches quoted prices by them;
    # the day stays empty until the offer is sent
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, ondelete="restrict"
    )
    date = fields.Datetime(string="Sent On", readonly=True)

    position = fields.Integer(required=True, readonly=True)
    line_key = fields.Integer(required=True, readonly=True, aggregator=None)
    linked_key = fields.Integer(readonly=True, aggregator=None)
    sale_line_id = fields.Many2one(
        "sale.order.line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    display_type = fields.Selection(
        [("line_section", "Section"), ("line_subsection", "Subsection"), ("line_note", "Note")],
        readonly=True,
    )
    is_optional = fields.Boolean(string="Optional", readonly=True)
    product_id = fields.Many2one(
        "product.product", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    name = fields.Text(string="Description", readonly=True)
    qty = fields.Float(string="Quantity", digits="Product Unit", readonly=True)
    uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True, ondelete="restrict")
    price_unit = fields.Float(
        string="Unit Price", min_display_digits="Product Price", readonly=True, aggregator="avg"
    )
    discount = fields.Float(string="Discount (%)", digits="Discount", readonly=True)
    price_net = fields.Float(
        string="Net Price",
        min_display_digits="Product Price",
        readonly=True,
        aggregator="avg",
        help="Unit price after discount, per unit of the line, in the offer's currency and with "
        "the same taxes included as the unit price.",
    )
    price_subtotal = fields.Monetary(string="Subtotal", readonly=True)
    price_total = fields.Monetary(string="Total", readonly=True)
    purchase_price = fields.Float(
        string="Unit Cost",
        min_display_digits="Product Price",
        readonly=True,
        aggregator="avg",
        groups="quotation_history.group_see_margin",
        help="Cost per unit of the line in the offer's currency when the offer was captured.",
    )
    customer_target_price = fields.Float(
        string="Customer's Price", min_display_digits="Product Price", readonly=True
    )
    customer_target_qty = fields.Float(
        string="Customer's Quantity", digits="Product Unit", readonly=True
    )
    customer_note = fields.Char(string="Customer's Remark", readonly=True)
    # JSON kept as text: to the letter what is proven, and read only when the offer is loaded
    payload = fields.Text(readonly=True, groups=fields.NO_ACCESS)

    _memory_idx = models.Index("(partner_id, product_id, date DESC) WHERE date IS NOT NULL")

    @api.depends("name", "offer_id.name")
    def _compute_display_name(self):
        for line in self:
            first = (line.name or "").split("\n", 1)[0]
            line.display_name = f"{line.offer_id.name} {first}"

    def _get_payload(self):
        """Return the values that restore the line."""
        self.ensure_one()
        return json.loads(self.payload or "{}")

    def _get_digest_fields(self):
        """Return the names of the columns the digest proves. Extend to freeze more."""
        return [
            "position", "line_key", "linked_key", "display_type", "is_optional", "product_id",
            "name", "qty", "uom_id", "price_unit", "discount", "price_net", "price_subtotal",
            "price_total", "purchase_price", "payload",
        ]  # fmt: skip
