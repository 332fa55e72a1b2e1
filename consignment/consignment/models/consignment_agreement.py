from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import KINDS_IN, KINDS_LOAN


class ConsignmentAgreement(models.Model):
    _name = "consignment.agreement"
    _description = "Consignment Agreement"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "consignment.changeable",
    ]
    _order = "id desc"
    _check_company_auto = True
    _rec_names_search = ["name", "partner_id.name", "reference"]

    name = fields.Char(
        "Number", required=True, readonly=True, copy=False, default=lambda self: self.env._("New")
    )
    reference = fields.Char(
        "Contract Reference", copy=False, help="The number of the paper contract."
    )
    kind = fields.Selection(
        lambda self: self._get_kinds(),
        required=True,
        default="consign_out",
        index=True,
        tracking=True,
    )
    direction = fields.Selection(
        [("out", "Ours in other hands"), ("in", "Others' in our hands")],
        compute="_compute_direction",
        store=True,
    )
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("closing", "Closing"), ("closed", "Closed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
        help="The dealer, borrower or owner of the goods. For an employee or a department "
        "the contact of that person or place.",
    )
    borrower_type = fields.Selection(
        [("customer", "Customer"), ("employee", "Employee"), ("department", "Department")],
        default="customer",
    )
    department = fields.Char(help="The department that answers for the goods.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        check_company=True,
        help="Goods go out from here and come back to here.",
    )
    location_id = fields.Many2one(
        "stock.location",
        "Place",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="Made on activation. Several shops are locations below it.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        index=True,
        tracking=True,
        domain="[('share', '=', False)]",
    )
    date_start = fields.Date("Valid From", default=fields.Date.context_today)
    date_end = fields.Date("Valid Until")
    note = fields.Html("Terms")

    # Settlement
    method = fields.Selection(
        [("buyout", "Buy-out"), ("commission", "Commission")],
        required=True,
        default="buyout",
        tracking=True,
        help="Buy-out: sold goods are invoiced at the agreed price. "
        "Commission: sales are made for the owner's account and a commission is charged.",
    )
    commission_rate = fields.Float("Commission (%)", digits=(16, 4))
    commission_product_id = fields.Many2one(
        "product.product", domain="[('type', '=', 'service')]", check_company=True
    )
    settlement_cycle = fields.Selection(
        [("report", "On each report"), ("monthly", "Monthly")], default="monthly"
    )
    settlement_day = fields.Integer(default=31, help="Day of the month; 31 is the last day.")
    loss_policy = fields.Selection(
        [("ours", "We bear losses"), ("theirs", "The other party bears losses")],
        default="theirs",
        required=True,
    )
    over_settlement = fields.Selection(
        [("refuse", "Refuse"), ("difference", "Record the difference")],
        "Report above the Balance",
        default="refuse",
        required=True,
    )
    reserve_policy = fields.Selection(
        [
            ("own_first", "Own goods first"),
            ("theirs_first", "Their goods first"),
            ("never", "Never by themselves"),
        ],
        default="own_first",
        required=True,
        help="Which goods a delivery takes when own goods and theirs are both in stock.",
    )
    price_ids = fields.One2many("consignment.price", "agreement_id", "Agreed Prices", copy=True)
    guarantee_amount = fields.Monetary(tracking=True)
    guarantee_kind = fields.Selection(
        [
            ("cash", "Cash deposit"),
            ("property", "Real estate"),
            ("securities", "Securities"),
            ("bank", "Bank guarantee"),
            ("person", "Personal surety"),
        ]
    )
    value_limit = fields.Monetary(
        tracking=True, help="The goods out may not be worth more. Zero means no limit."
    )
    age_alert_days = fields.Integer(
        "Age Alert (days)",
        compute="_compute_age_days",
        store=True,
        readonly=False,
        precompute=True,
    )
    age_vat_days = fields.Integer(
        "VAT Age (days)",
        compute="_compute_age_days",
        store=True,
        readonly=False,
        precompute=True,
        help="Goods older than this are listed as possibly deemed sold. Nothing is posted: "
        "the accountant decides.",
    )

    # Loans and samples
    purpose = fields.Selection(
        [
            ("trial", "Trial"),
            ("display", "Display"),
            ("repair", "Replacement during repair"),
            ("certification", "Certification sample"),
            ("retained", "Retained sample"),
            ("work", "Work"),
        ]
    )
    due_date = fields.Date(
        "Due Back",
        compute="_compute_due_date",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
    )
    remind_days = fields.Integer("Remind Before (days)", default=3)
    deposit_amount = fields.Monetary("Deposit")
    sample_round = fields.Integer(
        default=1, copy=False, help="How many times this article was sent for certification."
    )
    verdict = fields.Selection(
        [("pending", "Pending"), ("passed", "Passed"), ("failed", "Failed")],
        default="pending",
        copy=False,
        tracking=True,
    )
    verdict_note = fields.Text(copy=False)
    previous_id = fields.Many2one(
        "consignment.agreement",
        "Follows",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The loan these goods were passed on from, or the previous sample round.",
    )
    next_ids = fields.One2many("consignment.agreement", "previous_id", "Followed by")

    # What is there
    event_ids = fields.One2many("consignment.event", "agreement_id", "Movements")
    layer_ids = fields.One2many("consignment.ageing", "agreement_id", "Goods There")
    picking_ids = fields.One2many("stock.picking", "consignment_agreement_id", "Transfers")
    picking_count = fields.Integer(compute="_compute_picking_count")
    goods_quantity = fields.Float(
        "There", compute="_compute_goods", digits="Product Unit", search="_search_goods"
    )
    goods_value = fields.Monetary(
        "Value",
        compute="_compute_goods",
        currency_field="company_currency_id",
        groups="stock.group_stock_manager,account.group_account_readonly",
    )
    oldest_days = fields.Integer("Days", compute="_compute_goods")
    age_shares = fields.Json(compute="_compute_goods")
    goods_state = fields.Selection(
        [
            ("none", "Nothing yet"),
            ("out", "Out"),
            ("partially_back", "Partly back"),
            ("done", "All back"),
        ],
        "Goods",
        compute="_compute_goods",
    )
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    # Raised by each operation, so that of two at the same moment one starts again.
    operation_count = fields.Integer(readonly=True, copy=False, default=0)

    _name_company_uniq = models.UniqueIndex(
        "(name, company_id) WHERE state != 'draft'", "The number of an agreement must be unique."
    )
    _check_commission = models.Constraint(
        "CHECK(commission_rate >= 0 AND commission_rate <= 100)",
        "The commission is a percentage from 0 to 100.",
    )
    _check_amounts = models.Constraint(
        "CHECK(guarantee_amount >= 0 AND value_limit >= 0 AND deposit_amount >= 0)",
        "Guarantee, deposit and limit cannot be negative.",
    )
    _check_days = models.Constraint(
        "CHECK(settlement_day BETWEEN 1 AND 31 AND remind_days >= 0 AND sample_round >= 1"
        " AND age_alert_days >= 0 AND age_vat_days >= 0)",
        "Days and rounds cannot be negative; the settlement day is 1 to 31.",
    )

    @api.model
    def _get_kinds(self):
        return [
            ("consign_out", self.env._("Consigned out")),
            ("loan_out", self.env._("Lent out")),
            ("sample_out", self.env._("Sample out")),
            ("consign_in", self.env._("Consigned in")),
            ("borrow_in", self.env._("Borrowed in")),
        ]

    # === COMPUTE === #

    @api.depends("kind")
    def _compute_direction(self):
        for agreement in self:
            agreement.direction = "in" if agreement.kind in KINDS_IN else "out"

    @api.depends("company_id")
    def _compute_currency_id(self):
        for agreement in self:
            agreement.currency_id = agreement.company_id.currency_id

    @api.depends("company_id")
    def _compute_warehouse_id(self):
        for company, agreements in self.grouped("company_id").items():
            warehouse = self.env["stock.warehouse"].search(
                [("company_id", "=", company.id)], limit=1
            )
            agreements.warehouse_id = warehouse

    @api.depends("company_id")
    def _compute_age_days(self):
        for agreement in self:
            agreement.age_alert_days = agreement.company_id.consignment_age_alert_days
            agreement.age_vat_days = agreement.company_id.consignment_age_vat_days

    @api.depends("kind", "purpose")
    def _compute_due_date(self):
        """Propose the company's loan period; what was entered stays. Retained samples stay too."""
        for agreement in self:
            due = agreement.due_date
            if agreement.purpose == "retained" and agreement.state == "draft":
                due = False
            elif not due and agreement.kind in KINDS_LOAN:
                days = agreement.company_id.consignment_loan_days
                due = fields.Date.add(fields.Date.context_today(agreement), days=days)
            agreement.due_date = due

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for agreement in self:
            agreement.display_name = (
                f"{agreement.name} {agreement.partner_id.display_name or ''}".strip()
            )

    @api.depends("picking_ids")
    def _compute_picking_count(self):
        groups = self.env["stock.picking"]._read_group(
            [("consignment_agreement_id", "in", self.ids)],
            ["consignment_agreement_id"],
            ["__count"],
        )
        counts = {agreement.id: count for agreement, count in groups}
        for agreement in self:
            agreement.picking_count = counts.get(agreement.id, 0)

    # === CONSTRAINTS === #

    @api.constrains("date_start", "date_end", "due_date")
    def _check_dates(self):
        for agreement in self.filtered("date_start"):
            for date in (agreement.date_end, agreement.due_date):
                if date and date < agreement.date_start:
                    raise ValidationError(
                        self.env._("%s would end before it begins.", agreement.display_name)
                    )

    @api.constrains("kind", "purpose", "method")
    def _check_kind(self):
        for agreement in self.filtered(lambda a: a.method == "commission"):
            if agreement.kind not in ("consign_out", "consign_in"):
                raise ValidationError(
                    self.env._("Only consignment can be settled by commission, not loans.")
                )

    # === VIEWS === #

    def action_view_events(self):
        """Open the movements of these agreements (an action dictionary)."""
        action = self.env["ir.actions.act_window"]._for_xml_id("consignment.action_event")
        return {**action, "domain": [("agreement_id", "in", self.ids)], "context": {}}

    def action_view_ageing(self):
        """Open the goods there by age (an action dictionary)."""
        action = self.env["ir.actions.act_window"]._for_xml_id("consignment.action_ageing")
        return {**action, "domain": [("agreement_id", "in", self.ids)], "context": {}}

    def action_view_pickings(self):
        """Open the transfers of these agreements (an action dictionary)."""
        action = self.env["ir.actions.act_window"]._for_xml_id("stock.action_picking_tree_all")
        return {
            **action,
            "domain": [("consignment_agreement_id", "in", self.ids)],
            "context": {},
        }
