from odoo import fields, models
from odoo.exceptions import UserError


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    consignment_agreement_id = fields.Many2one(
        "consignment.agreement",
        "Sold for the Owner",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Sold on commission: the amount is owed to the owner of the goods.",
    )

    def _bind_commission_sales(self):
        """Credit sales of others' goods to the agency account instead of our income.

        Which goods were sold is only known from their delivery, so it must come first.
        """
        # Whoever posts invoices need not be able to read transfers and agreements.
        for line in self.sudo().filtered("product_id.is_storable"):
            moves = line._get_stock_moves().filtered(lambda move: move.state != "cancel")
            agreement = moves._get_commission_agreement()
            if agreement:
                moves._check_commission_sale(agreement)
                line.write(
                    {
                        "consignment_agreement_id": agreement.id,
                        "account_id": agreement._get_commission_account().id,
                    }
                )

    def _check_not_in_commission_settlement(self):
        # Settlements are the accountant's; whether one exists concerns every user.
        lines = self.env["consignment.settlement.line"].sudo()
        settled = lines.search(
            [
                ("invoice_line_id", "in", self.ids),
                ("settlement_id.bill_id.state", "in", ("draft", "posted")),
            ],
            limit=1,
        )
        if settled:
            raise UserError(
                self.env._(
                    "%(product)s was settled with its owner in %(settlement)s: "
                    "make a credit note instead.",
                    product=settled.product_id.display_name,
                    settlement=settled.settlement_id.name,
                )
            )
