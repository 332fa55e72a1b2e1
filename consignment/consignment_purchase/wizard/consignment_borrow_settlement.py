from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class ConsignmentBorrowSettlement(models.TransientModel):
    _name = "consignment.borrow.settlement"
    _description = "Settle Borrowed Goods"

    agreement_id = fields.Many2one("consignment.agreement", required=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    line_ids = fields.One2many(
        "consignment.borrow.settlement.line",
        "settlement_id",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )
    other_ids = fields.One2many(
        "consignment.borrow.settlement.other", "settlement_id", "Given Instead"
    )
    has_exchange = fields.Boolean(compute="_compute_has_exchange")

    @api.depends("agreement_id")
    def _compute_line_ids(self):
        for wizard in self:
            rows = wizard.agreement_id and wizard.agreement_id.get_owed() or []
            wizard.line_ids = [Command.clear()] + [
                Command.create(
                    {
                        "product_id": row["product_id"],
                        "owed": row["quantity"],
                        "value": row["value"],
                    }
                )
                for row in rows
                if row["quantity"] > 0
            ]

    @api.depends("line_ids.exchange")
    def _compute_has_exchange(self):
        for wizard in self:
            wizard.has_exchange = any(line.exchange for line in wizard.line_ids)

    def action_confirm(self):
        """Buy, return in kind, exchange, as stated; all of it or nothing.

        :return: an action: the draft bill when something is bought, else close the window
        """
        self.ensure_one()
        bought = self._get_lines("buy")
        in_kind = self._get_lines("in_kind")
        exchanged = self._get_lines("exchange")
        if not bought and not in_kind and not exchanged:
            raise UserError(self.env._("State how much to buy, return or exchange."))
        if exchanged and not self.other_ids:
            raise UserError(self.env._("Add what is given instead of the borrowed article."))
        agreement = self.agreement_id
        if in_kind:
            agreement.return_in_kind(in_kind)
        if exchanged:
            agreement.exchange(exchanged, [other._prepare_values() for other in self.other_ids])
        if bought:
            bill = agreement.buy_borrowed(bought)
            return self.env["account.move"].browse(bill).get_formview_action()
        return {"type": "ir.actions.act_window_close"}

    def _get_lines(self, way):
        return [
            {"product_id": line.product_id.id, "quantity": line[way], "number": number}
            for number, line in enumerate(self.line_ids, 1)
            if line[way]
        ]


class ConsignmentBorrowSettlementLine(models.TransientModel):
    _name = "consignment.borrow.settlement.line"
    _description = "Borrowed Article to Settle"

    settlement_id = fields.Many2one(
        "consignment.borrow.settlement", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    product_id = fields.Many2one("product.product", required=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    owed = fields.Float(digits="Product Unit", readonly=True)
    value = fields.Monetary("Owed Value", readonly=True)
    buy = fields.Float(digits="Product Unit", help="Goes on a draft bill at the agreed price.")
    in_kind = fields.Float(digits="Product Unit", help="Own goods of the same article go back.")
    exchange = fields.Float(
        "Other Article", digits="Product Unit", help="Something else goes there instead."
    )
    left = fields.Float("Still Owed", digits="Product Unit", compute="_compute_left")

    @api.depends("owed", "buy", "in_kind", "exchange")
    def _compute_left(self):
        for line in self:
            line.left = line.owed - line.buy - line.in_kind - line.exchange


class ConsignmentBorrowSettlementOther(models.TransientModel):
    _name = "consignment.borrow.settlement.other"
    _description = "Article Given Instead of a Borrowed One"

    settlement_id = fields.Many2one(
        "consignment.borrow.settlement", required=True, ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product", required=True, domain="[('is_storable', '=', True)]"
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", domain="[('product_id', '=', product_id)]")
    quantity = fields.Float(digits="Product Unit", default=1.0, required=True)

    def _prepare_values(self):
        return {
            "product_id": self.product_id.id,
            "quantity": self.quantity,
            "lot_id": self.lot_id.id,
        }
