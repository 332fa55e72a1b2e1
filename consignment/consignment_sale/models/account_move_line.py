from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    consignment_valuation_account_id = fields.Many2one(
        "account.account",
        index="btree_not_null",
        readonly=True,
        help="The stock valuation account this amount was moved away from at the end of a "
        "month. The stock closing counts it as still being there.",
    )
    consignment_sale_line_id = fields.Many2one(
        "sale.order.line",
        "Corrects the Price of",
        index="btree_not_null",
        readonly=True,
        help="The settled order line whose price this line changes; no goods move.",
    )
