from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.consignment.tools.guards import without_defaults

# Only code in this process can put this very object into a context: no client can.
TRANSITION = object()
# Stored, and so writable by a client who knows their names.
COMPUTED_FIELDS = ("partner_id", "company_id", "user_id", "amount", "has_difference")
REPORT_ACTIVITY = "consignment_sale.mail_activity_type_report"


class ConsignmentReport(models.Model):
    """A dealer's list of sold goods (代销清单); confirmed, it becomes a sales order."""

    _name = "consignment.report"
    _description = "Report of Consigned Goods Sold"
    _inherit = ["mail.thread", "mail.activity.mixin", "consignment.changeable"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char("Number", readonly=True, copy=False, default=lambda self: self.env._("New"))
    agreement_id = fields.Many2one(
        "consignment.agreement",
        required=True,
        index=True,
        check_company=True,
        domain="[('direction', '=', 'out'), ('state', 'in', ('active', 'closing'))]",
    )
    partner_id = fields.Many2one(related="agreement_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    shop_count = fields.Integer(related="agreement_id.shop_count")
    date = fields.Date(required=True, default=fields.Date.context_today, index=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("confirmed", "Settled"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    source = fields.Selection(
        [
            ("hand", "By hand"),
            ("file", "File"),
            ("portal", "Portal"),
            ("count", "Count"),
            ("rpc", "Interface"),
        ],
        default="hand",
        required=True,
        readonly=True,
        copy=False,
    )
    line_ids = fields.One2many("consignment.report.line", "report_id", copy=True)
    amount = fields.Monetary(compute="_compute_amount", store=True)
    order_id = fields.Many2one("sale.order", readonly=True, copy=False, index="btree_not_null")
    user_id = fields.Many2one(related="agreement_id.user_id", store=True)
    note = fields.Text("Remarks")
    commission = fields.Monetary(
        compute="_compute_commission",
        help="What the dealer keeps, on an agreement with commission.",
    )
    net_amount = fields.Monetary("Due to Us", compute="_compute_commission")
    has_difference = fields.Boolean(compute="_compute_has_difference", store=True)

    @api.depends("line_ids.subtotal")
    def _compute_amount(self):
        for report in self:
            report.amount = sum(report.line_ids.mapped("subtotal"))

    @api.depends("amount", "agreement_id.method", "agreement_id.commission_rate", "order_id")
    def _compute_commission(self):
        """Net of tax: of the order once there is one, of the lines before."""
        for report in self:
            agreement = report.agreement_id
            # The amount of the order is on the report that made it.
            sold = report.order_id.sudo().amount_untaxed or report.amount
            rate = agreement.commission_rate if agreement.method == "commission" else 0.0
            report.commission = report.currency_id.round(sold * rate / 100)
            report.net_amount = sold - report.commission

    @api.depends("line_ids.difference")
    def _compute_has_difference(self):
        for report in self:
            report.has_difference = any(report.line_ids.mapped("difference"))

    @api.constrains("agreement_id")
    def _check_agreement(self):
        for report in self:
            agreement = report.agreement_id
            if agreement.direction != "out":
                raise ValidationError(
                    self.env._("Only goods of ours in other hands can be reported sold.")
                )
            if agreement.state not in ("active", "closing"):
                raise ValidationError(
                    self.env._("%s is not active: nothing can be reported.", agreement.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_protected_values(vals)
            if not vals.get("name") or vals["name"] == self.env._("New"):
                vals["name"] = self.env["ir.sequence"].next_by_code("consignment.report")
        model = without_defaults(self, ("state", "order_id", *COMPUTED_FIELDS))
        return super(ConsignmentReport, model).create(vals_list)

    def write(self, vals):
        self._check_protected_values(vals)
        if {"line_ids", "date", "agreement_id"} & set(vals):
            self._check_editable()
        return super().write(vals)

    @api.model
    def _check_protected_values(self, vals):
        """State and order come from the actions alone, whoever asks by RPC."""
        if self.env.context.get("consignment_transition") is TRANSITION:
            return
        forged = vals.get("order_id") or set(COMPUTED_FIELDS) & vals.keys()
        if forged or vals.get("state", "draft") != "draft":
            raise UserError(self.env._("Use the report's own actions to change its state."))
        if {"state", "order_id"} & set(vals) and self.filtered(lambda r: r.state != "draft"):
            raise UserError(self.env._("Use the report's own actions to change its state."))

    def _check_editable(self):
        if self.env.context.get("consignment_transition") is TRANSITION:
            return
        settled = self.filtered(lambda report: report.state in ("confirmed", "cancel"))
        if settled:
            raise UserError(self.env._("%s is settled or cancelled.", settled[0].name))

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        if any(report.state == "confirmed" for report in self):
            raise UserError(self.env._("A settled report cannot be deleted."))

    def _set_state(self, state, **values):
        return self.with_context(consignment_transition=TRANSITION).write(
            {"state": state, **values}
        )

    def action_submit(self):
        """Hand the list in; we confirm it (True)."""
        self.check_access("write")
        for report in self.filtered(lambda r: r.state == "draft"):
            report._parse()
            report._get_moment()
            report._set_state("submitted")
            report._ask_for_confirmation(report.user_id or self.env.user)
        return True

    def _ask_for_confirmation(self, user):
        """Ask in the user's language: it may be the dealer's that submits."""
        report = self.with_context(lang=user.lang)
        report.activity_schedule(
            REPORT_ACTIVITY,
            summary=report.env._("Confirm the sales report of %s", self.partner_id.name),
            user_id=user.id,
        )

    def action_draft(self):
        """Give the list back for correction (True)."""
        self.check_access("write")
        waiting = self.filtered(lambda r: r.state in ("submitted", "cancel"))
        waiting._set_state("draft")
        waiting.activity_unlink([REPORT_ACTIVITY])
        return True

    def action_cancel(self):
        """Drop a list that is not settled (True)."""
        self.check_access("write")
        waiting = self.filtered(lambda r: r.state in ("draft", "submitted"))
        waiting._set_state("cancel")
        waiting.activity_unlink([REPORT_ACTIVITY])
        return True

    def action_confirm(self):
        """Settle the lists: each becomes a confirmed and delivered sales order (True)."""
        self.check_access("write")
        for report in self:
            report._confirm()
        return True

    def _confirm(self):
        self.agreement_id._start_operation(("active", "closing"))
        self.invalidate_recordset(["state"])  # two people may confirm the same list
        if self.state not in ("draft", "submitted"):
            raise UserError(self.env._("%s is already settled or cancelled.", self.name))
        order = self.agreement_id._settle(self._parse(), self._get_moment(), self)
        self._set_state("confirmed", order_id=order.id)
        self.activity_unlink([REPORT_ACTIVITY])
        self._record_differences()

    def _parse(self):
        numbers = {line: number for number, line in enumerate(self.line_ids, 1)}
        lines = self._get_reported_lines()
        if not lines:
            raise UserError(self.env._("%s: type what was sold first.", self.name))
        return self.agreement_id._parse_lines(
            [{**line._prepare_values(), "number": numbers[line]} for line in lines]
        )

    def _get_reported_lines(self):
        """Lines proposed from the balance and left at zero were not sold."""
        return self.line_ids.filtered("quantity")

    def _get_moment(self):
        return self.agreement_id._check_moment(fields.Date.to_string(self.date))

    def _record_differences(self):
        different = self.line_ids.filtered("difference")
        if different:
            user = self.user_id or self.env.user
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.with_context(lang=user.lang).env._("More reported than was there"),
                note=", ".join(
                    f"{line.product_id.display_name}: {line.difference:g}" for line in different
                ),
                user_id=user.id,
            )

    def action_view_order(self):
        """Open the order that settled the report (an action dictionary)."""
        self.ensure_one()
        return self.order_id.get_formview_action()

    def action_fill_from_balance(self):
        """Put everything that is there on the list with quantity zero (True)."""
        self.ensure_one()
        goods = ("product_id", "lot_id", "location_id")
        listed = {tuple(line[name].id for name in goods) for line in self.line_ids}
        self.line_ids = [
            Command.create({**{name: row[name] for name in goods}, "quantity": 0})
            for row in self.agreement_id._get_shop_rows(fields.Datetime.now())
            if tuple(row[name] for name in goods) not in listed
        ]
        return True
