from odoo import fields, models


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    consignment_operation = fields.Selection(
        [
            ("fill_up", "Fill-up of a dealer"),
            ("pick_up", "Pick-up from a dealer"),
            ("loan", "Loan or sample out"),
            ("loan_return", "Loan or sample back"),
            ("receive", "Receipt of others' goods"),
            ("give_back", "Others' goods given back"),
            ("issue", "Issue from a place"),
            ("draw", "Draw into own stock"),
        ],
        readonly=True,
        copy=False,
        help="The consignment operation these transfers stand for.",
    )
