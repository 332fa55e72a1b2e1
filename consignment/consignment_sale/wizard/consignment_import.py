import base64

from odoo import Command, fields, models
from odoo.exceptions import UserError

from ..tools.sheet import SheetError, read_rows


class ConsignmentImport(models.TransientModel):
    _name = "consignment.import"
    _description = "Import a Report of Sold Goods"

    report_id = fields.Many2one("consignment.report", required=True)
    file = fields.Binary(required=True)
    filename = fields.Char()

    def action_import(self):
        """Replace the lines of the report by those of the file (an action dictionary).

        :raises UserError: with the row of the file; the report stays as it was
        """
        self.ensure_one()
        self.report_id.check_access("write")
        rows = self._read_rows()
        lines = [self._prepare_line(row) for row in rows]
        self._refuse_doubles(rows, lines)
        self.report_id.write(
            {
                "line_ids": [Command.clear()] + [Command.create(values) for values in lines],
                "source": "file",
            }
        )
        return {"type": "ir.actions.act_window_close"}

    def _refuse_doubles(self, rows, lines):
        """A code in one row and a barcode in another may name the same article."""
        seen = {}
        for row, values in zip(rows, lines, strict=True):
            key = (values["product_id"], values["lot_id"])
            if key in seen:
                raise UserError(
                    self._get_message(SheetError("double", row=row["row"], first=seen[key]))
                )
            seen[key] = row["row"]

    def _read_rows(self):
        try:
            return read_rows(base64.b64decode(self.file), self.filename or "")
        except SheetError as error:
            raise UserError(self._get_message(error)) from error

    def _get_message(self, error):
        values = error.values
        return {
            "empty": lambda: self.env._("The file has no rows."),
            "format": lambda: self.env._("This is neither a CSV nor an Excel (xlsx) file."),
            "columns": lambda: self.env._(
                "The first row must name the columns product (产品编码) and quantity (数量); "
                "missing: %(missing)s, found: %(found)s.",
                missing=", ".join(values["missing"]),
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

    def _prepare_line(self, row):
        product = self._find_product(row)
        values = {
            "product_id": product.id,
            "quantity": row["quantity"],
            "uom_id": product.uom_id.id,
            "lot_id": self._find_lot(row, product).id,
        }
        if row["price"] is not None:
            values["price_unit"] = row["price"]
        # As the settlement will read it, with the number of the row in the file.
        self.report_id.agreement_id._parse_line(values, row["row"])
        return values

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
