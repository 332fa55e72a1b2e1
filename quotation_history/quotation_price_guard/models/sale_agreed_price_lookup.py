from dataclasses import dataclass

from odoo import api, models, tools
from odoo.tools import SQL


@dataclass(frozen=True)
class FoundAgreement:
    """The agreement that holds for a line, as the statement returns it. ``unit_rate`` brings a
    price per unit of the agreement to one per unit of the line."""

    agreement_id: int
    kind: str
    price: float
    discount: float
    currency_id: int
    unit_rate: float


class SaleAgreedPrice(models.Model):
    """Which agreement holds for a line, and what it says."""

    _inherit = "sale.agreed.price"  # pylint: disable=consider-merging-classes-inherited

    # === LOOKUP === #

    @api.model
    @tools.ormcache("company_id")
    def _is_used(self, company_id):
        """Whether the company has any approved agreement: most companies pay nothing else."""
        # sudo: decides the price of every line, whoever types it
        return bool(
            self.sudo().search_count(
                [("company_id", "=", company_id), ("state", "=", "approved")], limit=1
            )
        )

    @api.model
    def _find(self, partner, company, date, requests):
        """Return the agreement that holds for each of any number of lines, with one query.

        :param partner: ``res.partner`` the lines are for
        :param requests: tuples ``(key, product, uom, quantity)``
        :return: dict of key to ``sale.agreed.price`` (empty where none holds)
        """
        # sudo: an agreement of the customer holds, whoever of the salespeople made it
        agreements = self.sudo()
        found = self._find_rows(
            partner._origin.id,
            company,
            date,
            [
                (key, product._origin.id, uom._origin.id, quantity)
                for key, product, uom, quantity in requests
            ],
        )
        every = agreements.browse({row.agreement_id for row in found.values()})
        empty = agreements.browse()
        return {
            key: (
                every.browse(found[key].agreement_id).with_prefetch(every._prefetch_ids)
                if key in found
                else empty
            )
            for key, *_question in requests
        }

    @api.model
    def _find_prices(self, partner_id, company, date, requests):
        """Return the agreed net prices of any number of lines, with one query.

        Discounts off the published price and foreign currencies take as many queries more as
        there are currencies, whatever the number of lines.

        :param requests: tuples ``(key, product_id, uom_id, quantity, currency)``
        :return: dict of key to the price per unit of the line in ``currency``; lines without an
            agreement, or with one in a currency without a rate, are left out
        """
        found = self._find_rows(partner_id, company, date, [request[:4] for request in requests])
        memory, rates, prices = self.env["sale.price.memory"], {}, {}
        discounted = {}
        for request in requests:
            key, currency = request[0], request[4]
            if not (row := found.get(key)):
                continue
            if row.kind == "discount":
                discounted.setdefault(currency, []).append(request)
            elif rate := memory._get_currency_rate(row.currency_id, currency, company, rates):
                prices[key] = row.price * row.unit_rate * rate
        for currency, lines in discounted.items():
            published = self._get_published(lines, company, currency, date)
            prices.update(
                (key, price * (1.0 - found[key].discount / 100.0))
                for key, (price, _rule) in published.items()
            )
        return prices

    @api.model
    def _get_published(self, requests, company, currency, date):
        products = self.env["product.product"].browse([request[1] for request in requests])
        units = self.env["uom.uom"].browse([request[2] for request in requests])
        keys = [request[0] for request in requests]
        return self.env["product.pricelist"]._get_published_prices(
            list(zip(keys, products, units, strict=True)), company, currency, date
        )

    # === STATEMENT === #

    @api.model
    def _find_rows(self, partner_id, company, date, requests):
        """Return the agreement that holds for each line, with one statement.

        A customer's own agreement goes before one of a customer tag, a variant before its
        product before a category, the nearest category before its parents; then the highest
        quantity that is reached and the newest first day win.

        Deliberately below the record rules: an agreement of the customer holds, whoever of the
        salespeople made it.

        :param requests: tuples ``(key, product_id, uom_id, quantity)``
        :return: dict of key to ``FoundAgreement``
        """
        asked = [request for request in requests if request[1] and request[2]]
        if not asked or not partner_id or not self._is_used(company.id):
            return {}
        self._flush_for_lookup()
        rows = self.env.execute_query(self._get_lookup_query(partner_id, company, date, asked))
        return {asked[number - 1][0]: FoundAgreement(*values) for number, *values in rows}

    @api.model
    def _flush_for_lookup(self):
        self.flush_model()
        self.env["product.product"].flush_model(["product_tmpl_id"])
        self.env["product.template"].flush_model(["categ_id", "uom_id"])
        self.env["product.category"].flush_model(["parent_path"])
        self.env["res.partner"].flush_model(["commercial_partner_id", "category_id"])
        self.env["uom.uom"].flush_model(["factor", "parent_path"])

    @api.model
    def _get_lookup_query(self, partner_id, company, date, asked):
        """Return the SQL of the best agreement for each of the lines ``asked``, numbered."""
        return SQL(
            """WITH line AS (
                SELECT typed.number, typed.quantity, product.id AS product_id,
                       product.product_tmpl_id, template.uom_id, wanted.factor::float AS factor,
                       split_part(wanted.parent_path, '/', 1) AS unit_root,
                       string_to_array(rtrim(category.parent_path, '/'), '/')::int[] AS categories
                  FROM unnest(%(products)s, %(units)s, %(quantities)s::float[])
                       WITH ORDINALITY AS typed(product_id, uom_id, quantity, number)
                  JOIN product_product product ON product.id = typed.product_id
                  JOIN product_template template ON template.id = product.product_tmpl_id
                  JOIN uom_uom wanted ON wanted.id = typed.uom_id
                  LEFT JOIN product_category category ON category.id = template.categ_id
            ), agreed AS MATERIALIZED (%(agreed)s), matched AS (
                SELECT line.number, agreed.id, 1000 AS rank
                  FROM line JOIN agreed ON agreed.product_id = line.product_id
                 UNION ALL
                SELECT line.number, agreed.id, 999
                  FROM line JOIN agreed ON agreed.product_tmpl_id = line.product_tmpl_id
                 UNION ALL
                SELECT line.number, agreed.id, array_position(line.categories, agreed.categ_id)
                  FROM line JOIN agreed ON agreed.categ_id = ANY(line.categories)
            ), fitting AS (
                SELECT matched.rank, agreed.*, line.number, unit.factor::float AS unit_factor,
                       line.factor / NULLIF(unit.factor, 0)::float AS unit_rate,
                       CASE WHEN agreed.uom_id IS NULL THEN line.quantity
                            ELSE line.quantity * line.factor / NULLIF(unit.factor, 0)::float
                       END AS quantity
                  FROM matched
                  JOIN line ON line.number = matched.number
                  JOIN agreed ON agreed.id = matched.id
                  JOIN uom_uom unit ON unit.id = COALESCE(agreed.uom_id, line.uom_id)
                 WHERE agreed.uom_id IS NULL
                    OR split_part(unit.parent_path, '/', 1) = line.unit_root
            )
            SELECT DISTINCT ON (number) number, id, kind, price::float, discount::float,
                   currency_id, unit_rate
              FROM fitting
             WHERE COALESCE(min_qty, 0) = 0 OR quantity >= min_qty
             ORDER BY number, partner_id IS NOT NULL DESC, rank DESC,
                      COALESCE(min_qty, 0) * CASE WHEN uom_id IS NULL THEN 1 ELSE unit_factor END
                      DESC, date_from DESC, id DESC""",
            products=[request[1] for request in asked],
            units=[request[2] for request in asked],
            quantities=[request[3] or 0.0 for request in asked],
            agreed=self._get_candidates_query(partner_id, company, date),
        )

    @api.model
    def _get_candidates_query(self, partner_id, company, date):
        """Return the SQL of all agreements that hold for the customer on the day.

        Customer and tags are asked one after the other: each has an index of its own.
        """
        family = SQL(
            "SELECT commercial_partner_id FROM res_partner WHERE id = %s",
            partner_id,
        )
        tags = SQL(
            """SELECT tag.category_id FROM res_partner_res_partner_category_rel tag
                WHERE tag.partner_id IN (%s, (%s))""",
            partner_id,
            family,
        )
        return SQL(" UNION ALL ").join(
            SQL(
                """SELECT id, partner_id, product_id, product_tmpl_id, categ_id, uom_id,
                          currency_id, kind, price, discount, min_qty, date_from
                     FROM sale_agreed_price
                    WHERE company_id = %(company)s
                      AND state = 'approved'
                      AND date_from <= %(date)s
                      AND (date_to IS NULL OR date_to >= %(date)s)
                      AND %(whose)s""",
                company=company.id,
                date=date,
                whose=whose,
            )
            for whose in (
                SQL("partner_id = (%s)", family),
                SQL("partner_category_id IN (%s)", tags),
            )
        )

    # === PRICE === #

    def _get_line_price(self, product, uom, currency, date):
        """Return the agreed net price of one ``uom`` of ``product`` in ``currency``.

        A discount is taken off the price published on ``date``.
        """
        self.ensure_one()
        company = self.company_id
        if self.kind == "discount":
            published = self.env["product.pricelist"]._get_published_prices(
                [(0, product, uom)], company, currency, date
            )
            return published[0][0] * (1.0 - self.discount / 100.0)
        price = (self.uom_id or product.uom_id)._compute_price(self.price, uom)
        return self.currency_id._convert(price, currency, company, date, round=False)
