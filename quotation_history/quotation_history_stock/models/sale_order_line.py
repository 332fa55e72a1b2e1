from odoo import api, fields, models
from odoo.tools import formatLang

#: how many lots in stock a line names, the dearest first
SHOWN_LOTS = 5


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    lot_costs = fields.Char(
        string="Cost of Lots",
        compute="_compute_lot_costs",
        groups="quotation_history.group_see_margin",
        help="Products valued by lot: what the reserved or delivered lots cost per unit of the "
        "line, or the dearest lots in stock while none is chosen.",
    )

    @api.depends_context("lang")
    @api.depends("product_id", "product_uom_id", "order_id.currency_id")
    def _compute_lot_costs(self):
        self.lot_costs = False
        lines = self.filtered("product_id.lot_valuated")
        in_stock = lines._get_lots_in_stock()
        for line in lines:
            lots = line.move_ids.move_line_ids.lot_id or line._get_dearest_lots(in_stock)
            line.lot_costs = " · ".join(line._format_lot_cost(lot) for lot in lots[:SHOWN_LOTS])

    def _get_lots_in_stock(self):
        """Return ``{(company id, product id): ids of lots in stock}``, read at once."""
        domain = [
            ("product_id", "in", self.product_id._origin.ids),
            ("lot_id", "!=", False),
            ("quantity", ">", 0),
            ("location_id.usage", "=", "internal"),
            ("company_id", "in", self.company_id.ids),
        ]
        # sudo: salespeople may not look into the stock; only the lot's name and cost are shown,
        # and only to those who may see costs
        quants = self.env["stock.quant"].sudo()
        groups = quants._read_group(domain, ["company_id", "product_id"], ["lot_id:array_agg"])
        return {(company.id, product.id): ids for company, product, ids in groups}

    def _get_dearest_lots(self, in_stock):
        ids = in_stock.get((self.company_id.id, self.product_id._origin.id), ())
        # sudo: see _get_lots_in_stock()
        lots = self.env["stock.lot"].sudo().with_company(self.company_id).browse({*ids})
        return lots.sorted(lambda lot: (-lot.standard_price, lot.id))

    def _format_lot_cost(self, lot):
        lot = lot.sudo().with_company(self.company_id)  # sudo: see _get_lots_in_stock()
        cost = self.product_id.uom_id._compute_price(lot.standard_price, self.product_uom_id)
        currency = self.currency_id or self.company_id.currency_id
        price = self.company_id.currency_id._convert(
            cost, currency, self.company_id, fields.Date.context_today(self), round=False
        )
        return f"{lot.name}: {formatLang(self.env, price, currency_obj=currency)}"
