from odoo import api, models
from odoo.tools import SQL


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.readonly
    def get_price_memory(self):
        """Return what the customer of each order last paid and was last quoted.

        Prices are net unit prices in the line's currency and unit of measure, of the whole
        commercial family, in the order's company. ``min_price, max_price, avg_price, count``
        cover the sales of the last twelve months. A price is ``False`` where there is none.

        :return: list with one dict per product line: ``line_id, product_id, currency_id,
            uom_id, last_sold_price, last_sold_date, last_quoted_price, last_quoted_date,
            agreed_price, min_price, max_price, avg_price, count``
        :raise AccessError: an order the user may not read
        """
        self.check_access("read")
        result = []
        for order_lines in self._get_price_memory_requests():
            memory = self.env["sale.order.line"]._get_price_memory(order_lines)
            result += [
                {
                    "line_id": request["key"],
                    "product_id": request["product_id"],
                    "currency_id": request["currency"].id,
                    "uom_id": request["uom_id"],
                    **memory[request["key"]],
                }
                for request in order_lines["requests"]
            ]
        return result

    def _get_price_memory_requests(self):
        """Return the saved product lines by order, read with one statement.

        :return: list of dicts ``commercial_partner_id, company, requests`` as
            ``sale.order.line._get_price_memory()`` takes them
        """
        if not self.ids:
            return []
        self.env["sale.order.line"].flush_model(["order_id", "product_id", "product_uom_id"])
        self.env["sale.order"].flush_model(["partner_id", "company_id", "currency_id"])
        groups = {}
        for row in self.env.execute_query(self._get_price_memory_lines_query()):
            line_id, product_id, uom_id, quantity, order_id, currency_id, company_id = row[:7]
            group = groups.setdefault(
                order_id,
                {
                    "commercial_partner_id": row[7],
                    "company": self.env["res.company"].browse(company_id),
                    "partner_id": row[8],
                    "family_ids": row[11],
                    "requests": [],
                },
            )
            group["requests"].append(
                {
                    "key": line_id,
                    "product_id": product_id,
                    "uom_id": uom_id,
                    "quantity": quantity,
                    "currency": self.env["res.currency"].browse(currency_id),
                    "factor": row[9],
                    "root": row[10],
                }
            )
        return list(groups.values())

    def _get_price_memory_lines_query(self):
        return SQL(
            """WITH orders AS MATERIALIZED (
                    SELECT o.id, o.currency_id, o.company_id, p.commercial_partner_id,
                           p.id AS partner_id,
                           ARRAY(SELECT f.id FROM res_partner f
                                  WHERE f.commercial_partner_id = p.commercial_partner_id)
                               AS family_ids
                      FROM sale_order o
                      JOIN res_partner p ON p.id = o.partner_id
                     WHERE o.id = ANY(%(orders)s))
               SELECT l.id, l.product_id, l.product_uom_id, l.product_uom_qty::float, o.id,
                      o.currency_id, o.company_id, o.commercial_partner_id, o.partner_id,
                      uom.factor::float, split_part(uom.parent_path, '/', 1), o.family_ids
                 FROM sale_order_line l
                 JOIN orders o ON o.id = l.order_id
                 JOIN uom_uom uom ON uom.id = l.product_uom_id
                WHERE l.order_id = ANY(%(orders)s)
                  AND l.display_type IS NULL
                  AND l.is_downpayment IS NOT TRUE
                  AND l.product_id IS NOT NULL
                ORDER BY l.order_id, l.sequence, l.id""",
            orders=self.ids,
        )
