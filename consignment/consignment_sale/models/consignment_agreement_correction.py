from datetime import time

from odoo import Command, models


class ConsignmentAgreement(models.Model):
    """A price agreed later: what was settled since gets a credit or debit note."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    def _correct_settled(self, product, old, new, date_from):
        """Credit or debit what was invoiced since ``date_from``; reprice what was not."""
        res = super()._correct_settled(product, old, new, date_from)
        lines = self._get_settled_lines(product, date_from)
        invoiced = lines.filtered("qty_invoiced")
        for line in lines - invoiced:
            line._set_agreed_price(new)
        for currency, settled in invoiced.grouped("currency_id").items():
            changes = {line: new - line._get_corrected_price() for line in settled}
            self._create_price_correction(changes, currency)
        return res

    def _get_settled_lines(self, product, date_from):
        start = self._localize(date_from, time.min)
        return self.env["sale.order.line"].search(
            [
                ("order_id.consignment_agreement_id", "=", self.id),
                ("order_id.consignment_date", ">=", start),
                ("state", "=", "sale"),
                ("product_id", "=", product.id),
            ]
        )

    def _create_price_correction(self, changes, currency, quantities=None):
        """Return the draft note that changes the prices of settled lines.

        :param changes: price change per product unit, by order line
        :param quantities: product units concerned, by order line; what was sold when left out
        """
        commands = [
            self._prepare_correction_line(line, change, (quantities or {}).get(line))
            for line, change in changes.items()
        ]
        commands = [values for values in commands if not currency.is_zero(values["price_unit"])]
        total = sum(values["quantity"] * values["price_unit"] for values in commands)
        # Prepared for accounting by whoever agrees prices, who need not be an accountant.
        notes = self.env["account.move"].sudo().with_company(self.company_id)
        if currency.is_zero(total):
            return notes
        sign = 1 if total > 0 else -1
        for values in commands:
            values["price_unit"] *= sign
        orders = self.env["sale.order.line"].concat(*changes).order_id
        if self._deducts_commission():
            commands += self._prepare_deductions(orders, abs(total))
        elif self.method == "commission":
            self._create_commission_bill(orders, total)
        return notes.create(
            {
                "move_type": "out_invoice" if total > 0 else "out_refund",
                "partner_id": self.partner_id.id,
                "currency_id": currency.id,
                "consignment_agreement_id": self.id,
                "invoice_origin": ", ".join(orders.mapped("name")),
                "invoice_line_ids": [Command.create(values) for values in commands],
            }
        )

    def _prepare_correction_line(self, line, change, quantity=None):
        """No product: the goods were invoiced already, only their price changes."""
        accounts = line.product_id.product_tmpl_id.get_product_accounts()
        return {
            "name": self.env._(
                "%(product)s: price of %(order)s corrected",
                product=line.product_id.display_name,
                order=line.order_id.name,
            ),
            "quantity": line._get_settled_quantity() if quantity is None else quantity,
            "price_unit": change,
            "account_id": accounts["income"].id,
            "tax_ids": [Command.set(line.tax_ids.ids)],
            "consignment_sale_line_id": line.id,
        }

    def _correct_returned(self, returned):
        """Take a correction back for goods that came back: core credits the old price.

        :param returned: product units that came back, by order line
        """
        changes = {}
        for line, quantity in returned.items():
            sold = line._get_settled_quantity() + quantity
            changes[line] = -line._get_corrected_amount() / sold if sold else 0.0
        lines = self.env["sale.order.line"].concat(*returned)
        for currency, corrected in lines.grouped("currency_id").items():
            self._create_price_correction(
                {line: changes[line] for line in corrected}, currency, returned
            )
