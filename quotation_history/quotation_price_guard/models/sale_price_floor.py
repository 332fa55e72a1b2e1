from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools import floor_math


class SalePriceFloor(models.Model):
    """How low a price may go, for which products and customers, and what happens below."""

    _name = "sale.price.floor"
    _description = "Price Floor"
    _inherit = ["sale.price.scope", "sale.price.cached"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    currency_id = fields.Many2one(related="company_id.currency_id")
    applied_on = fields.Selection(
        selection=[
            ("all", "All products"),
            ("category", "Product category"),
            ("template", "Product"),
            ("product", "Product variant"),
        ],
        default="all",
        required=True,
    )
    partner_category_id = fields.Many2one(help="Empty: every customer.")
    pricelist_id = fields.Many2one(
        "product.pricelist",
        string="Price List",
        index="btree_not_null",
        check_company=True,
        help="Empty: quotations with any price list.",
    )
    basis = fields.Selection(
        selection=[
            ("standard", "Cost of the product"),
            ("lot", "Highest cost of the lots in stock"),
            ("purchase", "Last purchase price"),
            ("published", "Published price of the day"),
            ("fixed", "Fixed price"),
        ],
        default="standard",
        required=True,
        help="What the price is measured against. Where the basis is zero or unknown the floor "
        "says so and stops nobody. The last purchase price is that of the newest posted vendor "
        "bill. Where a product is valued by lot, the dearest lot in stock counts; other products "
        "have their cost.",
    )
    min_margin = fields.Float(
        string="Least Margin (%)",
        help="Of the sales price: cost 80, margin 20 % is a floor of 100.",
    )
    max_discount = fields.Float(string="Highest Discount (%)")
    min_price = fields.Float(
        string="Least Price",
        min_display_digits="Product Price",
        help="Without taxes, in the company's currency, per unit of measure of the product.",
    )
    date_from = fields.Date(string="Valid From")
    date_to = fields.Date(string="Valid Until")
    action = fields.Selection(
        selection=[
            ("warn", "Warn"),
            ("approval", "Ask for approval"),
            ("block", "Block"),
        ],
        string="Below the Floor",
        default="approval",
        required=True,
    )

    _margin_possible = models.Constraint(
        "CHECK(min_margin < 100 AND max_discount BETWEEN 0 AND 100 AND min_price >= 0)",
        "A margin is below 100 percent, a discount between 0 and 100, a price not negative.",
    )
    _dates_ordered = models.Constraint(
        "CHECK(date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "The last day cannot be before the first.",
    )
    _list_idx = models.Index("(sequence, id)")

    @api.constrains("applied_on", "categ_id", "product_tmpl_id", "product_id")
    def _check_scope(self):
        needed = {
            "category": "categ_id",
            "template": "product_tmpl_id",
            "product": "product_id",
        }
        for floor in self:
            name = needed.get(floor.applied_on)
            if name and not floor[name]:
                raise ValidationError(self.env._("Choose what the floor “%s” is for.", floor.name))

    @api.depends("applied_on")
    def _compute_product_label(self):
        return super()._compute_product_label()

    def _get_scope(self):
        scopes = {
            "category": self.categ_id,
            "template": self.product_tmpl_id,
            "product": self.product_id,
        }
        return scopes.get(self.applied_on, self.categ_id.browse())

    # === LOOKUP === #

    @api.model
    @tools.ormcache("company_id")
    def _get_floor_ids(self, company_id):
        """Return the ids of the company's floors; empty for whoever does not use them."""
        # sudo: floors hold for everybody, only price managers may read them
        return tuple(self.sudo().search([("company_id", "=", company_id)]).ids)

    @api.model
    def _get_floors(self, company):
        return self.sudo().browse(self._get_floor_ids(company.id))

    def _get_holding(self, product, partner, pricelist, date):
        """Return the floors that hold: of each action the one with the most specific product,
        then customer, then the first in the list.

        A floor replaces a more general one of the same action only: whoever may sell a product
        with approval at a low margin is still held to what nobody may go below.
        """
        fitting = self.filtered(lambda floor: floor._fits(product, partner, pricelist, date))
        ranked = fitting.sorted(lambda floor: floor._get_rank(), reverse=True)
        return self.browse().union(*(floors[:1] for floors in ranked.grouped("action").values()))

    def _fits(self, product, partner, pricelist, date):
        self.ensure_one()
        if (self.date_from and date < self.date_from) or (self.date_to and date > self.date_to):
            return False
        tags = (partner | partner.commercial_partner_id).category_id._origin
        if self.partner_category_id and self.partner_category_id not in tags:
            return False
        if self.pricelist_id and self.pricelist_id != pricelist._origin:
            return False
        return self._fits_product(product)

    def _get_rank(self):
        narrow = bool(self.partner_category_id) + bool(self.pricelist_id)
        return (self._get_scope_rank(), narrow, -self.sequence, -self.id)

    def _get_limit(self):
        """Return the floor as plain numbers, to be judged without the ORM."""
        self.ensure_one()
        return floor_math.Limit(
            basis=self.basis,
            min_margin=self.min_margin,
            min_price=self.min_price,
            max_discount=self.max_discount,
        )
