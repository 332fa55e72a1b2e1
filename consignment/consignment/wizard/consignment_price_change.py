from odoo import api, fields, models


class ConsignmentPriceChange(models.TransientModel):
    _name = "consignment.price.change"
    _description = "New Prices of Goods Still Out"

    agreement_id = fields.Many2one("consignment.agreement", required=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    note = fields.Char("Reason")
    line_ids = fields.One2many(
        "consignment.price.change.line",
        "change_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("agreement_id")
    def _compute_line_ids(self):
        today = fields.Date.context_today(self)
        for change in self:
            agreement = change.agreement_id
            products = self.env["product.product"].browse(
                {row["product_id"] for row in agreement.get_balance()} if agreement else []
            )
            change.line_ids = [(5, 0, 0)] + [
                (
                    0,
                    0,
                    {
                        "product_id": product.id,
                        "old_price": agreement._get_price(product, today) or 0.0,
                        "price_unit": agreement._get_price(product, today) or 0.0,
                    },
                )
                for product in products
            ]

    def action_confirm(self):
        """Agree the changed prices (an action dictionary that closes the dialog)."""
        self.ensure_one()
        changed = self.line_ids.filtered(lambda line: line.price_unit != line.old_price)
        self.agreement_id.adjust_price(
            [{"product_id": line.product_id.id, "price_unit": line.price_unit} for line in changed],
            fields.Date.to_string(self.date_from),
            self.note or "",
        )
        return {"type": "ir.actions.act_window_close"}


class ConsignmentPriceChangeLine(models.TransientModel):
    _name = "consignment.price.change.line"
    _description = "New Price"

    change_id = fields.Many2one("consignment.price.change", required=True, ondelete="cascade")
    product_id = fields.Many2one(
        "product.product", required=True, domain="[('is_storable', '=', True)]"
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    old_price = fields.Float("Price So Far", digits="Product Price", readonly=True)
    price_unit = fields.Float("New Price", digits="Product Price", required=True)
