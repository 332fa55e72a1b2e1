from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import floor_math, trust

RESTRICTED = "quotation_price_guard.group_price_manager"


class SalePriceApprovalLine(models.Model):
    """One price that was decided: for whom, how much of it, and for how long."""

    _name = "sale.price.approval.line"
    _description = "Decided Price"
    _order = "approval_id desc, id"

    approval_id = fields.Many2one(
        "sale.price.approval", required=True, readonly=True, index=True, ondelete="cascade"
    )
    order_line_id = fields.Many2one(
        "sale.order.line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one(related="approval_id.company_id", store=True, precompute=True)
    partner_id = fields.Many2one(related="approval_id.partner_id", store=True, precompute=True)
    state = fields.Selection(related="approval_id.state", store=True, precompute=True)
    valid_until = fields.Date(related="approval_id.valid_until", store=True, precompute=True)
    currency_id = fields.Many2one(related="approval_id.currency_id")
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, ondelete="restrict"
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    quantity = fields.Float(digits="Product Unit", readonly=True)
    qty_min = fields.Float(string="From", digits="Product Unit", readonly=True)
    qty_max = fields.Float(string="To", digits="Product Unit", readonly=True)
    price = fields.Float(
        string="Net Price",
        min_display_digits="Product Price",
        readonly=True,
        aggregator="avg",
        help="Without taxes, net of all discounts, in the company's currency, per unit of the "
        "product.",
    )
    floor_id = fields.Many2one("sale.price.floor", readonly=True, ondelete="set null")
    floor_price = fields.Float(
        min_display_digits="Product Price", readonly=True, aggregator="avg", groups=RESTRICTED
    )
    cost = fields.Float(
        min_display_digits="Product Price", readonly=True, aggregator="avg", groups=RESTRICTED
    )
    published_price = fields.Float(
        min_display_digits="Product Price", readonly=True, aggregator="avg"
    )
    deviation = fields.Float(string="vs Floor (%)", compute="_compute_percents", groups=RESTRICTED)
    margin = fields.Float(string="Margin (%)", compute="_compute_percents", groups=RESTRICTED)
    discount = fields.Float(
        string="Off Published (%)", compute="_compute_discount", aggregator="avg"
    )

    _lookup_idx = models.Index("(partner_id, product_id, company_id)")

    @api.depends("price", "floor_price", "cost")
    def _compute_percents(self):
        for line in self:
            line.deviation = -floor_math.discount_percent(line.price, line.floor_price)
            line.margin = floor_math.margin_percent(line.price, line.cost)

    @api.depends("price", "published_price")
    def _compute_discount(self):
        for line in self:
            line.discount = floor_math.discount_percent(line.price, line.published_price)

    # === CRUD: DECISIONS ARE NOT INPUT === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_engine()
        return super().create(vals_list)

    def write(self, vals):
        self._check_engine()
        return super().write(vals)

    def unlink(self):
        self._check_engine()
        return super().unlink()

    @api.model
    def _check_engine(self):
        if not trust.is_engine(self.env):
            raise AccessError(
                self.env._("Price approvals follow from requests and reviews, not from input.")
            )

    # === MEMORY OF DECISIONS === #

    @api.model
    def _prepare_values(self, judgement, company):
        """Return the values of a line that asks for, or grants, the price of a judgement."""
        band = company.price_approval_band / 100.0
        quantity = judgement.quantity
        return {
            "order_line_id": judgement.line.order_line_id,
            "product_id": judgement.line.product._origin.id,
            "quantity": quantity,
            "qty_min": quantity * max(0.0, 1.0 - band),
            "qty_max": quantity * (1.0 + band),
            "price": judgement.price,
            "floor_id": judgement.floor.id,
            "floor_price": judgement.floor_price,
            "cost": judgement.cost,
            "published_price": judgement.published,
        }

    @api.model
    def _get_decisions(self, company, partner, product_ids, date):
        """Return the decisions on these products for the family of ``partner``."""
        # sudo: a decision holds for the customer, whoever of the salespeople asked for it
        return (
            self.sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "=", partner.commercial_partner_id._origin.id),
                    ("product_id", "in", list(product_ids)),
                    ("state", "in", ("pending", "approved", "refused")),
                ],
                order="id desc",
            )
            .filtered(lambda line: not line.valid_until or line.valid_until >= date)
        )

    def _get_decision(self, judgement):
        """Return ``approved``, ``refused``, ``pending`` or an empty text for a judgement."""
        lines = self.filtered(lambda line: line.product_id == judgement.line.product._origin)
        for state in ("approved", "refused", "pending"):
            if any(line.state == state and line._decides(judgement) for line in lines):
                return state
        return ""

    def _decides(self, judgement):
        """Whether this decision holds for the price and quantity of a judgement."""
        if self.state == "refused":
            return floor_math.refuses(self.price, judgement.price, judgement.tolerance)
        return floor_math.covers(
            (self.price, self.qty_min - 1e-6, self.qty_max + 1e-6),
            judgement.price,
            judgement.quantity,
            judgement.tolerance,
        )
