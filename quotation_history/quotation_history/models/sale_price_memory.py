from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import price_math

MEMORY_KEYS = (
    "last_sold_price",
    "last_sold_date",
    "last_quoted_price",
    "last_quoted_date",
    "agreed_price",
    "min_price",
    "max_price",
    "avg_price",
    "count",
)
EMPTY_MEMORY = dict.fromkeys(MEMORY_KEYS, False) | {"count": 0}

#: what the statement returns of each line, see :meth:`SalePriceMemory._get_memory_query`
MEMORY_COLUMNS = (
    SQL("asked.id, found.kind, found.currency_id, found.date, found.last, found.low"),
    SQL("found.high, found.total, found.count"),
    # the factor to a price per unit of the line, NULL where the units have nothing in common;
    # looked up only where the units differ, as a join would cost every line
    SQL(
        """CASE WHEN found.uom_id = asked.uom_id THEN 1.0 ELSE (
            SELECT wanted.factor::float / NULLIF(uom.factor, 0)::float
              FROM uom_uom uom, uom_uom wanted
             WHERE uom.id = found.uom_id AND wanted.id = asked.uom_id
               AND split_part(uom.parent_path, '/', 1) = split_part(wanted.parent_path, '/', 1)
           ) END"""
    ),
)


class SalePriceMemory(models.AbstractModel):
    """What customers paid and were quoted: a query, never a table.

    Prices are net unit prices, brought to a unit of measure and a currency the caller names.
    A foreign currency is converted at the rate of today, because the question asked is what
    that price would be now.
    """

    _name = "sale.price.memory"
    _description = "Price Memory"

    # === QUERIES === #

    @api.model
    def _get_family_ids(self, commercial_partner_id):
        """Return the ids of the commercial family, archived contacts included.

        They are resolved before the look-up: the planner chooses the index on customer and
        product only when it sees how many customers there are.
        """
        return [
            row[0]
            for row in self.env.execute_query(
                SQL(
                    "SELECT id FROM res_partner WHERE commercial_partner_id = %s",
                    commercial_partner_id,
                )
            )
        ]

    @api.model
    def _get_sold_conditions(self):
        """Return the SQL conditions that make the order line ``l`` a sale that counts.

        Excluded are returns (negative quantities), gifts and rewards (nothing was paid),
        and lines whose whole invoiced quantity was credited again.
        """
        return [
            SQL("l.state = 'sale'"),
            SQL("l.display_type IS NULL"),
            SQL("l.is_downpayment IS NOT TRUE"),
            SQL("l.product_uom_qty > 0"),
            SQL("l.price_unit > 0"),
            SQL("COALESCE(l.discount, 0) < 100"),
            # A scalar subquery with a limit is looked up line by line, and only for lines without
            # an invoiced quantity; an EXISTS may be turned into a scan of all credit notes. What
            # a customer is debited less for, on a quantity above zero, is a credit note.
            SQL(
                """CASE WHEN COALESCE(l.qty_invoiced, 0) > 0 THEN TRUE ELSE (
                    SELECT 1
                      FROM sale_order_line_invoice_rel rel
                      JOIN account_move_line aml ON aml.id = rel.invoice_line_id
                     WHERE rel.order_line_id = l.id
                       AND aml.parent_state = 'posted'
                       AND aml.quantity > 0
                       AND aml.balance > 0
                     LIMIT 1) IS NULL END"""
            ),
        ]

    @api.model
    def _get_sold_query(self, where):
        """Return the select of sold prices, restricted by the ``where`` conditions."""
        return SQL(
            """SELECT l.id, l.product_id, l.product_uom_id AS uom_id, l.currency_id,
                      l.price_unit::float * (1 - COALESCE(l.discount, 0)::float / 100) AS price,
                      o.date_order AS date
                 FROM sale_order_line l
                 JOIN sale_order o ON o.id = l.order_id
                WHERE %s""",
            SQL(" AND ").join([*self._get_sold_conditions(), *where]),
        )

    @api.model
    def _get_quoted_query(self, where):
        """Return the select of quoted prices, restricted by the ``where`` conditions."""
        return SQL(
            """SELECT l.id, l.product_id, l.uom_id, l.currency_id,
                      l.price_net AS price, l.date
                 FROM sale_offer_line l
                WHERE %s""",
            SQL(" AND ").join([*self._get_quoted_conditions(), *where]),
        )

    @api.model
    def _get_quoted_conditions(self):
        """Return the SQL conditions that make the offer line ``l`` a price the customer saw."""
        return [
            SQL("l.date IS NOT NULL"),
            SQL("l.display_type IS NULL"),
            SQL("l.product_id IS NOT NULL"),
            SQL("l.qty > 0"),
            SQL("l.price_net > 0"),
        ]

    @api.model
    def _get_memory_query(self, asked, columns=()):
        """Return the one statement behind the memory of any number of lines.

        Each line is looked up by itself and for one contact after the other, so that the index on
        customer and product is the cheapest whatever the database knows or does not know about
        its tables: what lies behind ``LATERAL`` and ``OFFSET 0``, ``LIMIT`` or ``GROUP BY`` is
        never turned into a join of whole tables, nor of all lines with all answers.

        :param asked: SQL of the lines asked about, with the columns ``id, position, product_id,
            uom_id, company_id, commercial_partner_id, family`` (the ids of its contacts)
        :param columns: SQL of further columns of ``asked`` to return after the memory's own
        :return: SQL giving ``id, kind, currency_id, date, last, low, high, total, count,
            unit_rate`` and ``columns``; lines without any memory have no ``kind``
        """
        return SQL(
            """SELECT %(columns)s
                 FROM (%(asked)s OFFSET 0) asked
                 LEFT JOIN LATERAL (%(sold)s UNION ALL (%(quoted)s)) found ON TRUE
                ORDER BY asked.position, asked.id, found.date, found.id""",
            asked=asked,
            sold=self._get_sold_summary_query(),
            quoted=self._get_last_quoted_query(),
            columns=SQL(", ").join([*MEMORY_COLUMNS, *columns]),
        )

    @api.model
    def _get_sold_summary_query(self):
        """Return the select of last price and range of twelve months by unit and currency.

        One aggregation: the last price is the first of the group's prices by date, so that the
        lines are read once and nothing is joined to itself.
        """
        return SQL(
            """SELECT 'sold' AS kind, sale.uom_id, sale.currency_id,
                      max(sale.date) AS date, max(sale.id) AS id,
                      (array_agg(sale.price ORDER BY sale.date DESC, sale.id DESC))[1] AS last,
                      min(sale.price) FILTER (WHERE sale.date >= %(since)s) AS low,
                      max(sale.price) FILTER (WHERE sale.date >= %(since)s) AS high,
                      sum(sale.price) FILTER (WHERE sale.date >= %(since)s) AS total,
                      count(*) FILTER (WHERE sale.date >= %(since)s) AS count
                 FROM unnest(asked.family) AS member(id)
                CROSS JOIN LATERAL (%(sold)s OFFSET 0) sale
                GROUP BY sale.uom_id, sale.currency_id""",
            sold=self._get_sold_query(
                [
                    SQL("l.order_partner_id = member.id"),
                    SQL("l.product_id = asked.product_id"),
                    SQL("l.company_id = asked.company_id"),
                ]
            ),
            since=fields.Datetime.now() - relativedelta(months=12),
        )

    @api.model
    def _get_last_quoted_query(self):
        """Return the select of the price the line's product was last quoted at."""
        return SQL(
            """SELECT 'quoted', quote.uom_id, quote.currency_id, quote.date, quote.id,
                      quote.price::float, NULL, NULL, NULL, 0
                 FROM (%s ORDER BY l.date DESC, l.id DESC LIMIT 1) quote""",
            self._get_quoted_query(
                [
                    SQL("l.partner_id = asked.commercial_partner_id"),
                    SQL("l.product_id = asked.product_id"),
                    SQL("l.company_id = asked.company_id"),
                ]
            ),
        )

    @api.model
    def _get_family_query(self, commercial_partner_id):
        """Return the SQL of an array of all contacts of a customer, archived ones included."""
        return SQL(
            "ARRAY(SELECT id FROM res_partner WHERE commercial_partner_id = %s)",
            commercial_partner_id,
        )

    @api.model
    def _get_typed_lines_query(self, commercial_partner_id, company_id, product_ids, uom_ids=()):
        """Return the SQL of lines that may not be saved yet: one for each product, numbered."""
        return SQL(
            """SELECT number AS id, number AS position, product_id, uom_id,
                      %(company)s AS company_id, %(partner)s AS commercial_partner_id, family
                 FROM unnest(%(products)s, %(units)s::int[])
                      WITH ORDINALITY AS typed(product_id, uom_id, number),
                      (SELECT %(family)s AS family OFFSET 0) customer""",
            company=company_id,
            partner=commercial_partner_id,
            products=list(product_ids),
            units=list(uom_ids),
            family=self._get_family_query(commercial_partner_id),
        )

    @api.model
    def _flush_for_memory(self):
        """Write pending values of the fields the statements read."""
        self.env["sale.order"].flush_model(["state", "date_order", "company_id", "partner_id"])
        self.env["sale.order.line"].flush_model(
            [
                "order_id",
                "order_partner_id",
                "company_id",
                "currency_id",
                "state",
                "product_id",
                "product_uom_id",
                "product_uom_qty",
                "price_unit",
                "discount",
                "qty_invoiced",
                "display_type",
                "is_downpayment",
            ]
        )
        self.env["account.move.line"].flush_model(
            ["parent_state", "quantity", "balance", "sale_line_ids"]
        )
        self.env["sale.offer"].flush_model()
        self.env["sale.offer.line"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["uom.uom"].flush_model(["factor", "parent_path"])

    # === MEMORY === #

    @api.model
    def _get_memory(self, commercial_partner_id, company, requests, rows=None):
        """Return the memory of one customer for any number of lines, with one query.

        :param int commercial_partner_id: head of the customer's family
        :param company: the ``res.company`` whose sales count
        :param requests: dicts ``key, product_id, currency, uom_id``: the product, and the
            currency record and unit of measure the prices are wanted in
        :param rows: rows of the memory by ``key``, looked up if not given
        :return: dict of ``key`` to a dict of ``MEMORY_KEYS``
        """
        if rows is None:
            rows = self._find_memory_rows(commercial_partner_id, company, requests)
        rates = {}
        return {
            request["key"]: self._read_memory_rows(
                rows.get(request["key"], ()), request, company, rates
            )
            for request in requests
        }

    @api.model
    def _find_memory_rows(self, commercial_partner_id, company, requests):
        asked = [request for request in requests if request["product_id"]]
        if not asked or not commercial_partner_id or not company:
            return {}
        lines = self._get_typed_lines_query(
            commercial_partner_id,
            company.id,
            [request["product_id"] for request in asked],
            [request["uom_id"] for request in asked],
        )
        rows = defaultdict(list)
        for row in self._execute_memory_query(self._get_memory_query(lines)):
            rows[asked[row[0] - 1]["key"]].append(row)
        return rows

    @api.model
    def _execute_memory_query(self, query):
        """Return the rows of a statement about the memory.

        Deliberately below the record rules: a salesperson who may only open the own documents
        still has to know what the customer paid to a colleague. Only prices and dates come back,
        no document.
        """
        self._flush_for_memory()
        return self.env.execute_query(query)

    @api.model
    def _get_empty_memory(self):
        return {**EMPTY_MEMORY}

    @api.model
    def _read_memory_rows(self, rows, request, company, rates):
        """Return the memory values of one line from the rows of its product."""
        values = self._get_empty_memory()
        spans = []
        for row in rows:  # the newest last
            _id, kind, currency_id, date, last, low, high, total, count, unit_rate = row[:10]
            if not kind or not unit_rate:
                continue
            rate = unit_rate * self._get_currency_rate(
                currency_id, request["currency"], company, rates
            )
            if not rate:
                # a price that would be wrong is better not shown
                continue
            values[f"last_{kind}_price"] = last * rate
            values[f"last_{kind}_date"] = date.isoformat(" ", "seconds")
            if count:
                spans.append((low * rate, high * rate, total * rate, count))
        if spans:
            values.update(price_math.merge_ranges(spans))
        return values

    @api.model
    def _get_currency_rate(self, currency_id, to_currency, company, rates):
        """Return today's rate between two currencies, 0.0 if one has no rate at all."""
        if not currency_id or currency_id == to_currency.id:
            return 1.0
        key = (currency_id, to_currency.id)
        if key not in rates:
            currency = self.env["res.currency"].browse(currency_id)
            foreign = (currency | to_currency) - company.currency_id
            # sudo: whether a rate exists does not depend on who asks
            known = all(currency.sudo().rate_ids for currency in foreign)
            rates[key] = known and currency._convert(
                1.0, to_currency, company, fields.Date.context_today(self), round=False
            )
        return rates[key] or 0.0
