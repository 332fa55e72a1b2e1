from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError

from ..tools import trust


class SalePriceApproval(models.Model):
    """A decision on prices below their floor, asked for one quotation and remembered.

    Its reviews run through the tier validation engine; the state follows from them and is not
    input. What was decided is in the lines.
    """

    _name = "sale.price.approval"
    _description = "Price Approval"
    _inherit = ["mail.thread", "mail.activity.mixin", "tier.validation"]
    _order = "id desc"
    _check_company_auto = True
    _tier_validation_manual_config = False
    _state_from = ["pending"]
    _state_to = ["approved"]
    _cancel_state = "cancelled"

    # the number of the quotation: the rest of the name is said in the reader's language
    name = fields.Char(required=True, readonly=True)
    order_id = fields.Many2one(
        "sale.order", string="Quotation", readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one("res.users", string="Requested by", readonly=True)
    reason = fields.Text(readonly=True, help="Why the customer should get these prices.")
    kind = fields.Selection(
        selection=[("request", "Request"), ("authority", "Own authority")],
        default="request",
        required=True,
        readonly=True,
        help="Own authority: the prices were within what the sender may decide alone.",
    )
    state = fields.Selection(
        selection=[
            ("pending", "To Approve"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        default="pending",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
    )
    valid_until = fields.Date(
        readonly=True, help="The decision is remembered until this day, for refusals as well."
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    line_ids = fields.One2many(
        "sale.price.approval.line", "approval_id", string="Prices", readonly=True
    )
    approver_ids = fields.Many2many(
        "res.users",
        string="Who May Decide",
        compute="_compute_approver_ids",
        help="Price managers and members of the authority table whose authority covers every "
        "price of the request.",
    )
    can_decide = fields.Boolean(compute="_compute_can_decide")
    deviation = fields.Float(
        string="Lowest Price against Floor (%)",
        compute="_compute_deviation",
        groups="quotation_price_guard.group_price_manager",
    )

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for record in self:
            record.display_name = self.env._("Prices of %s", record.name)

    @api.depends("line_ids.price", "company_id")
    def _compute_approver_ids(self):
        # sudo: who decides is found for everybody who asks
        managers = self.env.ref("quotation_price_guard.group_price_manager").sudo().all_user_ids
        for record in self.sudo():
            table = self.env["sale.price.authority"]._get_table(record.company_id)
            users = managers | table.group_id.all_user_ids
            record.approver_ids = users.filtered(
                lambda user, record=record, table=table: (
                    not user.share
                    and record.company_id in user.company_ids
                    and not record._get_prices_beyond(user, table)
                )
            )

    @api.depends_context("uid")
    @api.depends("state", "review_ids")
    def _compute_can_decide(self):
        """Whether the user may decide without reviews: nobody configured any."""
        manager = self.env.user.has_group("quotation_price_guard.group_price_manager")
        for record in self:
            record.can_decide = manager and record.state == "pending" and not record.review_ids

    @api.depends("line_ids.price", "line_ids.floor_price")
    def _compute_deviation(self):
        for record in self:
            record.deviation = min(record.line_ids.mapped("deviation"), default=0.0)

    # === CRUD: DECISIONS ARE NOT INPUT === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_engine()
        approvals = super().create(vals_list)
        if not all(self._is_used(company.id) for company in approvals.company_id):
            self.env.registry.clear_cache()
        return approvals

    @api.model
    @tools.ormcache("company_id")
    def _is_used(self, company_id):
        """Whether the company ever decided on a price: most quotations look no further."""
        # sudo: tells only whether there are any
        return bool(self.sudo().search_count([("company_id", "=", company_id)], limit=1))

    def write(self, vals):
        if vals.keys() - self._get_open_fields():
            self._check_engine()
        return super().write(vals)

    def unlink(self):
        self._check_engine()
        return super().unlink()

    @api.model
    def _get_open_fields(self):
        """Return what chatter, activities and the approvals engine write on a record."""
        mail = {
            name
            for name in self._fields
            if name.startswith(("message_", "activity_", "website_message"))
        }
        return mail | {"review_ids", "validation_status"}

    @api.model
    def _check_engine(self):
        if not trust.is_engine(self.env):
            raise AccessError(
                self.env._("Price approvals follow from requests and reviews, not from input.")
            )

    def _check_tier_state_transition(self, vals):
        """The engine's own decision is no change of a document under review."""
        return not trust.is_engine(self.env) and super()._check_tier_state_transition(vals)

    def _check_somebody_may_decide(self):
        """Tell at once where a request would wait for ever."""
        if self.review_ids and not self.review_ids.reviewer_ids:
            raise UserError(
                self.env._(
                    "Nobody has the authority to approve these prices: %s. Offer better ones, or "
                    "have the price authorities widened.",
                    ", ".join(self.line_ids.product_id.mapped("display_name")),
                )
            )

    # === DECISION === #

    def _validate_tier(self, tiers=False):
        if self.env.user in self.review_ids.reviewer_ids:
            self._check_authority()
        result = super()._validate_tier(tiers)
        if self._is_signed():
            self._decide("approved")
        return result

    def _rejected_tier(self, tiers=False):
        result = super()._rejected_tier(tiers)
        if any(review.status == "rejected" for review in self.review_ids):
            self._decide("refused")
        return result

    def _is_signed(self):
        return bool(self.review_ids) and all(
            review.status == "approved" for review in self.review_ids
        )

    def action_approve(self):
        """Approve without reviews, where no tier definition fits; for price managers.

        :return: True
        :raise UserError: reviews decide, or the price is beyond the user's authority
        """
        for record in self:
            record._check_direct_decision()
            record._check_authority()
            record._decide("approved")
        return True

    def action_refuse(self):
        """Refuse without reviews, where no tier definition fits; for price managers.

        :return: True
        """
        for record in self:
            record._check_direct_decision()
            record._decide("refused")
        return True

    def action_cancel(self):
        """Take an undecided request back.

        :return: True
        """
        for record in self.filtered(lambda record: record.state == "pending"):
            if record.user_id != self.env.user:
                record._check_manager()
            # sudo: the reviews of a request end with it, whoever took it back
            record.sudo().restart_validation()
            record._decide("cancelled")
        return True

    def _check_manager(self):
        if not self.env.user.has_group("quotation_price_guard.group_price_manager"):
            raise AccessError(self.env._("Only a price manager can decide on prices."))

    def _check_direct_decision(self):
        self._check_manager()
        if self.state != "pending":
            raise UserError(self.env._("This request has already been decided."))
        if self.review_ids:
            raise UserError(self.env._("The reviewers decide on this request."))

    def _check_authority(self):
        """Raise where a price is beyond what the acting user may decide.

        Without an authority table every reviewer's signature is enough.
        """
        table = self.env["sale.price.authority"]._get_table(self.company_id)
        if beyond := self._get_prices_beyond(self.env.user, table):
            raise UserError(
                self.env._(
                    "These prices are beyond your authority: %s. Somebody with a wider authority "
                    "has to decide.",
                    ", ".join(beyond),
                )
            )

    def _get_prices_beyond(self, user, table):
        """Return the names of the products whose price ``user`` may not decide."""
        if not table:
            return []
        # sudo: reviewers who are no price managers still have to be measured by the table
        return [
            line.product_id.display_name
            for line in self.sudo().line_ids
            if not table._covers(user, line.price, line.cost, line.published_price)
        ]

    def _decide(self, state):
        """Write the decision; reached from the engine's own methods only."""
        self.ensure_one()
        # sudo: a reviewer needs no right to change approvals, the engine writes the decision
        trust.as_engine(self.sudo()).write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
                # sudo: an approver may belong to another company than the one that asks
                "valid_until": fields.Date.add(
                    fields.Date.today(), days=self.sudo().company_id.price_approval_days
                ),
            }
        )
        if self.kind == "request":
            # sudo: the reviewer may not be allowed to open the quotation
            self.sudo().order_id.offer_ids._update_approval_state()
            self._tell_requester(state)

    def _tell_requester(self, state):
        """Tell the salesperson on the quotation, where the next step is taken."""
        label = dict(self._fields["state"]._description_selection(self.env))[state]
        # sudo: the reviewer may not be allowed to open the quotation
        self.sudo().order_id.message_post(
            body=self.env._(
                "%(approval)s: %(state)s by %(user)s.",
                approval=self.display_name,
                state=label,
                user=self.env.user.name,
            ),
            # sudo: the requester may be a user the approver cannot read
            partner_ids=self.sudo().user_id.partner_id.ids,
            author_id=self.env.user.partner_id.id,
        )
