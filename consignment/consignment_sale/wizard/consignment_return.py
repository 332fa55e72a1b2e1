from odoo import Command, api, fields, models


class ConsignmentReturn(models.TransientModel):
    _name = "consignment.return"
    _description = "Settlement Return"

    order_id = fields.Many2one("sale.order", required=True)
    agreement_id = fields.Many2one(related="order_id.consignment_agreement_id")
    date = fields.Date(required=True, default=fields.Date.context_today)
    destination = fields.Selection(
        [
            ("stock", "Back to us"),
            ("dealer", "Stays with the dealer on consignment"),
            ("scrap", "Scrapped at the dealer"),
        ],
        required=True,
        default="stock",
    )
    line_ids = fields.One2many(
        "consignment.return.line",
        "return_id",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("order_id")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [Command.clear()] + [
                Command.create(values)
                for line in wizard.order_id.order_line
                if line._is_consigned() and line.qty_delivered
                for values in wizard._prepare_lines(line)
            ]

    def _prepare_lines(self, sale_line):
        """Offer each lot that was sold; goods without lots as they were ordered."""
        lots = sale_line._get_sold_lots()
        if not lots:
            return [
                {
                    "product_id": sale_line.product_id.id,
                    "uom_id": sale_line.product_uom_id.id,
                    "sold": sale_line.qty_delivered,
                }
            ]
        return [
            {
                "product_id": sale_line.product_id.id,
                "uom_id": sale_line.product_id.uom_id.id,
                "lot_id": lot.id,
                "sold": sale_line._get_returnable(lot),
            }
            for lot in lots
            if sale_line._get_returnable(lot) > 0
        ]

    def action_return_all(self):
        """Put everything that was sold on the return (an action dictionary)."""
        self.ensure_one()
        for line in self.line_ids:
            line.quantity = line.sold
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_confirm(self):
        """Take the goods back and show the order to credit (an action dictionary)."""
        self.ensure_one()
        self.agreement_id.return_sales(
            self.order_id.id,
            [
                {**line._prepare_values(), "number": number}
                for number, line in enumerate(self.line_ids, 1)
                if line.quantity
            ],
            self.destination,
            fields.Date.to_string(self.date),
        )
        return self.order_id.get_formview_action()


class ConsignmentReturnLine(models.TransientModel):
    _name = "consignment.return.line"
    _description = "Line of a Settlement Return"

    return_id = fields.Many2one("consignment.return", required=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", readonly=True)
    uom_id = fields.Many2one("uom.uom", "Unit", readonly=True)
    sold = fields.Float(digits="Product Unit", readonly=True)
    quantity = fields.Float("Returned", digits="Product Unit")

    def _prepare_values(self):
        return {
            "product_id": self.product_id.id,
            "lot_id": self.lot_id.id,
            "uom_id": self.uom_id.id,
            "quantity": self.quantity,
        }
