from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import KINDS_IN, KINDS_LOAN, KINDS_OUT

# Only code in this process can put this very object into a context: no client can.
TRANSITION = object()
FROZEN_FIELDS = ("kind", "partner_id", "company_id", "warehouse_id", "method")


class ConsignmentAgreement(models.Model):
    _name = "consignment.agreement"
    _description = "Consignment Agreement"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "consignment.agreement.transfer",
        "consignment.agreement.statement",
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

    @api.depends("kind")
    def _compute_due_date(self):
        """Propose the company's loan period; what was entered stays."""
        for agreement in self:
            due = agreement.due_date
            if not due and agreement.kind in KINDS_LOAN:
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

    @api.depends("event_ids")
    def _compute_goods(self):
        totals = self._get_goods_totals()
        for agreement in self:
            agreement.update(agreement._prepare_goods_values(totals.get(agreement.id, {})))

    def _get_goods_totals(self):
        """Return per agreement id what the open layers sum up to (one query)."""
        # The value has its own groups on the field; here it is only computed.
        layers = self.env["consignment.ageing"].sudo()
        groups = layers._read_group(
            [("agreement_id", "in", self.ids)],
            ["agreement_id", "bucket"],
            ["quantity:sum", "value:sum", "days:max"],
        )
        totals = {}
        for agreement, bucket, quantity, value, days in groups:
            total = totals.setdefault(agreement.id, {})
            total[bucket] = (quantity, value, days)
        return totals

    def _prepare_goods_values(self, buckets):
        quantity = sum(row[0] for row in buckets.values())
        values = {
            "goods_quantity": quantity,
            "goods_value": sum(row[1] for row in buckets.values()),
            "oldest_days": max((row[2] for row in buckets.values()), default=0),
            "goods_state": self._get_goods_state(quantity),
            "age_shares": [
                {
                    "bucket": int(bucket),
                    "label": label,
                    "percent": round(100 * buckets[bucket][0] / quantity) if quantity else 0,
                }
                for bucket, label in self.env["consignment.ageing"]._get_buckets()
                if bucket in buckets
            ],
        }
        return values

    def _get_goods_state(self, quantity):
        if not self.picking_ids:
            return "none"
        if not quantity:
            return "done"
        back = self.picking_ids.filtered(
            lambda p: p.consignment_operation not in ("fill_up", "loan", "receive")
        )
        return "partially_back" if back else "out"

    @api.model
    def _search_goods(self, operator, value):
        """Only "is there anything" can be asked: > 0, = 0."""
        if operator in ("in", "not in") and set(value) == {0}:
            there = operator == "not in"
        elif (operator, value) in ((">", 0), ("!=", 0)):
            there = True
        else:
            return NotImplemented
        groups = self.env["consignment.ageing"]._read_group([], ["agreement_id"])
        return [("id", "in" if there else "not in", [agreement.id for (agreement,) in groups])]

    @api.depends("due_date", "goods_quantity")
    @api.depends_context("uid")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for agreement in self:
            late = agreement.due_date and agreement.due_date < today
            agreement.is_overdue = bool(late and agreement.goods_quantity)

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = Domain("due_date", "<", fields.Date.context_today(self)) & Domain(
            "goods_quantity", ">", 0
        )
        return overdue if True in value else ~overdue

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

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_protected_values(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_protected_values(vals)
        frozen = [name for name in FROZEN_FIELDS if name in vals]
        if frozen and any(agreement._is_frozen(vals, frozen) for agreement in self):
            raise UserError(
                self.env._("Kind, partner, company, warehouse and method are fixed on activation.")
            )
        if vals.get("active") is False:
            self._check_archivable()
        return super().write(vals)

    @api.model
    def _check_protected_values(self, vals):
        """State and place change through the actions alone, whoever asks by RPC."""
        if self.env.context.get("consignment_transition") is TRANSITION:
            return
        if vals.get("state", "draft") != "draft" or vals.get("location_id"):
            raise UserError(self.env._("Use the agreement's own actions to change its state."))
        if "state" in vals and self.filtered(lambda agreement: agreement.state != "draft"):
            raise UserError(self.env._("Use the agreement's own actions to change its state."))

    def _is_frozen(self, vals, names):
        return self.state != "draft" and any(
            self._fields[name].convert_to_write(self[name], self) != vals[name] for name in names
        )

    def _check_archivable(self):
        for agreement in self:
            if agreement.state not in ("draft", "closed"):
                raise UserError(self.env._("Close %s before archiving it.", agreement.display_name))

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if any(agreement.state != "draft" for agreement in self):
            raise UserError(self.env._("Only a draft agreement can be deleted."))

    def _set_state(self, state, **values):
        """Change the state, past the guard of ``write``; clients cannot call this."""
        return self.with_context(consignment_transition=TRANSITION).write(
            {"state": state, **values}
        )

    # === STATES === #

    def action_activate(self):
        """Give the agreement its number and its place; from now on goods can move.

        :return: True
        :raises UserError: when the agreement is not a draft
        """
        self.check_access("write")
        for agreement in self:
            if agreement.state == "draft":
                agreement._check_activation()
                agreement._activate()
            elif agreement.state != "active":
                raise UserError(self.env._("%s is closed.", agreement.display_name))
        return True

    def _check_activation(self):
        if self.method == "commission" and not self.commission_product_id:
            raise UserError(self.env._("Choose the product for the commission first."))
        if self.kind in KINDS_LOAN and not self.due_date and self.purpose != "retained":
            raise UserError(self.env._("Say when the goods are due back."))

    def _activate(self):
        self.name = self._next_number()
        # Lending goods does not need the right to configure locations.
        location = self.env["stock.location"].sudo().create(self._prepare_location_values())
        self._set_state("active", location_id=location.id)

    def _next_number(self):
        sequence = self.env["ir.sequence"].with_company(self.company_id)
        return sequence.next_by_code("consignment.agreement")

    def _prepare_location_values(self):
        return {
            "name": f"{self.partner_id.name or self.department or ''} {self.name}".strip(),
            "usage": "internal",
            "company_id": self.company_id.id,
            "location_id": self._get_parent_location().id,
            "consignment_kind": self.kind,
            "consignment_partner_id": self.partner_id.id,
            "consignment_agreement_id": self.id,
        }

    def _get_parent_location(self):
        """Ours in other hands lie outside every warehouse, so nobody promises them.

        Others' in our hands lie below the stock location, so deliveries find them.
        """
        if self.kind in KINDS_OUT:
            return self.company_id._get_consignment_root()
        return self.warehouse_id.lot_stock_id

    def action_start_closing(self):
        """No more goods are handed over; take back and settle the rest.

        :return: True
        """
        self.check_access("write")
        self.filtered(lambda agreement: agreement.state == "active")._set_state("closing")
        return True

    def action_close(self):
        """End the agreement.

        :return: True
        :raises UserError: with the list of what is still open
        """
        self.check_access("write")
        for agreement in self.filtered(lambda a: a.state != "closed"):
            agreement._lock()
            open_items = agreement._get_open_items()
            if open_items:
                raise UserError(agreement._format_open_items(open_items))
            agreement._set_state("closed")
            # The place is archived with the agreement, by whoever may close it.
            agreement.location_id.sudo().action_archive()
        return True

    def action_reopen(self):
        """Bring an agreement that is closing, or closed, back to work.

        :return: True
        """
        self.check_access("write")
        for agreement in self.filtered(lambda a: a.state in ("closing", "closed")):
            agreement.location_id.sudo().action_unarchive()  # as in action_close
            agreement._set_state("active" if agreement.location_id else "draft")
        return True

    def _get_open_items(self):
        """Return the texts of what prevents closing; sale and purchase add theirs."""
        self.ensure_one()
        items = [self._describe_balance(row) for row in self.get_balance()]
        waiting = self.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        return items + waiting.mapped("display_name")

    def _describe_balance(self, row):
        product = self.env["product.product"].browse(row["product_id"])
        lot = self.env["stock.lot"].browse(row["lot_id"] or [])
        return f"{product.display_name} {lot.name or ''}: {row['quantity']:g} {product.uom_id.name}"

    def _format_open_items(self, items):
        shown = "\n".join(f"- {item}" for item in items[:20])
        if len(items) > 20:
            shown += "\n" + self.env._("… and %s more", len(items) - 20)
        return self.env._("%(name)s is still open:\n%(items)s", name=self.display_name, items=shown)

    def _get_reserve_rank(self):
        """Return where reservation looks for these goods; own goods are 1, None is never."""
        self.ensure_one()
        if self.company_id.consignment_never_reserve or self.reserve_policy == "never":
            return None
        return 0 if self.reserve_policy == "theirs_first" else 2

    # === WHAT IS THERE === #

    @api.readonly
    def get_balance(self, at=None):
        """Return what lies in the place, now or at the end of a past day.

        :param at: ISO date (end of that day) or datetime; now when left out
        :return: list of dicts ``product_id, lot_id, quantity, value``; the quantity is in
            the product's unit, the value is the cost in the company's currency (0 for
            goods of others), ``lot_id`` is False without a lot
        """
        self.ensure_one()
        self.check_access("read")
        at = self._to_moment(at, end_of_day=True)
        return self._add_values(self._get_balance_rows(at), at)

    def _get_balance_rows(self, at):
        query = SQL(
            """SELECT product_id, lot_id, SUM(quantity) FROM %s event
                WHERE agreement_id = %s AND date <= %s
             GROUP BY product_id, lot_id HAVING ABS(SUM(quantity)) > 0.000001
             ORDER BY product_id, lot_id""",
            self.env["consignment.event"]._table_sql,
            self.id,
            at,
        )
        return [
            {"product_id": product, "lot_id": lot or False, "quantity": float(quantity)}
            for product, lot, quantity in self.env.execute_query(query)
        ]

    def _add_values(self, rows, at):
        costs = self._get_unit_costs(rows, at)
        for row in rows:
            cost = costs.get((row["product_id"], row["lot_id"]), 0.0)
            row["value"] = self.company_currency_id.round(row["quantity"] * cost)
        return rows

    def _get_unit_costs(self, rows, at):
        """Return the unit cost of each (product, lot) at a moment, in company currency."""
        if self.kind in KINDS_IN:
            return {}
        # Cost is not a secret of the balance's reader here: the caller decides who sees it.
        products = self.env["product.product"].sudo().with_company(self.company_id)
        context = {"allowed_company_ids": self.company_id.ids}
        if at < fields.Datetime.now() - timedelta(minutes=1):
            context["to_date"] = at
        products = products.with_context(**context).browse({row["product_id"] for row in rows})
        costs = {product.id: product.avg_cost for product in products}
        return {
            (row["product_id"], row["lot_id"]): self._get_lot_cost(products, row, costs)
            for row in rows
        }

    def _get_lot_cost(self, products, row, costs):
        product = products.browse(row["product_id"])
        if not product.lot_valuated or not row["lot_id"]:
            return costs[product.id]
        lot = product.env["stock.lot"].browse(row["lot_id"])
        quantity = lot._in_valuation_context().product_qty
        return lot.total_value / quantity if quantity else lot.standard_price

    @api.readonly
    def get_ageing(self, at=None):
        """Return the receipts the balance consists of: the newest ones (first in, first out).

        :param at: ISO date (end of that day) or datetime; now when left out
        :return: list of dicts ``product_id, lot_id, date, days, quantity``, oldest first;
            ``date`` is an ISO date, ``days`` its age at that moment
        """
        self.ensure_one()
        self.check_access("read")
        at = self._to_moment(at, end_of_day=True)
        # Not through the records: their cache does not know at which moment they were read.
        query = SQL(
            """SELECT product_id, lot_id, date, days, quantity FROM %s layer
                WHERE agreement_id = %s ORDER BY date, id""",
            self.env["consignment.ageing"].with_context(consignment_at=at)._table_sql,
            self.id,
        )
        return [
            {
                "product_id": product,
                "lot_id": lot or False,
                "date": date.date().isoformat(),
                "days": days,
                "quantity": float(quantity),
            }
            for product, lot, date, days, quantity in self.env.execute_query(query)
        ]

    @api.model
    def _to_moment(self, date, end_of_day=False):
        """Return the UTC moment an ISO date or datetime stands for.

        A bare day means its noon for a movement (today: now), and its last second for a
        balance.
        """
        today = fields.Date.to_string(fields.Date.context_today(self))
        if not date or (str(date) == today and not end_of_day):
            return fields.Datetime.now()
        try:
            is_day = len(str(date)) <= 10
            moment = fields.Datetime.to_datetime(date)
        except ValueError as error:
            raise UserError(self.env._("%s is not a date.", date)) from error
        if not is_day:
            return moment
        moment += timedelta(hours=23, minutes=59, seconds=59) if end_of_day else timedelta(hours=12)
        local = self.env.tz.localize(moment)
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    # === REMINDERS === #

    @api.model
    def _cron_remind(self):
        """Remind of loans due, and of goods that lie too long."""
        today = fields.Date.context_today(self)
        active = self.search([("state", "in", ("active", "closing")), ("goods_quantity", ">", 0)])
        for agreement in active:
            agreement._remind_due(today)
            agreement._remind_age()
            agreement._remind_vat()

    def _remind_due(self, today):
        if not self.due_date or self.due_date - timedelta(days=self.remind_days) > today:
            return
        self._schedule_once(
            "consignment.mail_activity_type_return",
            self.env._("Goods due back on %s", fields.Date.to_string(self.due_date)),
            self.due_date,
        )

    def _remind_age(self):
        limit = self.age_alert_days
        if limit and self.oldest_days > limit:
            self._schedule_once(
                "consignment.mail_activity_type_age",
                self.env._("Goods lie here for more than %s days", limit),
                fields.Date.context_today(self),
            )

    def _remind_vat(self):
        """The tax clock: an activity for the responsible, never an entry."""
        limit = self.age_vat_days
        if limit and self.direction == "out" and self.oldest_days > limit:
            self._schedule_once(
                "consignment.mail_activity_type_vat",
                self.env._("Goods out for more than %s days: possibly deemed sold", limit),
                fields.Date.context_today(self),
            )

    def _schedule_once(self, activity_type, summary, deadline):
        kind = self.env.ref(activity_type)
        if kind in self.activity_ids.activity_type_id:
            return
        self.activity_schedule(
            activity_type,
            date_deadline=deadline,
            summary=summary,
            user_id=(self.user_id or self.env.user).id,
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
