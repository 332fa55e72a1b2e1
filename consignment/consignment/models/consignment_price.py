from odoo import api, fields, models
from odoo.exceptions import UserError


class ConsignmentPrice(models.Model):
    """The prices of an agreement from a date on; kept, never overwritten."""

    _name = "consignment.price"
    _description = "Agreed Consignment Price"
    _order = "agreement_id, product_id, date_from desc, id desc"
    _check_company_auto = True

    agreement_id = fields.Many2one(
        "consignment.agreement", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    product_id = fields.Many2one("product.product", required=True, index=True, check_company=True)
    uom_id = fields.Many2one(related="product_id.uom_id")
    price_unit = fields.Float("Price", required=True, digits="Product Price")
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    note = fields.Char("Reason")
    is_used = fields.Boolean(
        readonly=True, copy=False, help="Something was settled at this price: it is history."
    )

    _agreement_product_date = models.Index("(agreement_id, product_id, date_from DESC)")
    _check_price = models.Constraint("CHECK(price_unit >= 0)", "A price cannot be negative.")

    def write(self, vals):
        self._check_history(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_history({"price_unit": None})

    def _check_history(self, vals):
        if {"price_unit", "date_from", "product_id", "agreement_id"} & set(vals):
            if self.filtered("is_used"):
                raise UserError(
                    self.env._("Goods were settled at this price. Add a new price from a date.")
                )
        if "is_used" in vals and not vals["is_used"]:
            raise UserError(self.env._("A price that was used stays used."))
