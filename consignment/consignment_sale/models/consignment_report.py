from odoo import Command, api, fields, models
from odoo.exceptions import UserError

# Only code in this process can put this very object into a context: no client can.
TRANSITION = object()


class ConsignmentReport(models.Model):
    """A dealer's list of sold goods (代销清单); confirmed, it becomes a sales order."""

    _name = "consignment.report"
    _description = "Report of Consigned Goods Sold"
    _inherit = ["mail.thread", "mail.activity.mixin"]
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
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
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
    )
    line_ids = fields.One2many("consignment.report.line", "report_id", copy=True)
    amount = fields.Monetary(compute="_compute_amount", store=True)
    order_id = fields.Many2one("sale.order", readonly=True, copy=False, index="btree_not_null")
    user_id = fields.Many2one(related="agreement_id.user_id", store=True)
    note = fields.Text("Remarks")
    has_difference = fields.Boolean(compute="_compute_has_difference", store=True)

    @api.depends("line_ids.subtotal")
    def _compute_amount(self):
        for report in self:
            report.amount = sum(report.line_ids.mapped("subtotal"))

    @api.depends("line_ids.difference")
    def _compute_has_difference(self):
        for report in self:
            report.has_difference = any(report.line_ids.mapped("difference"))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_protected_values(vals)
            if not vals.get("name") or vals["name"] == self.env._("New"):
                vals["name"] = self.env["ir.sequence"].next_by_code("consignment.report")
        return super().create(vals_list)

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
        if vals.get("order_id") or vals.get("state", "draft") != "draft":
            raise UserError(self.env._("Use the report's own actions to change its state."))
        if "state" in vals and self.filtered(lambda report: report.state != "draft"):
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
            report._set_state("submitted")
            report.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Confirm the sales report of %s", report.partner_id.name),
                user_id=(report.user_id or self.env.user).id,
            )
        return True

    def action_draft(self):
        """Give the list back for correction (True)."""
        self.check_access("write")
        self.filtered(lambda r: r.state in ("submitted", "cancel"))._set_state("draft")
        return True

    def action_cancel(self):
        """Drop a list that is not settled (True)."""
        self.check_access("write")
        self.filtered(lambda r: r.state in ("draft", "submitted"))._set_state("cancel")
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
        self.activity_unlink(["mail.mail_activity_data_todo"])
        self._record_differences()

    def _parse(self):
        return self.agreement_id._parse_lines(
            [line._prepare_values() for line in self._get_reported_lines()]
        )

    def _get_reported_lines(self):
        """Lines proposed from the balance and left at zero were not sold."""
        return self.line_ids.filtered("quantity")

    def _get_moment(self):
        return self.agreement_id._check_moment(fields.Date.to_string(self.date))

    def _record_differences(self):
        different = self.line_ids.filtered("difference")
        if different:
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("More reported than was there"),
                note=", ".join(
                    f"{line.product_id.display_name}: {line.difference:g}" for line in different
                ),
                user_id=(self.user_id or self.env.user).id,
            )

    def action_view_order(self):
        """Open the order that settled the report (an action dictionary)."""
        self.ensure_one()
        return self.order_id.get_formview_action()

    def action_fill_from_balance(self):
        """Put everything that is there on the list with quantity zero (True)."""
        self.ensure_one()
        listed = {(line.product_id.id, line.lot_id.id or False) for line in self.line_ids}
        self.line_ids = [
            Command.create(
                {"product_id": row["product_id"], "lot_id": row["lot_id"], "quantity": 0}
            )
            for row in self.agreement_id.get_balance()
            if (row["product_id"], row["lot_id"]) not in listed
        ]
        return True


class ConsignmentReportLine(models.Model):
    _name = "consignment.report.line"
    _description = "Line of a Report of Sold Goods"

    report_id = fields.Many2one("consignment.report", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="report_id.company_id")
    currency_id = fields.Many2one(related="report_id.currency_id")
    product_id = fields.Many2one(
        "product.product", required=True, domain="[('is_storable', '=', True)]"
    )
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", domain="[('product_id', '=', product_id)]")
    quantity = fields.Float("Sold", digits="Product Unit", required=True, default=1.0)
    uom_id = fields.Many2one(
        "uom.uom", compute="_compute_uom_id", store=True, readonly=False, precompute=True
    )
    price_unit = fields.Float(
        "Price",
        digits="Product Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
    )
    subtotal = fields.Monetary(compute="_compute_subtotal", store=True)
    available = fields.Float("There", digits="Product Unit", compute="_compute_available")
    difference = fields.Float(
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Reported above what was there, in the product's unit; to be cleared up.",
    )

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.product_id.uom_id

    @api.depends("product_id", "uom_id", "report_id.date", "report_id.agreement_id")
    def _compute_price_unit(self):
        for line in self.filtered("product_id"):
            date = line.report_id.date or fields.Date.context_today(line)
            price = line.report_id.agreement_id._get_settlement_price(line.product_id, date)
            line.price_unit = line.product_id.uom_id._compute_price(
                price, line.uom_id or line.product_id.uom_id
            )

    @api.depends("quantity", "price_unit")
    def _compute_subtotal(self):
        for line in self:
            line.subtotal = line.quantity * line.price_unit

    @api.depends("product_id", "lot_id", "report_id.agreement_id", "report_id.state")
    def _compute_available(self):
        balances = {}
        for line in self:
            agreement = line.report_id.agreement_id
            if agreement and agreement.id not in balances:
                balances[agreement.id] = agreement._get_balance_rows(fields.Datetime.now())
            line.available = sum(
                row["quantity"]
                for row in balances.get(agreement.id, [])
                if row["product_id"] == line.product_id.id
                and (not line.lot_id or row["lot_id"] == line.lot_id.id)
            )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.report_id._check_editable()
        return lines

    def write(self, vals):
        self.report_id._check_editable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self.report_id.filtered(lambda report: report.state == "confirmed")._check_editable()

    def _prepare_values(self):
        return {
            "product_id": self.product_id.id,
            "quantity": self.quantity,
            "uom_id": self.uom_id.id,
            "lot_id": self.lot_id.id,
            "price_unit": self.price_unit,
        }
