from odoo import api, fields, models

from .sale_price_guard import PricedLine

# A change of these on a confirmed order is a new price.
PRICE_FIELDS = {"price_unit", "discount", "product_id", "product_uom_id", "product_uom_qty"}
# Results of the server's own look-up, never input.
DERIVED = {
    "price_origin",
    "price_rule_id",
    "price_rule_name",
    "published_price",
    "price_deviation",
}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    price_origin = fields.Selection(
        selection=[
            ("agreed", "Agreed"),
            ("promotion", "Promotion"),
            ("pricelist", "Price list"),
            ("published", "Published"),
            ("last", "Last paid"),
            ("list", "Sales price"),
            ("manual", "Manual"),
        ],
        compute="_compute_price_origin",
        store=True,
        precompute=True,
        copy=False,
        help="Where the price of the line came from when it was set.",
    )
    price_rule_id = fields.Many2one(
        "product.pricelist.item",
        compute="_compute_price_origin",
        store=True,
        precompute=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    price_rule_name = fields.Char(
        compute="_compute_price_origin",
        store=True,
        precompute=True,
        copy=False,
        help="Kept when the rule itself is changed or deleted.",
    )
    price_origin_label = fields.Char(string="Price From", compute="_compute_price_origin_label")
    published_price = fields.Float(
        min_display_digits="Product Price",
        compute="_compute_published_price",
        store=True,
        precompute=True,
        copy=False,
        aggregator="avg",
        help="Published price of the day the price was set, per unit of the line in the currency "
        "of the order.",
    )
    price_deviation = fields.Float(
        string="Deviation (%)",
        compute="_compute_published_price",
        store=True,
        precompute=True,
        copy=False,
        aggregator="avg",
        digits=(16, 2),
        help="By how many percent the net price is above or below the published one.",
    )
    floor_state = fields.Selection(
        selection=[
            ("ok", "Above the floor"),
            ("no_basis", "Floor without a basis"),
            ("warn", "Below the floor"),
            ("approval", "Below the floor: approval needed"),
            ("pending", "Below the floor: waiting for approval"),
            ("approved", "Below the floor: approved"),
            ("refused", "Below the floor: refused"),
            ("block", "Below the floor: blocked"),
        ],
        string="Floor",
        compute="_compute_floor_state",
        groups="sales_team.group_sale_salesman",
    )

    # === FLOOR === #

    @api.depends("price_subtotal", "product_uom_qty", "product_id", "product_uom_id")
    @api.depends_context("uid")
    def _compute_floor_state(self):
        self.floor_state = False
        for order, lines in self.grouped("order_id").items():
            judgements = order._judge_prices()
            for line in lines:
                judgement = judgements.get(line.id)
                line.floor_state = judgement.outcome if judgement else False

    def _is_price_guarded(self):
        """Whether a floor can hold for the line: a product that is sold and paid for."""
        self.ensure_one()
        return self._is_priced_by_sources() and self.product_uom_qty > 0 and self.price_unit > 0

    def _is_document_discount(self):
        """Whether the line takes a discount off the whole order.

        Goods with a negative quantity come back and are worth their price; of anything else a
        negative quantity is a rebate.
        """
        self.ensure_one()
        return (
            not self.display_type
            and self.price_subtotal < 0
            and (self.product_uom_qty > 0 or self.product_id.type != "consu")
            and self._is_offered()
        )

    def _get_priced_line(self):
        self.ensure_one()
        return PricedLine(
            key=self.id,
            product=self.product_id,
            uom=self.product_uom_id,
            quantity=self.product_uom_qty,
            amount=self.price_subtotal,
            rate=self.order_id.currency_rate,
            order_line_id=self._origin.id,
        )

    # === OFFERS === #

    @api.model
    def _get_offer_line_columns(self):
        """Freeze the origin of the price with the offer."""
        return super()._get_offer_line_columns() | {
            "price_origin": "price_origin",
            "price_rule_name": "price_rule_name",
            "published_price": "published_price",
            "price_deviation": "price_deviation",
        }

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(
            [{name: vals[name] for name in vals if name not in DERIVED} for vals in vals_list]
        )
        lines._check_confirmed_prices()
        return lines

    def write(self, vals):
        vals = {name: vals[name] for name in vals if name not in DERIVED}
        result = super().write(vals)
        if PRICE_FIELDS & vals.keys():
            self._check_confirmed_prices()
        return result

    def _check_confirmed_prices(self):
        """Hold prices changed after the confirmation to the same floors."""
        lines = self.filtered(lambda line: line.state == "sale" and line._is_price_guarded())
        if lines:
            lines.order_id._check_price_floors(lines)
