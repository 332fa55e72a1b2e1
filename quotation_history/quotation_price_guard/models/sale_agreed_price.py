from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import trust

# Whom and what a price is for: a later one for the same replaces it.
SCOPE = (
    "company_id",
    "partner_id",
    "partner_category_id",
    "product_id",
    "product_tmpl_id",
    "categ_id",
    "uom_id",
    "currency_id",
)
# What was approved. A change of it is a new agreement with its own approval.
TERMS = (
    *SCOPE,
    "min_qty",
    "kind",
    "price",
    "discount",
    "date_from",
)
# What follows from a decision.
DECISIONS = ("state", "approved_by_id", "approved_on", "withdrawn_reason")


class SaleAgreedPrice(models.Model):
    """A price agreed with a customer, remembered until it ends or is withdrawn."""

    _name = "sale.agreed.price"
    _description = "Agreed Price"
    _inherit = ["sale.price.scope", "mail.thread", "mail.activity.mixin", "tier.validation"]
    _order = "date_from desc, id desc"
    _check_company_auto = True
    _tier_validation_manual_config = False
    _state_from = ["draft"]
    _state_to = ["approved"]
    _cancel_state = "withdrawn"

    name = fields.Char(compute="_compute_name")
    customer_label = fields.Char(string="For Customer", compute="_compute_name")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="The price holds for the whole company family of the customer.",
    )
    partner_category_id = fields.Many2one(tracking=True)
    product_id = fields.Many2one(tracking=True)
    product_tmpl_id = fields.Many2one(tracking=True)
    categ_id = fields.Many2one(tracking=True)
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        ondelete="restrict",
    )
    min_qty = fields.Float(
        string="From Quantity",
        digits="Product Unit",
        default=0.0,
        tracking=True,
        aggregator=None,
    )
    kind = fields.Selection(
        selection=[("price", "Net price"), ("discount", "Discount off the published price")],
        default="price",
        required=True,
    )
    price = fields.Float(
        string="Agreed Price", min_display_digits="Product Price", tracking=True, aggregator=None
    )
    discount = fields.Float(
        string="Discount (%)", digits="Discount", tracking=True, aggregator=None
    )
    date_from = fields.Date(
        string="Valid From", required=True, default=fields.Date.context_today, tracking=True
    )
    date_to = fields.Date(string="Valid Until", tracking=True, help="Empty: until withdrawn.")
    review_date = fields.Date(
        compute="_compute_review_date",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        tracking=True,
        help="When the special condition comes up for the yearly review.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("approved", "Approved"),
            ("expired", "Expired"),
            ("withdrawn", "Withdrawn"),
        ],
        string="Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    reason = fields.Text(help="Why the customer has this special condition.")
    withdrawn_reason = fields.Char(readonly=True, copy=False, tracking=True)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    order_line_id = fields.Many2one(
        "sale.order.line", string="Origin Line", copy=False, index="btree_not_null"
    )
    offer_id = fields.Many2one(
        "sale.offer", string="Origin Offer", copy=False, index="btree_not_null"
    )
    order_id = fields.Many2one(related="order_line_id.order_id", string="Quotation")
    replaced_id = fields.Many2one("sale.agreed.price", string="Replaces", copy=False, readonly=True)

    _customer_set = models.Constraint(
        "CHECK(num_nonnulls(partner_id, partner_category_id) = 1)",
        "An agreed price is for one customer or for one customer tag.",
    )
    _product_set = models.Constraint(
        "CHECK(num_nonnulls(product_id, product_tmpl_id, categ_id) = 1)",
        "An agreed price is for one product, one variant or one product category.",
    )
    _values_positive = models.Constraint(
        "CHECK(min_qty >= 0 AND price >= 0 AND discount > -1000 AND discount <= 100)",
        "Quantity and price cannot be negative, a discount cannot exceed 100 percent.",
    )
    _dates_ordered = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "The last day cannot be before the first.",
    )
    _key_unique = models.UniqueIndex(
        "(company_id, COALESCE(partner_id, 0), COALESCE(partner_category_id, 0),"
        " COALESCE(product_id, 0), COALESCE(product_tmpl_id, 0), COALESCE(categ_id, 0),"
        " COALESCE(uom_id, 0), currency_id, COALESCE(min_qty, 0), date_from)"
        " WHERE state IN ('draft', 'approved')",
        "There already is an agreed price for this customer, product, unit, currency, quantity "
        "and first day.",
    )
    _list_idx = models.Index("(date_from DESC, id DESC)")
    _lookup_idx = models.Index("(partner_id, company_id) WHERE state = 'approved'")

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "partner_category_id", "product_label")
    def _compute_name(self):
        for record in self:
            customer = record.partner_id or record.partner_category_id
            record.customer_label = customer.display_name or ""
            names = (record.customer_label, record.product_label)
            record.name = " · ".join(name for name in names if name)

    @api.depends("name")
    def _compute_display_name(self):
        for record in self:
            record.display_name = record.name or self.env._("New")

    @api.depends("product_id", "product_tmpl_id")
    def _compute_uom_id(self):
        for record in self:
            product = record.product_id or record.product_tmpl_id
            if not record.uom_id or not product:
                record.uom_id = product.uom_id

    @api.depends("date_from")
    def _compute_review_date(self):
        for record in self:
            if not record.review_date and record.date_from:
                months = record.company_id.price_review_months or 12
                record.review_date = record.date_from + relativedelta(months=months)

    @api.constrains("kind", "price", "discount", "product_id", "product_tmpl_id")
    def _check_kind(self):
        for record in self:
            if record.kind == "price" and not record.price:
                raise ValidationError(self.env._("Enter the agreed price."))
            if record.kind == "price" and not (record.product_id or record.product_tmpl_id):
                raise ValidationError(
                    self.env._("For a whole product category agree on a discount, not a price.")
                )
            if record.kind == "discount" and not record.discount:
                raise ValidationError(self.env._("Enter the agreed discount."))

    # === CRUD: DECISIONS ARE NOT INPUT === #

    @api.model_create_multi
    def create(self, vals_list):
        if not trust.is_engine(self.env):
            for vals in vals_list:
                self._check_no_decision(vals)
        self.env.registry.clear_cache()
        for vals in vals_list:
            self._complete_partner(vals)
        return super().create(vals_list)

    def write(self, vals):
        if not trust.is_engine(self.env):
            self._check_no_decision(vals)
            self._check_terms_open(vals)
        self._complete_partner(vals)
        if "state" in vals or "active" in vals:
            self.env.registry.clear_cache()
        return super().write(vals)

    def _complete_partner(self, vals):
        """Keep the head of the family, whichever contact was chosen."""
        if vals.get("partner_id"):
            partner = self.env["res.partner"].browse(vals["partner_id"])
            vals["partner_id"] = partner.commercial_partner_id.id

    @api.model
    def _check_no_decision(self, vals):
        decided = [name for name in DECISIONS if name in vals]
        if decided and any(vals[name] not in (False, None, "draft") for name in decided):
            raise AccessError(
                self.env._("Agreed prices are approved and withdrawn with their buttons only.")
            )

    def _check_terms_open(self, vals):
        if any(name in vals for name in TERMS) and any(record.state != "draft" for record in self):
            raise UserError(
                self.env._(
                    "An approved agreed price is not changed: create a new version and have it "
                    "approved, it replaces this one."
                )
            )
        if "state" in vals and any(record.state != vals["state"] for record in self):
            raise AccessError(
                self.env._("Agreed prices are approved and withdrawn with their buttons only.")
            )
        if {"date_to", "review_date"} & vals.keys():
            self.filtered(lambda record: record.state != "draft")._check_price_manager()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if any(record.state != "draft" for record in self):
            raise UserError(
                self.env._("Withdraw the agreed price instead: its history must be kept.")
            )

    @api.model
    def _check_price_manager(self):
        if not self:
            return
        if not self.env.user.has_group("quotation_price_guard.group_price_manager"):
            raise AccessError(self.env._("Only a price manager can decide on agreed prices."))
