from odoo import fields, models
from odoo.tools import SQL


class SalePriceDeviation(models.Model):
    """Net prices against the published prices of their day, by salesperson and product."""

    _name = "sale.price.deviation"
    _description = "Price Deviation"
    _auto = False
    _rec_name = "product_id"
    _order = "id desc"

    date = fields.Datetime(string="Order Date", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    state = fields.Selection(
        # described, not copied: so its labels are translated
        selection=lambda self: (
            self.env["sale.order"]._fields["state"]._description_selection(self.env)
        ),
        string="Status",
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    price_origin = fields.Selection(
        # described, not copied: so its labels are translated
        selection=lambda self: (
            self.env["sale.order.line"]._fields["price_origin"]._description_selection(self.env)
        ),
        readonly=True,
    )
    quantity = fields.Float(readonly=True)
    published_amount = fields.Monetary(string="At Published Prices", readonly=True)
    net_amount = fields.Monetary(string="At Net Prices", readonly=True)
    deviation_amount = fields.Monetary(string="Deviation", readonly=True)
    deviation = fields.Float(
        string="Deviation (%)",
        readonly=True,
        aggregator="avg",
        help="Average of the lines; the amounts give the weighted one.",
    )

    @property
    def _table_query(self):
        return SQL(
            """SELECT l.id, o.date_order AS date, o.id AS order_id, o.state, o.company_id,
                      o.user_id, o.team_id, o.partner_id, l.product_id, tmpl.categ_id,
                      l.price_origin, l.product_uom_qty AS quantity,
                      l.published_price * l.product_uom_qty / rate.value AS published_amount,
                      net.price * l.product_uom_qty / rate.value AS net_amount,
                      (net.price - l.published_price) * l.product_uom_qty / rate.value
                          AS deviation_amount,
                      l.price_deviation AS deviation
                 FROM sale_order_line l
                 JOIN sale_order o ON o.id = l.order_id
                 JOIN product_product product ON product.id = l.product_id
                 JOIN product_template tmpl ON tmpl.id = product.product_tmpl_id
                CROSS JOIN LATERAL (
                      SELECT COALESCE(NULLIF(o.currency_rate, 0), 1) AS value) rate
                CROSS JOIN LATERAL (
                      SELECT l.price_unit * (1 - COALESCE(l.discount, 0) / 100) AS price) net
                WHERE l.published_price > 0
                  AND l.display_type IS NULL
                  AND l.product_uom_qty > 0
                  AND l.price_unit > 0
                  AND o.state <> 'cancel'"""
        )
