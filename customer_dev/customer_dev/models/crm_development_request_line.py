from odoo import api, fields, models


class CrmDevelopmentRequestLine(models.Model):
    _name = "crm.development.request.line"
    _description = "Goods and Amounts of a Development Application"
    _order = "sequence, id"

    request_id = fields.Many2one(
        "crm.development.request", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one("product.product")
    name = fields.Char(
        string="Goods",
        compute="_compute_name",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    quantity = fields.Float(string="Quantity per Year", default=1.0, digits="Product Unit")
    price_unit = fields.Float(
        string="Price",
        compute="_compute_price_unit",
        store=True,
        precompute=True,
        readonly=False,
        digits="Product Price",
    )
    amount = fields.Monetary(compute="_compute_amount", store=True)
    currency_id = fields.Many2one(related="request_id.currency_id")

    @api.depends("product_id")
    def _compute_name(self):
        for line in self:
            line.name = line.product_id.display_name or line.name

    @api.depends("product_id")
    def _compute_price_unit(self):
        for line in self:
            line.price_unit = line.product_id.lst_price or line.price_unit

    @api.depends("quantity", "price_unit")
    def _compute_amount(self):
        for line in self:
            line.amount = line.quantity * line.price_unit
