from dateutil.relativedelta import relativedelta

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..tools import trust

# What was approved. A change of it is a new agreement with its own approval.
TERMS = (
    "company_id",
    "partner_id",
    "partner_category_id",
    "product_id",
    "product_tmpl_id",
    "categ_id",
    "uom_id",
    "currency_id",
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
    _inherit = ["mail.thread", "mail.activity.mixin", "tier.validation"]
    _order = "date_from desc, id desc"
    _check_company_auto = True
    _tier_validation_manual_config = False
    _state_from = ["draft"]
    _state_to = ["approved"]
    _cancel_state = "withdrawn"

    name = fields.Char(compute="_compute_name")
    customer_label = fields.Char(string="For Customer", compute="_compute_name")
    product_label = fields.Char(string="For Product", compute="_compute_name")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="The price holds for the whole company family of the customer.",
    )
    partner_category_id = fields.Many2one(
        "res.partner.category", string="Customer Tag", index="btree_not_null", tracking=True
    )
    product_id = fields.Many2one(
        "product.product",
        string="Product Variant",
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Product",
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )
    categ_id = fields.Many2one(
        "product.category", string="Product Category", index="btree_not_null", tracking=True
    )
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
        string="From Quantity", digits="Product Unit", default=0.0, tracking=True
    )
    kind = fields.Selection(
        selection=[("price", "Net price"), ("discount", "Discount off the published price")],
        default="price",
        required=True,
    )
    price = fields.Float(
        string="Agreed Price", min_display_digits="Product Price", tracking=True, aggregator="avg"
    )
    discount = fields.Float(string="Discount (%)", digits="Discount", tracking=True)
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

    @api.depends("partner_id", "partner_category_id", "product_id", "product_tmpl_id", "categ_id")
    def _compute_name(self):
        for record in self:
            customer = record.partner_id or record.partner_category_id
            product = record.product_id or record.product_tmpl_id or record.categ_id
            record.customer_label = customer.display_name or ""
            record.product_label = product.display_name or ""
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

    # === ACTIONS === #

    def action_approve(self):
        """Approve drafts. With tier definitions for agreed prices their reviews decide, without
        any a price manager does. The older version of the same agreement ends the day before.

        :return: True
        :raise UserError: below a floor that blocks or exceeds the approver's authority
        """
        for record in self.filtered(lambda record: record.state == "draft"):
            if not record.review_ids and not record.need_validation:
                record._check_price_manager()
                record._check_floor()
            record._set_approved()
        return True

    def _set_approved(self):
        """Make the agreement effective; the approvals engine checks the reviews on write."""
        self.ensure_one()
        trust.as_engine(self).write(
            {
                "state": "approved",
                "approved_by_id": self.env.uid,
                "approved_on": fields.Datetime.now(),
            }
        )
        self._end_older_versions()

    def _check_floor(self):
        """Raise where the price is below a floor that the acting user may not go below."""
        self.ensure_one()
        judgement = self.env["sale.price.guard"]._judge_agreement(self)
        if judgement and (error := judgement.get_decision_error(self.env)):
            raise UserError(error)

    def _validate_tier(self, tiers=False):
        if self.env.user in self.review_ids.reviewer_ids:
            self._check_floor()
        result = super()._validate_tier(tiers)
        if self.state == "draft" and self.validation_status == "validated":
            self._set_approved()
        return result

    def _end_older_versions(self):
        older = self.search(self._get_older_versions_domain())
        for record in older:
            trust.as_engine(record).write(
                {"date_to": max(fields.Date.subtract(self.date_from, days=1), record.date_from)}
            )

    def _get_older_versions_domain(self):
        keys = (
            "company_id",
            "partner_id",
            "partner_category_id",
            "product_id",
            "product_tmpl_id",
            "categ_id",
            "uom_id",
            "currency_id",
        )
        domain = Domain("state", "=", "approved") & Domain("id", "!=", self.id)
        domain &= Domain("min_qty", "=", self.min_qty) & Domain("date_from", "<", self.date_from)
        domain &= Domain("date_to", "=", False) | Domain("date_to", ">=", self.date_from)
        return Domain.AND([domain, *(Domain(key, "=", self[key].id) for key in keys)])

    def action_withdraw(self, reason=""):
        """End agreements at once; for price managers.

        :param str reason: why, kept with the agreement
        :return: True
        """
        self._check_price_manager()
        open_ones = self.filtered(lambda record: record.state in ("draft", "approved"))
        trust.as_engine(open_ones).write(
            {"state": "withdrawn", "withdrawn_reason": reason or False}
        )
        open_ones.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_renew(self):
        """Keep the conditions for another review period; for price managers.

        :return: True
        """
        self._check_price_manager()
        for record in self:
            months = record.company_id.price_review_months or 12
            start = max(record.review_date or fields.Date.today(), fields.Date.today())
            record.review_date = start + relativedelta(months=months)
        self.activity_feedback(["mail.mail_activity_data_todo"])
        return True

    def action_new_version(self):
        """Copy an agreement as a draft from today on, to change it with a new approval.

        :return: action that opens the draft
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        draft = self.copy(
            {
                "date_from": max(today, fields.Date.add(self.date_from, days=1)),
                "date_to": False,
                "review_date": False,
                "replaced_id": self.id,
            }
        )
        return draft._get_form_action()

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Agreed Price"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # === CRON === #

    @api.model
    def _cron_expire_and_review(self):
        """Close agreements whose last day is over; ask for the yearly review once."""
        today = fields.Date.today()
        ended = self.search([("state", "=", "approved"), ("date_to", "<", today)])
        trust.as_engine(ended).write({"state": "expired"})
        due = self.search(
            [
                ("state", "=", "approved"),
                ("review_date", "<=", today),
                ("activity_ids", "=", False),
            ]
        )
        for record in due:
            record.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Yearly review of the agreed price"),
                user_id=record.approved_by_id.id or record.create_uid.id,
            )

    # === LOOKUP === #

    @api.model
    @tools.ormcache("company_id")
    def _is_used(self, company_id):
        """Whether the company has any approved agreement: most companies pay nothing else."""
        # sudo: decides the price of every line, whoever types it
        return bool(
            self.sudo().search_count(
                [("company_id", "=", company_id), ("state", "=", "approved")], limit=1
            )
        )

    @api.model
    def _find(self, partner, company, date, requests):
        """Return the agreement that holds for each of any number of lines, with one query.

        A customer's own agreement goes before one of a customer tag, a variant before its
        product before a category, the nearest category before its parents; then the highest
        quantity that is reached and the newest first day win.

        :param partner: ``res.partner`` the lines are for
        :param requests: tuples ``(key, product, uom, quantity)``
        :return: dict of key to ``sale.agreed.price`` (empty where none holds)
        """
        empty = self.sudo().browse()
        if not requests or not partner or not self._is_used(company.id):
            return {request[0]: empty for request in requests}
        # sudo: an agreement of the customer holds, whoever of the salespeople made it
        candidates = self.sudo().search(self._get_lookup_domain(partner, company, date, requests))
        return {
            key: candidates._get_best(product, uom, quantity) if candidates else empty
            for key, product, uom, quantity in requests
        }

    @api.model
    def _get_lookup_domain(self, partner, company, date, requests):
        commercial = partner.commercial_partner_id
        products = self.env["product.product"].union(*(request[1] for request in requests))
        categories = [
            int(part)
            for path in products.categ_id.mapped("parent_path")
            for part in path.split("/")
            if part
        ]
        tags = (partner | commercial).category_id
        return (
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "approved")
            & Domain("date_from", "<=", date)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", date))
            & (
                Domain("partner_id", "in", commercial._origin.ids)
                | Domain("partner_category_id", "in", tags._origin.ids)
            )
            & (
                Domain("product_id", "in", products._origin.ids)
                | Domain("product_tmpl_id", "in", products.product_tmpl_id._origin.ids)
                | Domain("categ_id", "in", categories)
            )
        )

    def _get_best(self, product, uom, quantity):
        fitting = self.filtered(lambda record: record._fits(product, uom, quantity))
        return fitting.sorted(lambda record: record._get_rank(uom), reverse=True)[:1]

    def _fits(self, product, uom, quantity):
        """Whether the agreement is for the product and the quantity reaches its minimum."""
        self.ensure_one()
        if self.product_id:
            fits = self.product_id == product._origin
        elif self.product_tmpl_id:
            fits = self.product_tmpl_id == product.product_tmpl_id._origin
        else:
            path = (product.categ_id.parent_path or "").split("/")
            fits = str(self.categ_id.id) in path
        if not fits or (self.uom_id and not self.uom_id._has_common_reference(uom)):
            return False
        return not self.min_qty or self._get_quantity(uom, quantity) >= self.min_qty

    def _get_quantity(self, uom, quantity):
        """Return a quantity of ``uom`` in the unit of the agreement."""
        return quantity * uom.factor / self.uom_id.factor if self.uom_id else quantity

    def _get_rank(self, uom):
        depth = (self.categ_id.parent_path or "").count("/")
        scope = 100 if self.product_id else 99 if self.product_tmpl_id else depth
        factor = self.uom_id.factor or 1.0
        return (bool(self.partner_id), scope, self.min_qty * factor, self.date_from, self.id)

    def _get_line_price(self, product, uom, currency, date):
        """Return the agreed net price of one ``uom`` of ``product`` in ``currency``.

        A discount is taken off the price published on ``date``.
        """
        self.ensure_one()
        company = self.company_id
        if self.kind == "discount":
            published = self.env["product.pricelist"]._get_published_prices(
                [(0, product, uom)], company, currency, date
            )
            return published[0][0] * (1.0 - self.discount / 100.0)
        price = (self.uom_id or product.uom_id)._compute_price(self.price, uom)
        return self.currency_id._convert(price, currency, company, date, round=False)
