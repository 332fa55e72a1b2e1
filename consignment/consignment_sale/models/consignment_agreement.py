from odoo import api, fields, models


class ConsignmentAgreement(models.Model):
    _inherit = "consignment.agreement"

    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Used where no price was agreed. It decides the currency of the agreement.",
    )
    report_ids = fields.One2many("consignment.report", "agreement_id", "Reports of Sales")
    open_report_count = fields.Integer(compute="_compute_open_report_count")
    order_ids = fields.One2many("sale.order", "consignment_agreement_id", "Orders")
    order_count = fields.Integer(compute="_compute_order_count")
    note_count = fields.Integer(
        compute="_compute_note_count", groups="account.group_account_invoice"
    )
    exposure = fields.Monetary(
        compute="_compute_exposure",
        groups="sales_team.group_sale_salesman,stock.group_stock_manager,"
        "account.group_account_readonly",
        help="Receivable, sold but not invoiced, and goods out, in the agreement's currency.",
    )
    is_exposed = fields.Boolean(compute="_compute_exposure")

    # === COMPUTE === #

    @api.depends("pricelist_id")
    def _compute_currency_id(self):
        res = super()._compute_currency_id()
        for agreement in self.filtered("pricelist_id"):
            agreement.currency_id = agreement.pricelist_id.currency_id
        return res

    @api.depends("report_ids.state")
    def _compute_open_report_count(self):
        groups = self.env["consignment.report"]._read_group(
            [("agreement_id", "in", self.ids), ("state", "in", ("draft", "submitted"))],
            ["agreement_id"],
            ["__count"],
        )
        counts = {agreement.id: count for agreement, count in groups}
        for agreement in self:
            agreement.open_report_count = counts.get(agreement.id, 0)

    @api.depends("order_ids")
    def _compute_order_count(self):
        # Counting orders is not reading them.
        groups = (
            self.env["sale.order"]
            .sudo()
            ._read_group(
                [("consignment_agreement_id", "in", self.ids)],
                ["consignment_agreement_id"],
                ["__count"],
            )
        )
        counts = {agreement.id: count for agreement, count in groups}
        for agreement in self:
            agreement.order_count = counts.get(agreement.id, 0)

    @api.depends("commission_bill_ids")
    def _compute_note_count(self):
        groups = self.env["account.move"]._read_group(
            [("consignment_agreement_id", "in", self.ids)],
            ["consignment_agreement_id"],
            ["__count"],
        )
        counts = {agreement.id: count for agreement, count in groups}
        for agreement in self:
            agreement.note_count = counts.get(agreement.id, 0)

    @api.depends("guarantee_amount", "goods_quantity")
    def _compute_exposure(self):
        for agreement in self:
            is_dealer = agreement.direction == "out" and agreement.state != "draft"
            agreement.exposure = agreement._get_exposure() if is_dealer else 0.0
            agreement.is_exposed = bool(
                agreement.guarantee_amount
                and agreement.currency_id.compare_amounts(
                    agreement.exposure, agreement.guarantee_amount
                )
                > 0
            )

    # === RISK AND CLOSING === #

    def _get_exposure(self):
        """Goods out at cost, receivables and what is sold but not invoiced."""
        exposure = super()._get_exposure()
        # What a dealer owes decides on a fill-up, whoever does it.
        partner = self.partner_id.commercial_partner_id.sudo().with_company(self.company_id)
        receivable = self._convert_from_company(partner.credit)
        return exposure + receivable + self._get_uninvoiced()

    def _get_uninvoiced(self):
        orders = self.env["sale.order"].sudo()  # as above
        total = 0.0
        for order in orders.search(
            [
                ("consignment_agreement_id", "=", self.id),
                ("invoice_status", "=", "to invoice"),
            ]
        ):
            amount = sum(
                line.qty_to_invoice * line.price_reduce_taxinc for line in order.order_line
            )
            total += order.currency_id._convert(
                amount, self.currency_id, self.company_id, fields.Date.context_today(self)
            )
        return total

    def _get_open_items(self):
        reports = self.report_ids.filtered(lambda r: r.state in ("draft", "submitted"))
        orders = self.env["sale.order"].sudo()  # what is open is listed, whoever closes
        to_invoice = orders.search(
            [("consignment_agreement_id", "=", self.id), ("invoice_status", "=", "to invoice")]
        )
        items = [self.env._("unsettled report %s", report.name) for report in reports]
        items += [self.env._("order %s is not invoiced", order.name) for order in to_invoice]
        return super()._get_open_items() + items

    # === VIEWS === #

    def action_view_orders(self):
        """Open the orders that settled this agreement (an action dictionary)."""
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        return {
            **action,
            "domain": [("consignment_agreement_id", "in", self.ids)],
            "context": {"create": False},
        }

    def action_view_reports(self):
        """Open the reports of sales (an action dictionary)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("consignment_sale.action_report")
        return {
            **action,
            "domain": [("agreement_id", "=", self.id)],
            "context": {"default_agreement_id": self.id},
        }

    def action_new_report(self):
        """Start, or go on with, a report of what is there (an action dictionary)."""
        self.ensure_one()
        report = self.report_ids.filtered(
            lambda report: (
                report.state == "draft"
                and report.source == "hand"
                and report.create_uid == self.env.user
            )
        )[:1]
        if not report:
            report = self.env["consignment.report"].create({"agreement_id": self.id})
        report.action_fill_from_balance()
        return report.get_formview_action()

    def action_view_notes(self):
        """Open commission bills and price corrections (an action dictionary)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("account.action_move_line_form")
        action["name"] = self.env._("Commissions and Corrections")
        return {
            **action,
            "domain": [("consignment_agreement_id", "=", self.id)],
            "context": {"create": False},
        }
