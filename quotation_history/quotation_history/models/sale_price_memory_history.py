from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools import price_math

# How far the history of all customers looks back: the one search that no index of a
# customer narrows down.
OTHERS_MONTHS = 24
HISTORY_LIMIT = 500


class SalePriceMemory(models.AbstractModel):
    """The full history of one product: sold and quoted, newest first."""

    _inherit = "sale.price.memory"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @api.readonly
    def get_history(
        self,
        product_id,
        partner_id=False,
        scope="family",
        months=12,
        company_id=False,
        currency_id=False,
        uom_id=False,
    ):
        """Return sold and quoted prices of a product, newest first.

        :param int product_id: the product variant
        :param int partner_id: the customer; not needed for the scope ``all``
        :param str scope: ``customer`` (this contact alone), ``family`` (the whole commercial
            family) or ``all`` (every customer, for members of the group *See prices of other
            customers*, at most 24 months back)
        :param int months: how many months back, 0 for everything
        :param int company_id: the company whose sales count, the current one if not given
        :param int currency_id: currency of the prices, the company's if not given
        :param int uom_id: unit of the prices, the product's if not given
        :return: dict ``product, partner, currency_id, uom, can_see_others, truncated, rows``;
            each row a dict ``id, kind`` (``sold`` or ``quoted``), ``won`` (False for a quoted
            price that did not become a sale), ``date, price, quantity, uom, partner, document,
            order_id`` (False where the user may not open the order)
        :raise AccessError: no salesperson, or a scope beyond the user's rights
        """
        self._check_history_access(scope)
        product = self.env["product.product"].browse(int(product_id))
        partner = self.env["res.partner"].browse(int(partner_id or 0))
        product.check_access("read")
        partner.check_access("read")
        company = self._get_history_company(company_id)
        currency = self.env["res.currency"].browse(currency_id or company.currency_id.id)
        uom = self.env["uom.uom"].browse(uom_id or product.uom_id.id)
        rows = self._get_history_rows(product, partner, scope, months, company)
        return {
            "product": product.display_name,
            "partner": partner.display_name or "",
            "currency_id": currency.id,
            "uom": uom.name,
            "can_see_others": self._can_see_other_customers(),
            "truncated": len(rows) >= HISTORY_LIMIT,
            "rows": self._format_history_rows(rows, company, currency, uom),
        }

    @api.model
    def _can_see_other_customers(self):
        return self.env.user.has_group("quotation_history.group_price_memory_all")

    @api.model
    def _check_history_access(self, scope):
        if scope not in ("customer", "family", "all"):
            raise UserError(self.env._("The scope is customer, family or all."))
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(self.env._("Only salespeople can see the prices of customers."))
        if scope == "all" and not self._can_see_other_customers():
            raise AccessError(
                self.env._("You are not allowed to see the prices of other customers.")
            )

    @api.model
    def _get_history_company(self, company_id):
        company = self.env["res.company"].browse(company_id or self.env.company.id)
        if company not in self.env.companies:
            raise AccessError(self.env._("You have no access to this company."))
        return company

    @api.model
    def _get_history_rows(self, product, partner, scope, months, company):
        self._flush_for_memory()
        sold = self._get_sold_query(
            [
                SQL("l.product_id = %s", product.id),
                SQL("o.company_id = %s", company.id),
                *self._get_history_conditions(SQL("o"), partner, scope),
                *self._get_history_period(SQL("o.date_order"), scope, months),
            ]
        )
        quoted = self._get_quoted_query(
            [
                SQL("l.product_id = %s", product.id),
                SQL("l.company_id = %s", company.id),
                *self._get_history_conditions(SQL("so"), partner, scope, quoted=True),
                *self._get_history_period(SQL("l.date"), scope, months),
            ]
        )
        return self.env.execute_query_dict(
            SQL(
                """SELECT * FROM (
                     SELECT 'sold' AS kind, s.id, s.uom_id, s.currency_id, s.price::float,
                            s.date, line.product_uom_qty::float AS quantity, line.order_id,
                            line.order_id AS document_id, TRUE AS won
                       FROM (%(sold)s) s JOIN sale_order_line line ON line.id = s.id
                     UNION ALL
                     SELECT 'quoted', q.id, q.uom_id, q.currency_id, q.price::float, q.date,
                            line.qty::float, offer.order_id, offer.id,
                            offer.state = 'accepted'
                       FROM (%(quoted)s) q JOIN sale_offer_line line ON line.id = q.id
                       JOIN sale_offer offer ON offer.id = line.offer_id) history
                 ORDER BY date DESC, kind, id DESC LIMIT %(limit)s""",
                sold=sold,
                quoted=quoted,
                limit=HISTORY_LIMIT,
            )
        )

    @api.model
    def _get_history_conditions(self, order, partner, scope, quoted=False):
        """Return the conditions on the customer of the order the row belongs to."""
        if scope == "all":
            return []
        if scope == "customer":
            customer = SQL("%s.partner_id = %s", order, partner.id)
        else:
            family_ids = self._get_family_ids(partner.commercial_partner_id.id)
            customer = SQL("%s.partner_id = ANY(%s)", order, family_ids)
        if not quoted:
            return [customer]
        return [
            SQL("l.partner_id = %s", partner.commercial_partner_id.id),
            SQL(
                """EXISTS (SELECT FROM sale_offer f JOIN sale_order so ON so.id = f.order_id
                            WHERE f.id = l.offer_id AND %s)""",
                customer,
            ),
        ]

    @api.model
    def _get_history_period(self, column, scope, months):
        months = int(months or 0)
        if scope == "all":
            months = min(months or OTHERS_MONTHS, OTHERS_MONTHS)
        if not months:
            return []
        return [SQL("%s >= %s", column, fields.Datetime.now() - relativedelta(months=months))]

    @api.model
    def _format_history_rows(self, rows, company, currency, uom):
        orders = self.env["sale.order"].browse({row["order_id"] for row in rows})
        readable = orders._filtered_access("read")
        rates, result = {}, []
        request = {
            "currency": currency,
            "factor": uom.factor,
            "root": uom.parent_path.split("/")[0],
        }
        # The customer and the unit of a sale are part of the price's meaning and shown even
        # where the order itself is a colleague's; the order's number is not.
        units = self.env["uom.uom"].browse({row["uom_id"] for row in rows})
        partners = {order.id: order.partner_id.display_name for order in orders.sudo()}
        for row in rows:
            unit = units.browse(row["uom_id"])
            rate = self._get_unit_price_rate(
                row["currency_id"],
                unit.factor,
                unit.parent_path.split("/")[0],
                request,
                company,
                rates,
            )
            if rate:
                result.append(self._format_history_row(row, rate, unit, partners, readable))
        return result

    @api.model
    def _get_unit_price_rate(self, currency_id, factor, root, request, company, rates):
        """Return what a price is multiplied with to be in the unit and currency of a request.

        0.0 where they cannot be compared: units without a common reference, or a foreign
        currency without any rate. A price that would be wrong is better not shown.
        """
        if root != request["root"]:
            return 0.0
        rate = self._get_currency_rate(currency_id, request["currency"], company, rates)
        return rate * price_math.convert_unit_price(1.0, factor, request["factor"])

    @api.model
    def _format_history_row(self, row, rate, unit, partners, readable):
        order = readable.filtered(lambda order: order.id == row["order_id"])
        document = order.name or ""
        if order and row["kind"] == "quoted":
            document = self.env["sale.offer"].browse(row["document_id"]).name
        return {
            "id": f"{row['kind']}-{row['id']}",
            "kind": row["kind"],
            "won": bool(row["won"]),
            "date": fields.Datetime.to_string(row["date"]),
            "price": row["price"] * rate,
            "quantity": row["quantity"],
            "uom": unit.name,
            "partner": partners[row["order_id"]] or "",
            "document": document,
            "order_id": order.id or False,
        }
