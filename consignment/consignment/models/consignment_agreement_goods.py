from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import KINDS_IN


class ConsignmentAgreement(models.Model):
    """What lies in the place: how much, since when, worth what."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    # === TOTALS === #

    @api.depends("event_ids")
    def _compute_goods(self):
        totals = self._get_goods_totals()
        for agreement in self:
            agreement.update(agreement._prepare_goods_values(totals.get(agreement.id, {})))

    def _get_goods_totals(self):
        """Return per agreement id what the open layers sum up to (one query)."""
        # The value has its own groups on the field; here it is only computed.
        layers = self.env["consignment.ageing"].sudo()
        groups = layers._read_group(
            [("agreement_id", "in", self.ids)],
            ["agreement_id", "bucket"],
            ["quantity:sum", "value:sum", "days:max"],
        )
        totals = {}
        for agreement, bucket, quantity, value, days in groups:
            total = totals.setdefault(agreement.id, {})
            total[bucket] = (quantity, value, days)
        return totals

    def _prepare_goods_values(self, buckets):
        quantity = sum(row[0] for row in buckets.values())
        values = {
            "goods_quantity": quantity,
            "goods_value": sum(row[1] for row in buckets.values()),
            "oldest_days": max((row[2] for row in buckets.values()), default=0),
            "goods_state": self._get_goods_state(quantity),
            "age_shares": [
                {
                    "bucket": int(bucket),
                    "label": label,
                    "percent": round(100 * buckets[bucket][0] / quantity) if quantity else 0,
                }
                for bucket, label in self.env["consignment.ageing"]._get_buckets()
                if bucket in buckets
            ],
        }
        return values

    def _get_goods_state(self, quantity):
        if not self.picking_ids:
            return "none"
        if not quantity:
            return "done"
        back = self.picking_ids.filtered(
            lambda p: p.consignment_operation not in ("fill_up", "loan", "receive")
        )
        return "partially_back" if back else "out"

    @api.model
    def _search_goods(self, operator, value):
        """Only "is there anything" can be asked: > 0, = 0."""
        if operator in ("in", "not in") and set(value) == {0}:
            there = operator == "not in"
        elif (operator, value) in ((">", 0), ("!=", 0)):
            there = True
        else:
            return NotImplemented
        # Quants say what is there without reading all movements; who sees the agreement may know.
        places = self.env["stock.location"].sudo().with_context(active_test=False)
        domain = [("consignment_agreement_id", "!=", False), ("quant_ids.quantity", ">", 0)]
        groups = places._read_group(domain, ["consignment_agreement_id"])
        return [("id", "in" if there else "not in", [agreement.id for (agreement,) in groups])]

    # === BALANCE AND AGE === #

    @api.readonly
    def get_balance(self, at=None):
        """Return what lies in the place, now or at the end of a past day.

        :param at: ISO date (end of that day) or datetime; now when left out
        :return: list of dicts ``product_id, lot_id, quantity, value``; the quantity is in
            the product's unit, the value is the cost in the company's currency (0 for
            goods of others), ``lot_id`` is False without a lot
        """
        self.ensure_one()
        self.check_access("read")
        at = self._to_moment(at, end_of_day=True)
        return self._add_values(self._get_balance_rows(at), at)

    def _get_balance_rows(self, at):
        query = SQL(
            """SELECT product_id, lot_id, SUM(quantity) FROM %s event
                WHERE agreement_id = %s AND date <= %s
             GROUP BY product_id, lot_id HAVING ABS(SUM(quantity)) > 0.000001
             ORDER BY product_id, lot_id""",
            self.env["consignment.event"]._table_sql,
            self.id,
            at,
        )
        return [
            {"product_id": product, "lot_id": lot or False, "quantity": float(quantity)}
            for product, lot, quantity in self.env.execute_query(query)
        ]

    def _add_values(self, rows, at):
        costs = self._get_unit_costs(rows, at)
        for row in rows:
            cost = costs.get((row["product_id"], row["lot_id"]), 0.0)
            row["value"] = self.company_currency_id.round(row["quantity"] * cost)
        return rows

    def _get_unit_costs(self, rows, at):
        """Return the unit cost of each (product, lot) at a moment, in company currency."""
        if self.kind in KINDS_IN:
            return {}
        # Cost is not a secret of the balance's reader here: the caller decides who sees it.
        products = self.env["product.product"].sudo().with_company(self.company_id)
        context = {"allowed_company_ids": self.company_id.ids}
        if at < fields.Datetime.now() - timedelta(minutes=1):
            context["to_date"] = at
        products = products.with_context(**context).browse({row["product_id"] for row in rows})
        costs = {product.id: product._get_consignment_cost() for product in products}
        return {
            (row["product_id"], row["lot_id"]): self._get_lot_cost(products, row, costs)
            for row in rows
        }

    def _get_lot_cost(self, products, row, costs):
        product = products.browse(row["product_id"])
        if not product.lot_valuated or not row["lot_id"]:
            return costs[product.id]
        lot = product.env["stock.lot"].browse(row["lot_id"])
        quantity = lot._in_valuation_context().product_qty
        return lot.total_value / quantity if quantity else lot.standard_price

    @api.readonly
    def get_ageing(self, at=None):
        """Return the receipts the balance consists of: the newest ones (first in, first out).

        :param at: ISO date (end of that day) or datetime; now when left out
        :return: list of dicts ``product_id, lot_id, date, days, quantity``, oldest first;
            ``date`` is an ISO date, ``days`` its age at that moment
        """
        self.ensure_one()
        self.check_access("read")
        at = self._to_moment(at, end_of_day=True)
        # Not through the records: their cache does not know at which moment they were read.
        query = SQL(
            """SELECT product_id, lot_id, date, days, quantity FROM %s layer
                WHERE agreement_id = %s ORDER BY date, id""",
            self.env["consignment.ageing"].with_context(consignment_at=at)._table_sql,
            self.id,
        )
        return [
            {
                "product_id": product,
                "lot_id": lot or False,
                "date": self._to_day(date).isoformat(),
                "days": days,
                "quantity": float(quantity),
            }
            for product, lot, date, days, quantity in self.env.execute_query(query)
        ]

    # === RESERVATION === #

    def _get_reserve_rank(self):
        """Return where reservation looks for these goods; own goods are 1, None is never."""
        self.ensure_one()
        if self.company_id.consignment_never_reserve or self.reserve_policy == "never":
            return None
        return 0 if self.reserve_policy == "theirs_first" else 2
