from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class ConsignmentCount(models.TransientModel):
    _name = "consignment.count"
    _inherit = "barcodes.barcode_events_mixin"
    _description = "Settle by Count"

    agreement_id = fields.Many2one("consignment.agreement", required=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    date = fields.Date(required=True, default=fields.Date.context_today)
    place_id = fields.Many2one(related="agreement_id.location_id")
    shop_count = fields.Integer(related="agreement_id.shop_count")
    shop_id = fields.Many2one("stock.location", "Shop Counted", help="Empty: all of them.")
    line_ids = fields.One2many(
        "consignment.count.line",
        "count_id",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )
    amount = fields.Monetary(compute="_compute_amount")
    uncounted = fields.Integer(compute="_compute_amount")

    @api.depends("agreement_id", "date", "shop_id")
    def _compute_line_ids(self):
        for count in self:
            rows = count._get_rows() if count.agreement_id else []
            count.line_ids = [Command.clear()] + [
                Command.create(
                    {
                        "product_id": row["product_id"],
                        "lot_id": row["lot_id"],
                        "location_id": row["location_id"],
                        "book": row["quantity"],
                        "counted": row["quantity"],
                    }
                )
                for row in rows
            ]

    def _get_rows(self):
        agreement, shop = self.agreement_id, self.shop_id
        rows = agreement._get_shop_rows(agreement._to_moment(str(self.date), end_of_day=True))
        return [row for row in rows if not shop or row["location_id"] == shop.id]

    @api.depends("line_ids.amount", "line_ids.is_counted")
    def _compute_amount(self):
        for count in self:
            count.amount = sum(count.line_ids.filtered("is_counted").mapped("amount"))
            count.uncounted = len(count.line_ids.filtered(lambda line: not line.is_counted))

    def on_barcode_scanned(self, barcode):
        """Count one more piece of the article or lot with this barcode."""
        line = self.line_ids.filtered(
            lambda line: barcode in (line.lot_id.name, line.product_id.barcode)
        )
        if len(line.location_id) > 1:
            raise UserError(self.env._("Choose the shop you count before you scan."))
        line = line[:1]
        if not line:
            raise UserError(
                self.env._(
                    "The barcode %s belongs to nothing that should be here. Add a line for what "
                    "was found.",
                    barcode,
                )
            )
        line.counted = line.counted + 1 if line.is_counted else 1
        line.is_counted = True

    def action_confirm(self):
        """Settle the counted articles and show the order (an action dictionary)."""
        self.ensure_one()
        lines = [
            {**line._prepare_values(), "number": number}
            for number, line in enumerate(self.line_ids, 1)
            if line.is_counted
        ]
        if not lines:
            raise UserError(
                self.env._("Type what was counted, or switch a line on when all of it is there.")
            )
        order = self.agreement_id.settle_by_count(lines, fields.Date.to_string(self.date))
        if not order:
            return {"type": "ir.actions.act_window_close"}
        return self.env["sale.order"].browse(order).get_formview_action()


class ConsignmentCountLine(models.TransientModel):
    _name = "consignment.count.line"
    _description = "Counted Article"

    count_id = fields.Many2one("consignment.count", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="count_id.currency_id")
    product_id = fields.Many2one(
        "product.product", required=True, domain="[('is_storable', '=', True)]"
    )
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", domain="[('product_id', '=', product_id)]")
    location_id = fields.Many2one("stock.location", "Shop")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    book = fields.Float(digits="Product Unit", readonly=True)
    counted = fields.Float(digits="Product Unit")
    is_counted = fields.Boolean(
        "Was Counted", compute="_compute_is_counted", store=True, readonly=False
    )
    sold = fields.Float(digits="Product Unit", compute="_compute_sold")
    price_unit = fields.Float("Price", digits="Product Price", compute="_compute_price_unit")
    amount = fields.Monetary(compute="_compute_sold")
    remark = fields.Char(compute="_compute_sold")

    @api.depends("counted")
    def _compute_is_counted(self):
        """Whatever quantity was typed was counted; the rest is left alone."""
        for line in self:
            line.is_counted = line.is_counted or line.counted != line.book

    @api.depends("product_id", "count_id.date")
    def _compute_price_unit(self):
        for line in self:
            date = line.count_id.date or fields.Date.context_today(line)
            agreement = line.count_id.agreement_id
            line.price_unit = line.product_id and agreement._get_settlement_price(
                line.product_id, date
            )

    @api.depends("book", "counted", "price_unit", "is_counted")
    def _compute_sold(self):
        for line in self:
            line.sold = line.book - line.counted if line.is_counted else 0.0
            line.amount = max(line.sold, 0.0) * line.price_unit
            line.remark = self.env._("Found: taken in as a gain") if line.sold < 0 else False

    def _prepare_values(self):
        return {
            "product_id": self.product_id.id,
            "lot_id": self.lot_id.id,
            "location_id": (self.location_id or self.count_id.shop_id).id,
            "quantity": self.counted,
        }
