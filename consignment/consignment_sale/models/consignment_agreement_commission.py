from odoo import Command, fields, models


class ConsignmentAgreement(models.Model):
    """The dealer sells for our account and bills a commission."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    commission_bill_ids = fields.One2many(
        "account.move", "consignment_agreement_id", "Commission Bills and Corrections"
    )

    def _create_commission_bill(self, orders, base):
        """Return the draft bill of the dealer for the commission, or its refund.

        :param base: what was sold net, in the orders' currency; negative when it came back
        """
        currency = orders.currency_id
        amount = currency.round(base * self.commission_rate / 100)
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
