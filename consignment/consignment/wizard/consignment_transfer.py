from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..const import KINDS_IN

FROM_BALANCE = ("pick_up", "gift", "own_use", "relend", "sale")


class ConsignmentTransfer(models.TransientModel):
    _name = "consignment.transfer"
    _inherit = "barcodes.barcode_events_mixin"
    _description = "Move Consigned or Lent Goods"

    agreement_id = fields.Many2one("consignment.agreement", required=True)
    kind = fields.Selection(related="agreement_id.kind")
    company_id = fields.Many2one(related="agreement_id.company_id")
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    place_id = fields.Many2one(related="agreement_id.location_id")
    shop_count = fields.Integer(related="agreement_id.shop_count")
    operation = fields.Selection(lambda self: self._get_operations(), required=True)
    partner_id = fields.Many2one("res.partner", "To", help="The buyer or the next borrower.")
    date = fields.Datetime(
        help="When it really happened. Leave it empty for now; a day in a closed period is refused."
    )
    line_ids = fields.One2many(
        "consignment.transfer.line",
        "transfer_id",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )
    warning = fields.Char(compute="_compute_warning")

    @api.model
    def _get_operations(self):
        return [
            ("fill_up", self.env._("Hand over")),
            ("pick_up", self.env._("Take back")),
            ("gift", self.env._("Give away")),
            ("own_use", self.env._("Own use")),
            ("relend", self.env._("Lend on")),
        ]

    @api.depends("agreement_id", "operation")
    def _compute_line_ids(self):
        """Whatever leaves a place is chosen from what is there."""
        for transfer in self:
            commands = [Command.clear()]
            if transfer.operation in FROM_BALANCE and transfer.agreement_id:
                commands += transfer._prepare_balance_lines()
            transfer.line_ids = commands

    def _prepare_balance_lines(self):
        return [
            Command.create(
                {
                    "product_id": row["product_id"],
                    "lot_id": row["lot_id"],
                    "shop_id": row["location_id"],
                    "available": row["quantity"],
                    "quantity": 0,
                }
            )
            for row in self.agreement_id._get_shop_rows(fields.Datetime.now())
        ]

    @api.depends("line_ids.quantity", "agreement_id", "operation")
    def _compute_warning(self):
        for transfer in self:
            transfer.warning = transfer._get_warning()

    def _get_warning(self):
        """Return what the user should know before confirming; an extension point."""
        over = self.line_ids.filtered(
            lambda line: line.product_id and line._is_more_than_available()
        )
        if self.operation in FROM_BALANCE and over:
            names = ", ".join(over.product_id.mapped("display_name"))
            return self.env._("More than is there: %s", names)
        return False

    def on_barcode_scanned(self, barcode):
        """Count one piece of the product, lot or serial with this barcode."""
        line = self._find_scanned_line(barcode)
        if not line:
            raise UserError(
                self.env._(
                    "The barcode %s belongs to nothing on this list. Was it lent under another "
                    "agreement?",
                    barcode,
                )
            )
        line.quantity += 1

    def _find_scanned_line(self, barcode):
        by_lot = self.line_ids.filtered(lambda line: line.lot_id.name == barcode)
        by_product = self.line_ids.filtered(lambda line: line.product_id.barcode == barcode)
        found = by_lot or by_product
        if found or self.operation in FROM_BALANCE:
            waiting = found.filtered(lambda line: line.quantity < line.available)
            return (waiting or found)[:1]
        product, lot = self._find_scanned_goods(barcode)
        return product and self.env["consignment.transfer.line"].new(
            {
                "transfer_id": self.id,
                "product_id": product.id,
                "lot_id": lot.id,
                "quantity": 0,
            }
        )

    def _find_scanned_goods(self, barcode):
        """Return the product with this barcode, or the one lot or serial of this name."""
        lots = self.env["stock.lot"]
        product = self.env["product.product"].search([("barcode", "=", barcode)], limit=1)
        if product:
            return product, lots
        found = lots.search(
            [("name", "=", barcode), ("company_id", "in", [False, self.company_id.id])], limit=2
        )
        lot = found if len(found) == 1 else lots
        return lot.product_id, lot

    def action_take_all(self):
        """Put everything that is there on the list (an action that shows it again)."""
        self.ensure_one()
        for line in self.line_ids:
            line.quantity = line.available
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "name": self._get_title(),
        }

    def _get_title(self):
        return dict(self._fields["operation"]._description_selection(self.env))[self.operation]

    def action_confirm(self):
        """Do it and say so, or show what was made (an action dictionary)."""
        self.ensure_one()
        return self._get_result_action(self._confirm())

    def action_confirm_print(self):
        """Do it and print the slip that goes with the goods (a report action)."""
        self.ensure_one()
        picking = self.env["stock.picking"].browse(self._confirm())
        report = self.env.ref("consignment.action_report_slip")
        return {**report.report_action(picking, config=False), "close_on_report_download": True}

    def _confirm(self):
        lines = [
            {**line._prepare_values(), "number": number}
            for number, line in enumerate(self.line_ids, 1)
            if line.quantity
        ]
        if not lines:
            raise UserError(self._get_nothing_message())
        date = self.date and fields.Datetime.to_string(self.date)
        if self.operation in ("fill_up", "pick_up"):
            return getattr(self.agreement_id, self.operation)(lines, date)
        return self.agreement_id.convert(lines, self.operation, self.partner_id.id, date)

    def _get_nothing_message(self):
        if self.operation == "fill_up":
            return self.env._("Add the articles and quantities that change hands.")
        return self.env._("Type a quantity on at least one line, or take all that is there.")

    def _get_result_action(self, result):
        if self.operation == "relend":
            return self.agreement_id.browse(result).get_formview_action()
        return self.env["stock.picking"].browse(result)._get_done_notification()


class ConsignmentTransferLine(models.TransientModel):
    _name = "consignment.transfer.line"
    _description = "Line of a Consignment Transfer"

    transfer_id = fields.Many2one("consignment.transfer", required=True, ondelete="cascade")
    operation = fields.Selection(related="transfer_id.operation")
    currency_id = fields.Many2one(related="transfer_id.currency_id")
    product_id = fields.Many2one(
        "product.product", required=True, domain="[('is_storable', '=', True)]"
    )
    tracking = fields.Selection(related="product_id.tracking")
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", domain="[('product_id', '=', product_id)]")
    shop_id = fields.Many2one("stock.location")
    available = fields.Float(
        "There", digits="Product Unit", compute="_compute_available", store=True
    )
    quantity = fields.Float(digits="Product Unit", default=1.0)
    uom_id = fields.Many2one(
        "uom.uom",
        "Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    price_unit = fields.Float(
        "Price", digits="Product Price", compute="_compute_price_unit", store=True, readonly=False
    )

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.product_id.uom_id

    @api.depends("product_id", "lot_id", "shop_id", "transfer_id.agreement_id")
    def _compute_available(self):
        """What can be taken: from the place, or from own stock for a fill-up."""
        for line in self:
            line.available = line._get_available() if line.product_id else 0.0

    def _get_available(self):
        agreement = self.transfer_id.agreement_id
        if self.transfer_id.operation == "fill_up":
            if agreement.kind in KINDS_IN:
                return 0.0
            source = agreement.warehouse_id.lot_stock_id
        else:
            source = agreement.location_id
            if self.shop_id:
                return agreement._get_free_in(self.shop_id, self.product_id, self.lot_id)
        quants = self.env["stock.quant"]
        return quants._get_available_quantity(self.product_id, source, lot_id=self.lot_id or None)

    @api.depends("product_id", "transfer_id.agreement_id")
    def _compute_price_unit(self):
        today = fields.Date.context_today(self)
        for line in self:
            agreement = line.transfer_id.agreement_id
            price = line.product_id and agreement._get_price(line.product_id, today)
            line.price_unit = price or 0.0

    def _is_more_than_available(self):
        quantity = self.uom_id._compute_quantity(
            self.quantity, self.product_id.uom_id, raise_if_failure=False
        )
        return self.product_id.uom_id.compare(quantity, self.available) > 0

    def _prepare_values(self):
        values = {
            "product_id": self.product_id.id,
            "quantity": self.quantity,
            "uom_id": self.uom_id.id,
            "lot_id": self.lot_id.id,
            "location_id": self.shop_id.id,
        }
        if self.price_unit:
            values["price_unit"] = self.price_unit
        return values
