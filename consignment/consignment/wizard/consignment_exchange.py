from odoo import Command, api, fields, models


class ConsignmentExchange(models.TransientModel):
    _name = "consignment.exchange"
    _description = "Another Article Comes Back"

    agreement_id = fields.Many2one("consignment.agreement", required=True)
    currency_id = fields.Many2one(related="agreement_id.company_currency_id")
    date = fields.Datetime()
    given_ids = fields.One2many(
        "consignment.exchange.given",
        "exchange_id",
        "Instead of",
        compute="_compute_given_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )
    received_ids = fields.One2many("consignment.exchange.received", "exchange_id", "Came Back")
    given_value = fields.Monetary(compute="_compute_values")
    received_value = fields.Monetary(compute="_compute_values")
    difference = fields.Monetary(compute="_compute_values")

    @api.depends("agreement_id")
    def _compute_given_ids(self):
        """Offer what is still there: one of it is no longer owed."""
        for exchange in self:
            rows = exchange.agreement_id.get_balance() if exchange.agreement_id else []
            exchange.given_ids = [Command.clear()] + [
                Command.create(
                    {
                        "product_id": row["product_id"],
                        "lot_id": row["lot_id"],
                        "available": row["quantity"],
                        "quantity": 0,
                    }
                )
                for row in rows
            ]

    @api.depends("given_ids.value", "received_ids.value")
    def _compute_values(self):
        for exchange in self:
            exchange.given_value = sum(exchange.given_ids.mapped("value"))
            exchange.received_value = sum(exchange.received_ids.mapped("value"))
            exchange.difference = exchange.received_value - exchange.given_value

    def action_confirm(self):
        """Do the exchange and say so (an action dictionary)."""
        self.ensure_one()
        picking = self.agreement_id.exchange(
            self._prepare_lines(self.given_ids),
            self._prepare_lines(self.received_ids),
            self.date and fields.Datetime.to_string(self.date),
        )
        return self.env["stock.picking"].browse(picking)._get_done_notification()

    def _prepare_lines(self, lines):
        """Return what was filled in, each with the number it has on the screen."""
        return [
            {**line._prepare_values(), "number": number}
            for number, line in enumerate(lines, 1)
            if line.quantity
        ]


class ConsignmentExchangeGiven(models.TransientModel):
    _name = "consignment.exchange.given"
    _description = "Article Given up in an Exchange"

    exchange_id = fields.Many2one("consignment.exchange", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="exchange_id.currency_id")
    product_id = fields.Many2one(
        "product.product", required=True, domain="[('is_storable', '=', True)]"
    )
    tracking = fields.Selection(related="product_id.tracking")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", domain="[('product_id', '=', product_id)]")
    available = fields.Float("There", digits="Product Unit", readonly=True)
    quantity = fields.Float(digits="Product Unit", default=1.0, required=True)
    value = fields.Monetary(compute="_compute_value")

    @api.depends("product_id", "quantity")
    def _compute_value(self):
        for line in self:
            company = line.exchange_id.agreement_id.company_id
            line.value = line.quantity * line.product_id.with_company(company).standard_price

    def _prepare_values(self):
        return {
            "product_id": self.product_id.id,
            "quantity": self.quantity,
            "lot_id": self.lot_id.id,
        }


class ConsignmentExchangeReceived(models.TransientModel):
    _name = "consignment.exchange.received"
    _inherit = "consignment.exchange.given"
    _description = "Article Received in an Exchange"

    price_unit = fields.Float(
        "Unit Value",
        digits="Product Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
    )

    @api.depends("product_id")
    def _compute_price_unit(self):
        for line in self:
            company = line.exchange_id.agreement_id.company_id
            line.price_unit = line.product_id.with_company(company).standard_price

    @api.depends("price_unit", "quantity")
    def _compute_value(self):
        for line in self:
            line.value = line.quantity * line.price_unit

    def _prepare_values(self):
        return {**super()._prepare_values(), "price_unit": self.price_unit}
