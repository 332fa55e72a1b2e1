from odoo import Command, fields, models
from odoo.exceptions import UserError


class ConsignmentAgreement(models.Model):
    """Goods sold for their owner's account: neither purchase nor cost, only a commission."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    def _get_commission_account(self):
        if not self.commission_account_id:
            raise UserError(self.env._("State the agency account of %s first.", self.display_name))
        return self.commission_account_id

    def _settle_commission(self, day):
        """Bill what was sold for the owner, charge the commission, return the bill's id."""
        sales = self._get_open_sales(day)
        if not sales:
            return self._get_settled_bill(day).id
        settlement = self.env["consignment.settlement"].create(
            self._prepare_settlement(day, self.currency_id)
        )
        settlement.line_ids = [Command.create(self._prepare_sold_line(sale)) for sale in sales]
        moves = self.env["account.move"].with_company(self.company_id)
        bill = moves.create(self._prepare_commission_bill(settlement))
        self._finish_settlement_bill(settlement, bill)
        settlement.commission = self.currency_id.round(
            settlement.amount * self.commission_rate / 100
        )
        if settlement.commission:
            invoice = moves.create(self._prepare_commission_invoice(settlement))
            if invoice.currency_id.compare_amounts(invoice.amount_total, 0.0) < 0:
                invoice.action_switch_move_type()
            settlement.commission_invoice_id = invoice
        return bill.id

    def _get_open_sales(self, day):
        sales = self.env["account.move.line"].search(
            [
                ("consignment_agreement_id", "=", self.id),
                ("display_type", "=", "product"),
                ("parent_state", "=", "posted"),
                ("date", "<=", day),
            ],
            order="date, id",
        )
        settled = self.env["consignment.settlement.line"].search(
            [
                ("invoice_line_id", "in", sales.ids),
                ("settlement_id.bill_id.state", "in", ("draft", "posted")),
            ]
        )
        return sales - settled.invoice_line_id

    def _prepare_sold_line(self, sale):
        amount = self.company_currency_id._convert(
            -sale.balance, self.currency_id, self.company_id, sale.date
        )
        sign = -1 if sale.move_id.move_type == "out_refund" else 1
        quantity = sign * sale.product_uom_id._compute_quantity(
            sale.quantity, sale.product_id.uom_id
        )
        return {
            "invoice_line_id": sale.id,
            "date": fields.Datetime.to_datetime(sale.date),
            "reference": sale.move_id.name,
            "product_id": sale.product_id.id,
            "quantity": quantity,
            "price_unit": amount / quantity if quantity else 0.0,
            "amount": amount,
        }

    def _prepare_commission_bill(self, settlement):
        """The bill clears the agency account; no product on it, as nothing is bought."""
        account = self._get_commission_account()
        return {
            **self._prepare_commission_header("in_invoice", settlement),
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": product.display_name,
                        "quantity": 1.0,
                        "price_unit": sum(lines.mapped("amount")),
                        "account_id": account.id,
                        "tax_ids": [Command.set(self._get_draw_taxes(product).ids)],
                    }
                )
                for product, lines in settlement.line_ids.grouped("product_id").items()
            ],
        }

    def _prepare_commission_invoice(self, settlement):
        return {
            **self._prepare_commission_header("out_invoice", settlement),
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": self.commission_product_id.id,
                        "name": self.env._(
                            "Commission of %(rate)g%% on %(settlement)s",
                            rate=self.commission_rate,
                            settlement=settlement.name,
                        ),
                        "quantity": 1.0,
                        "price_unit": settlement.commission,
                    }
                )
            ],
        }

    def _prepare_commission_header(self, move_type, settlement):
        return {
            "move_type": move_type,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "invoice_origin": settlement.name,
            "ref": settlement.name if self.self_billing else False,
            "invoice_date": settlement.date_to if self.self_billing else False,
        }
