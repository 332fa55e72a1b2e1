from odoo import Command, api, fields, models


class ConsignmentDrawReturn(models.TransientModel):
    _name = "consignment.draw.return"
    _description = "Give Back Drawn Goods"

    agreement_id = fields.Many2one("consignment.agreement", required=True)
    location_id = fields.Many2one(related="agreement_id.warehouse_id.lot_stock_id")
    date = fields.Datetime(help="When it really happened. Leave it empty for now.")
    line_ids = fields.One2many(
        "consignment.draw.return.line",
        "return_id",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("agreement_id")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [Command.clear(), *wizard._prepare_lines()]

    def _prepare_lines(self):
        # A stock keeper may know what was drawn, not what it cost.
        draws = self.env["consignment.draw"].sudo()
        draws = draws.search([("agreement_id", "=", self.agreement_id.id), ("returnable", ">", 0)])
        totals = {}
        for draw in draws:
            for lot in draw.lot_ids or [draw.lot_ids]:
                key = (draw.product_id.id, lot.id)
                totals[key] = totals.get(key, 0.0) + draw._get_returnable(lot)
        return [
            Command.create(
                {"product_id": product, "lot_id": lot, "drawn": quantity, "quantity": 0.0}
            )
            for (product, lot), quantity in totals.items()
            if quantity > 0
        ]

    def action_confirm(self):
        """Put the goods back into the owner's place and say so (an action dictionary)."""
        self.ensure_one()
        picking = self.agreement_id.return_draw(
            [
                {**line._prepare_values(), "number": number}
                for number, line in enumerate(self.line_ids, 1)
                if line.quantity
            ],
            self.date and fields.Datetime.to_string(self.date),
        )
        return self.env["stock.picking"].browse(picking)._get_done_notification()


class ConsignmentDrawReturnLine(models.TransientModel):
    _name = "consignment.draw.return.line"
    _description = "Drawn Article to Give Back"

    return_id = fields.Many2one("consignment.draw.return", required=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    lot_id = fields.Many2one("stock.lot", "Lot/Serial")
    drawn = fields.Float(digits="Product Unit", readonly=True)
    available = fields.Float("In Own Stock", digits="Product Unit", compute="_compute_available")
    quantity = fields.Float("Give Back", digits="Product Unit")

    @api.depends("product_id", "lot_id")
    def _compute_available(self):
        for line in self:
            agreement = line.return_id.agreement_id
            quants = self.env["stock.quant"]._gather(
                line.product_id, agreement.warehouse_id.lot_stock_id, lot_id=line.lot_id or None
            )
            # Whether a quant lies in a place of others is all that is used.
            own = quants.filtered(lambda quant: not quant.sudo().location_id.consignment_kind)
            line.available = sum(own.mapped("quantity")) - sum(own.mapped("reserved_quantity"))

    def _prepare_values(self):
        return {
            "product_id": self.product_id.id,
            "quantity": self.quantity,
            "lot_id": self.lot_id.id,
        }
