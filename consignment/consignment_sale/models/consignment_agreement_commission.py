from odoo import Command, api, fields, models


class ConsignmentAgreement(models.Model):
    """The dealer sells for our account and bills a commission."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    commission_bill_ids = fields.One2many(
        "account.move", "consignment_agreement_id", "Commission Bills and Corrections"
    )
    commission_document = fields.Selection(
        [("bill", "Bill of the dealer"), ("deduction", "Deducted on our invoice")],
        default="bill",
        required=True,
        help="Whether the commission may be deducted on the invoice, or needs a bill of its own, "
        "is for the tax adviser to say.",
    )

    @api.model
    def _get_frozen_fields(self):
        """Goods issued and not invoiced would be charged in both ways, or in none."""
        return (*super()._get_frozen_fields(), "commission_document")

    def _deducts_commission(self):
        """Whether this agreement, if there is one, has its commission on our invoices."""
        return self.method == "commission" and self.commission_document == "deduction"

    def _create_commission_bill(self, orders, base):
        """Return the draft bill of the dealer for the commission, or its refund.

        :param base: what was sold net, in the orders' currency; negative when it came back
        """
        currency = orders.currency_id
        amount = self._get_commission(base, currency)
        # The document belongs to accounting; the settlement only prepares it.
        bills = self.env["account.move"].sudo().with_company(self.company_id)
        if currency.is_zero(amount):
            return bills
        return bills.create(
            {
                "move_type": "in_invoice" if amount > 0 else "in_refund",
                "partner_id": self.partner_id.id,
                "currency_id": currency.id,
                "invoice_origin": ", ".join(orders.mapped("name")),
                "invoice_date": fields.Date.context_today(self),
                "consignment_agreement_id": self.id,
                "invoice_line_ids": [
                    Command.create(self._prepare_commission_line(orders, abs(amount)))
                ],
            }
        )

    def _get_commission(self, base, currency):
        return currency.round(base * self.commission_rate / 100)

    def _prepare_commission_line(self, orders, amount):
        return {
            "product_id": self.commission_product_id.id,
            "name": self.env._(
                "Commission of %(rate)g%% on %(orders)s",
                rate=self.commission_rate,
                orders=", ".join(orders.mapped("name")),
            ),
            "quantity": 1,
            "price_unit": amount,
        }

    def _prepare_deductions(self, orders, base):
        """Return the values of the invoice line that deducts the commission; none for nothing.

        It is an expense, with the customer taxes of its product: it lowers what is taxed.

        :param base: what the invoice charges net for goods, in the orders' currency
        """
        amount = self._get_commission(base, orders.currency_id)
        if orders.currency_id.is_zero(amount):
            return []
        template = self.commission_product_id.with_company(self.company_id).product_tmpl_id
        accounts = template.get_product_accounts()
        values = self._prepare_commission_line(orders, -amount)
        return [{**values, "account_id": accounts["expense"].id}]
