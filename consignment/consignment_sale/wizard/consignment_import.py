import base64

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools.sheet import SheetError, check_rows


class ConsignmentImport(models.TransientModel):
    _name = "consignment.import"
    _description = "Import a Report of Sold Goods"

    report_id = fields.Many2one("consignment.report", required=True)
    currency_id = fields.Many2one(related="report_id.currency_id")
    file = fields.Binary(required=True)
    filename = fields.Char()
    line_ids = fields.One2many(
        "consignment.import.line",
        "import_id",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
    )
    message = fields.Char(compute="_compute_line_ids", compute_sudo=False, store=True)
    error_count = fields.Integer(compute="_compute_totals")
    shop_count = fields.Integer(related="report_id.shop_count")
    amount = fields.Monetary(compute="_compute_totals")

    # === PREVIEW === #

    @api.depends("file", "filename", "report_id")
    def _compute_line_ids(self):
        """Show what each row of the file would become, or what is wrong with it."""
        for wizard in self:
            try:
                rows = wizard._check_rows() if wizard.file and wizard.report_id else []
                wizard.message = False
            except SheetError as error:
                rows, wizard.message = [], wizard._get_message(error)
            wizard.line_ids = [Command.clear()] + [Command.create(row) for row in rows]

    @api.depends("line_ids")
    def _compute_totals(self):
        for wizard in self:
            wizard.error_count = len(wizard.line_ids.filtered("error"))
            wizard.amount = sum(wizard.line_ids.mapped("subtotal"))

    def _check_rows(self):
        """Return the values of the preview lines; each row is judged on its own."""
        checked = [
            self._check_row(row) for row in check_rows(self._get_content(), self._get_name())
        ]
        self._mark_doubles(checked)
        return checked

    def _get_content(self):
        # While the dialog is open the client hands over text, once saved it is bytes.
        return base64.b64decode(self.with_context(bin_size=False).file)

    def _get_name(self):
        return self.filename or ""

    def _check_row(self, row):
        values = {
            "row": row["row"],
            "name": row["product"],
            "lot_name": row["lot"],
            "shop_name": row["shop"],
            "quantity": row["quantity"],
            "price_unit": row["price"] or 0.0,
            "has_price": row["price"] is not None,
        }
        try:
            if row["error"]:
                return {**values, "error": self._get_message(row["error"])}
            product = self._find_product(row)
            values["product_id"] = product.id
            lot = self._find_lot(row, product)
            values["lot_id"] = lot.id
            values["location_id"] = self._find_shop(row).id
            self._check_line(values, product)
        except UserError as error:
            values["error"] = str(error)
        return values

    def _check_line(self, values, product):
        """Read the row as the settlement will, with the number of the row in the file."""
        line = {
            "product_id": product.id,
            "quantity": values["quantity"],
            "lot_id": values["lot_id"],
        }
        if values["has_price"]:
            line["price_unit"] = values["price_unit"]
        self.report_id.agreement_id._parse_line(line, values["row"])

    def _mark_doubles(self, checked):
        """A code in one row and a barcode in another may name the same article."""
        seen = {}
        for values in checked:
            key = tuple(values.get(name) for name in ("product_id", "lot_id", "location_id"))
            if not key[0]:
                continue
            if key in seen and not values.get("error"):
                error = SheetError("double", row=values["row"], first=seen[key])
                values["error"] = self._get_message(error)
            seen.setdefault(key, values["row"])

    # === IMPORT === #

    def action_import(self):
        """Replace the lines of the report by those of the file (an action dictionary).

        :raises UserError: with the rows that are wrong; the report stays as it was
        """
        self.ensure_one()
        self.report_id.check_access("write")
        try:
            rows = self._check_rows()
        except SheetError as error:
            raise UserError(self._get_message(error)) from error
        self._refuse_errors(rows)
        lines = [Command.create(self._prepare_line(row)) for row in rows]
        self.report_id.write({"line_ids": [Command.clear(), *lines], "source": "file"})
        return {"type": "ir.actions.act_window_close"}

    def _refuse_errors(self, rows):
        errors = [row["error"] for row in rows if row.get("error")]
        if errors:
            shown = errors[:20]
            if len(errors) > 20:
                shown.append(self.env._("… and %s more", len(errors) - 20))
            raise UserError("\n".join(shown))

    def _prepare_line(self, row):
        product = self.env["product.product"].browse(row["product_id"])
        values = {
            "product_id": product.id,
            "quantity": row["quantity"],
            "uom_id": product.uom_id.id,
            "lot_id": row["lot_id"],
            "location_id": row["location_id"],
        }
        if row["has_price"]:
            values["price_unit"] = row["price_unit"]
        return values

    # === READING === #

    def _get_message(self, error):
        values = error.values
        return {
            "empty": lambda: self.env._("The file has no rows."),
            "format": lambda: self.env._("This is neither a CSV nor an Excel (xlsx) file."),
            "columns": lambda: self.env._(
                "The first row must name the columns product (产品编码) and quantity (数量); "
                "missing: %(missing)s, found: %(found)s.",
                missing=", ".join(self._get_column_name(name) for name in values["missing"]),
                found=", ".join(values["found"]),
            ),
            "double_column": lambda: self.env._("The column “%s” appears twice.", values["column"]),
            "product": lambda: self.env._("Row %s: the product is missing.", values["row"]),
            "number": lambda: self.env._(
                "Row %(row)s: “%(value)s” is not a number.",
                row=values["row"],
                value=values["value"],
            ),
            "double": lambda: self.env._(
                "Row %(row)s repeats row %(first)s.", row=values["row"], first=values["first"]
            ),
        }[error.code]()

    def _get_column_name(self, name):
        names = {"product": self.env._("product"), "quantity": self.env._("quantity")}
        return names.get(name, name)

    def _find_product(self, row):
        products = self.env["product.product"]
        for field in ("default_code", "barcode", "name"):
            found = products.search([(field, "=", row["product"])], limit=2)
            if len(found) == 1:
                return found
            if found:
                raise UserError(
                    self.env._(
                        "Row %(row)s: “%(product)s” names several products.",
                        row=row["row"],
                        product=row["product"],
                    )
                )
        raise UserError(
            self.env._(
                "Row %(row)s: there is no product “%(product)s”.",
                row=row["row"],
                product=row["product"],
            )
        )

    def _find_lot(self, row, product):
        lots = self.env["stock.lot"]
        if not row["lot"]:
            return lots
        lot = lots.search([("name", "=", row["lot"]), ("product_id", "=", product.id)], limit=1)
        if not lot:
            raise UserError(
                self.env._(
                    "Row %(row)s: %(product)s has no lot “%(lot)s”.",
                    row=row["row"],
                    product=product.display_name,
                    lot=row["lot"],
                )
            )
        return lot

    def _find_shop(self, row):
        """Return the shop of the dealer with the name in the row."""
        agreement = self.report_id.agreement_id
        shops = agreement._get_shops()
        shop = shops.filtered(lambda place: place.name.lower() == row["shop"].lower())[:1]
        if row["shop"] and not shop:
            raise UserError(
                self.env._(
                    "Row %(row)s: the dealer has no shop “%(shop)s”; there are: %(shops)s.",
                    row=row["row"],
                    shop=row["shop"],
                    shops=", ".join(shops.mapped("name")) or self.env._("none"),
                )
            )
        return shop


class ConsignmentImportLine(models.TransientModel):
    _name = "consignment.import.line"
    _description = "Row of an Imported File"
    _order = "row, id"

    import_id = fields.Many2one("consignment.import", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="import_id.currency_id")
    row = fields.Integer(readonly=True)
    name = fields.Char("In the File", readonly=True)
    lot_name = fields.Char("Lot in the File", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", readonly=True)
    shop_name = fields.Char("Shop in the File", readonly=True)
    location_id = fields.Many2one("stock.location", "Shop", readonly=True)
    available = fields.Float("There", digits="Product Unit", compute="_compute_available")
    quantity = fields.Float("Sold", digits="Product Unit", readonly=True)
    has_price = fields.Boolean(readonly=True)
    price_unit = fields.Float("Price", digits="Product Price", readonly=True)
    subtotal = fields.Monetary("Amount", compute="_compute_subtotal")
    error = fields.Text(readonly=True)

    @api.depends("product_id", "lot_id", "location_id", "import_id.report_id")
    def _compute_available(self):
        agreement = self.import_id.report_id.agreement_id
        rows = agreement._get_shop_rows(fields.Datetime.now())
        for line in self:
            line.available = agreement._count_there(
                rows, line.product_id, line.lot_id, line.location_id
            )

    @api.depends("product_id", "quantity", "price_unit", "has_price", "import_id.report_id.date")
    def _compute_subtotal(self):
        for line in self:
            report, price = line.import_id.report_id, line.price_unit
            if not line.has_price and line.product_id and report:
                price = report.agreement_id._get_settlement_price(line.product_id, report.date)
            line.subtotal = 0.0 if line.error else line.quantity * price
