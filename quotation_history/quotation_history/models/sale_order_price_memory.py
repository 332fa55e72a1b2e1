from odoo import api, models
from odoo.tools import SQL

#: what the statement returns of a saved line after its memory
SAVED_COLUMNS = (
    SQL("asked.order_id, asked.company_id, asked.currency_id, asked.commercial_partner_id"),
    SQL("asked.partner_id, asked.product_id, asked.uom_id, asked.quantity"),
)


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
        for question in self._get_price_memory_questions():
            memory = self.env["sale.order.line"]._get_price_memory(question)
            result += [
                {
                    "line_id": request["key"],
                    "product_id": request["product_id"],
                    "currency_id": request["currency"].id,
                    "uom_id": request["uom_id"],
                    **memory[request["key"]],
                }
                for request in question["requests"]
            ]
        return result

    def _get_price_memory_questions(self):
        """Return the saved product lines by order with their memory, read with one statement.

        :return: list of dicts ``commercial_partner_id, partner_id, company, requests, rows`` as
            ``sale.order.line._get_price_memory()`` takes them
        """
        if not self.ids:
            return []
        memory = self.env["sale.price.memory"]
        self.env["sale.order.line"].flush_model(["sequence"])
        self.env["sale.order"].flush_model(["currency_id"])
        questions = {}
        for row in memory._execute_memory_query(
            memory._get_memory_query(self._get_saved_lines_query(), SAVED_COLUMNS)
        ):
            line, order_id = row[0], row[10]
            question = questions.get(order_id)
            if question is None:
                question = questions[order_id] = self._prepare_price_memory_question(*row[11:15])
            if line not in question["rows"]:
                question["rows"][line] = []
                question["requests"].append(
                    {
                        "key": line,
                        "product_id": row[15],
                        "uom_id": row[16],
                        "quantity": row[17],
                        "currency": question["currency"],
                    }
                )
            question["rows"][line].append(row)
        return [questions[order_id] for order_id in sorted(questions)]

    def _prepare_price_memory_question(self, company_id, currency_id, commercial_id, partner_id):
        return {
            "company": self.env["res.company"].browse(company_id),
            "currency": self.env["res.currency"].browse(currency_id),
            "commercial_partner_id": commercial_id,
            "partner_id": partner_id,
            "requests": [],
            "rows": {},
        }

    def _get_saved_lines_query(self):
        """Return the SQL of the product lines of these orders, with customer, company and unit."""
        return SQL(
            """SELECT l.id, l.sequence AS position, l.order_id, o.company_id, o.currency_id,
                      o.commercial_partner_id, o.family, o.partner_id, l.product_id,
                      l.product_uom_id AS uom_id, l.product_uom_qty::float AS quantity
                 FROM (SELECT o.id, o.company_id, o.currency_id, o.partner_id,
                              p.commercial_partner_id, %s AS family
                         FROM sale_order o
                         JOIN res_partner p ON p.id = o.partner_id
                        WHERE o.id = ANY(%s)
                       OFFSET 0) o
                 JOIN sale_order_line l ON l.order_id = o.id
                WHERE l.display_type IS NULL
                  AND l.is_downpayment IS NOT TRUE
                  AND l.product_id IS NOT NULL
                  AND l.product_uom_id IS NOT NULL""",
            self.env["sale.price.memory"]._get_family_query(SQL("p.commercial_partner_id")),
            self.ids,
        )
