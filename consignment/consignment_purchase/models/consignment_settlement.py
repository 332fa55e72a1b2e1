from odoo import api, fields, models
from odoo.fields import Domain

PAID = ("paid", "in_payment", "reversed")


class ConsignmentSettlement(models.Model):
    """One settlement with the owner of goods: which draws went on which bill."""

    _name = "consignment.settlement"
    _description = "Vendor Settlement of Consigned Goods"
    _inherit = ["mail.thread"]
    _order = "date_to desc, id desc"
    _check_company_auto = True

    name = fields.Char("Number", required=True, readonly=True, copy=False)
    agreement_id = fields.Many2one(
        "consignment.agreement", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        related="agreement_id.partner_id", store=True, index="btree_not_null", string="Owner"
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    method = fields.Selection(related="agreement_id.method")
    date_from = fields.Date("From", readonly=True)
    date_to = fields.Date("To", required=True, readonly=True, index=True)
    line_ids = fields.One2many("consignment.settlement.line", "settlement_id", readonly=True)
    bill_id = fields.Many2one(
        "account.move",
        "Vendor Bill",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    commission_invoice_id = fields.Many2one(
        "account.move",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="What we charge the owner for selling their goods.",
    )
    amount = fields.Monetary(
        "Untaxed Amount", compute="_compute_amount", store=True, help="At the prices of the draws."
    )
    commission = fields.Monetary(readonly=True, help="Before tax.")
    state = fields.Selection(
        [
            ("draft", "Bill in Draft"),
            ("posted", "Billed"),
            ("paid", "Paid"),
            ("cancel", "Cancelled"),
        ],
        compute="_compute_state",
        search="_search_state",
    )
    is_different = fields.Boolean(
        compute="_compute_is_different",
        help="The amount of the bill was changed and is no longer that of the draws.",
    )

    _agreement_date = models.Index("(agreement_id, date_to DESC)")

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for settlement in self:
            settlement.amount = sum(settlement.line_ids.mapped("amount"))

    @api.depends("bill_id.state", "bill_id.payment_state")
    def _compute_state(self):
        # The state of the bill is no secret to who may read the settlement.
        for settlement in self:
            settlement.state = settlement._get_state(settlement.sudo().bill_id)

    def _get_state(self, bill):
        if not bill or bill.state == "cancel":
            return "cancel"
        if bill.state == "draft":
            return "draft"
        return "paid" if bill.payment_state in PAID else "posted"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain.OR(self._get_state_domains()[state] for state in value if state)
        # The state of the bill is no secret to who may read the settlement.
        return [("id", "in", self.sudo()._search(domain))]

    def _get_state_domains(self):
        paid = Domain("bill_id.payment_state", "in", PAID)
        posted = Domain("bill_id.state", "=", "posted")
        return {
            "draft": Domain("bill_id.state", "=", "draft"),
            "posted": posted & ~paid,
            "paid": posted & paid,
            "cancel": Domain("bill_id", "=", False) | Domain("bill_id.state", "=", "cancel"),
        }

    @api.depends("amount", "bill_id.amount_untaxed_signed", "bill_id.state")
    def _compute_is_different(self):
        for settlement in self:
            # sudo: warehouse people see whether the bill differs, not the bill
            bill = settlement.sudo().bill_id
            billed = bill.amount_untaxed * (-1 if bill.move_type == "in_refund" else 1)
            settlement.is_different = bool(
                settlement.state != "cancel"
                and settlement.currency_id.compare_amounts(billed, settlement.amount)
            )

    def _get_statement_lines(self):
        """Return the goods of the period: opening, received, used, given back, closing."""
        self.ensure_one()
        return self.agreement_id.get_statement(self.date_from, self.date_to)["lines"]

    def _get_loss_events(self):
        """Return what was lost or found in the period, for the printed statement."""
        self.ensure_one()
        start, end = self.agreement_id._get_statement_period(self.date_from, self.date_to)
        events = self.agreement_id._get_statement_events(start, end)
        return events.filtered(lambda event: event.verb in ("loss", "gain"))

    def action_view_bill(self):
        """Open the vendor bill (an action dictionary)."""
        self.ensure_one()
        return self.bill_id.get_formview_action()

    def action_view_commission_invoice(self):
        """Open the invoice of the commission (an action dictionary)."""
        self.ensure_one()
        return self.commission_invoice_id.get_formview_action()

    def action_print(self):
        """Print the statement for the owner (an action dictionary)."""
        return self.env.ref("consignment_purchase.action_report_settlement").report_action(self)
