from odoo import api, fields, models


class ConsignmentReportLine(models.Model):
    _name = "consignment.report.line"
    _description = "Line of a Report of Sold Goods"

    report_id = fields.Many2one("consignment.report", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="report_id.company_id")
    currency_id = fields.Many2one(related="report_id.currency_id")
    product_id = fields.Many2one(
        "product.product", required=True, domain="[('is_storable', '=', True)]"
    )
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", domain="[('product_id', '=', product_id)]")
    location_id = fields.Many2one(
        "stock.location",
        "Shop",
        help="Sold from this shop; empty: from wherever the oldest goods are.",
    )
    quantity = fields.Float("Sold", digits="Product Unit", required=True, default=1.0)
    uom_id = fields.Many2one(
        "uom.uom", "Unit", compute="_compute_uom_id", store=True, readonly=False, precompute=True
    )
    price_unit = fields.Float(
        "Price",
        digits="Product Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
    )
    subtotal = fields.Monetary(compute="_compute_subtotal", store=True)
    available = fields.Float("There", digits="Product Unit", compute="_compute_available")
    difference = fields.Float(
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Reported above what was there, in the product's unit; to be cleared up.",
    )

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.product_id.uom_id

    @api.depends("product_id", "uom_id", "report_id.date", "report_id.agreement_id")
    def _compute_price_unit(self):
        for line in self.filtered("product_id"):
            date = line.report_id.date or fields.Date.context_today(line)
            price = line.report_id.agreement_id._get_settlement_price(line.product_id, date)
            line.price_unit = line.product_id.uom_id._compute_price(
                price, line.uom_id or line.product_id.uom_id
            )

    @api.depends("quantity", "price_unit")
    def _compute_subtotal(self):
        for line in self:
            line.subtotal = line.quantity * line.price_unit

    @api.depends("product_id", "lot_id", "location_id", "report_id.agreement_id", "report_id.state")
    def _compute_available(self):
        now = fields.Datetime.now()
        for agreement, lines in self.grouped(lambda line: line.report_id.agreement_id).items():
            rows = agreement._get_shop_rows(now) if agreement else []
            for line in lines:
                line.available = agreement._count_there(
                    rows, line.product_id, line.lot_id, line.location_id
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.report_id._check_editable()
        return lines

    def write(self, vals):
        self.report_id._check_editable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self.report_id.filtered(lambda report: report.state == "confirmed")._check_editable()

    def _prepare_values(self):
        return {
            "product_id": self.product_id.id,
            "quantity": self.quantity,
            "uom_id": self.uom_id.id,
            "lot_id": self.lot_id.id,
            "location_id": self.location_id.id,
            "price_unit": self.price_unit,
        }
