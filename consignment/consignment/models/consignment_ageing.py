from odoo import api, fields, models
from odoo.tools import SQL

from ..const import KINDS_OUT, MOVED_FIELDS
from ..tools.ageing import bucket_labels


class ConsignmentAgeing(models.Model):
    """The receipts that make up what lies in a place, at the moment in the context.

    ``consignment_at`` in the context is a UTC datetime; without it, now.
    """

    _name = "consignment.ageing"
    _description = "Goods in Consignment by Age"
    _auto = False
    _order = "date, id"
    _rec_name = "product_id"
    _depends = {
        "stock.move.line": MOVED_FIELDS,
        "stock.location": ["consignment_agreement_id", "consignment_kind"],
        "product.product": ["standard_price"],
        "stock.lot": ["standard_price"],
    }

    agreement_id = fields.Many2one("consignment.agreement", readonly=True)
    kind = fields.Selection(
        lambda self: self.env["consignment.agreement"]._get_kinds(), readonly=True
    )
    partner_id = fields.Many2one("res.partner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one("product.product", readonly=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", readonly=True)
    date = fields.Datetime("Received", readonly=True)
    days = fields.Integer("Age (days)", readonly=True, aggregator="max")
    bucket = fields.Selection(lambda self: self._get_buckets(), "Age", readonly=True)
    is_vat_due = fields.Boolean(
        "Deemed Sale?",
        readonly=True,
        help="Older than the VAT age of the agreement: the accountant decides whether it counts "
        "as sold.",
    )
    quantity = fields.Float(digits="Product Unit", readonly=True)
    value = fields.Monetary(
        readonly=True,
        aggregator="sum",
        groups="stock.group_stock_manager,account.group_account_readonly",
        help="At the present unit cost, in the company's currency; goods of others have none.",
    )

    @api.model
    def _get_buckets(self):
        labels = bucket_labels(self.env.company._get_consignment_bounds())
        return [(str(index), label) for index, label in enumerate(labels)]

    @api.model
    def _search(
        self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False
    ):
        """Search without just-in-time compilation: it takes longer than the query itself."""
        self.env.cr.execute("SET LOCAL jit = off")
        return super()._search(
            domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access
        )

    @property
    def _table_query(self):
        at = self.env.context.get("consignment_at") or fields.Datetime.now()
        at = fields.Datetime.to_datetime(at)
        return SQL(
            """WITH stacked AS (
                     SELECT moved.*,
                            SUM(quantity) OVER (PARTITION BY agreement_id, product_id, lot_id
                                                ORDER BY quantity > 0, date, id
                                                ROWS UNBOUNDED PRECEDING) AS remaining
                       FROM (%(moved)s) moved),
                    layer AS (
                     SELECT id, agreement_id, product_id, lot_id, date,
                            LEAST(quantity, remaining) AS quantity,
                            (%(today)s - timezone(%(tz)s, timezone('UTC', date))::date) AS days
                       FROM stacked
                      WHERE quantity > 0 AND remaining > 0.000001)
               SELECT layer.*, %(columns)s
                 FROM layer
                 JOIN consignment_agreement agreement ON agreement.id = layer.agreement_id
                 JOIN res_company company ON company.id = agreement.company_id
                 JOIN product_product product ON product.id = layer.product_id
                 JOIN product_template template ON template.id = product.product_tmpl_id
            LEFT JOIN stock_lot lot ON lot.id = layer.lot_id""",
            moved=self._get_moved(at),
            today=self.env["consignment.agreement"]._to_day(at),
            tz=str(self.env.tz),
            columns=SQL(", ").join(
                SQL("%s AS %s", expression, SQL.identifier(name))
                for name, expression in self._get_columns().items()
            ),
        )

    def _get_moved(self, at):
        """Return the moves across the borders, one index scan for each direction.

        What came is positive, what left negative. All that left is taken off first, then the
        receipts are added, oldest first: what the sum has above zero is what is still there.
        """
        side = """SELECT line.id, place.consignment_agreement_id AS agreement_id,
                         line.product_id, line.lot_id, line.date, %(quantity)s AS quantity
                    FROM stock_move_line line
                    JOIN stock_location place ON place.id = line.%(place)s
                    JOIN stock_location other ON other.id = line.%(other)s
                   WHERE line.state = 'done' AND line.date <= %(at)s
                     AND place.consignment_agreement_id IS NOT NULL
                     AND other.consignment_agreement_id
                         IS DISTINCT FROM place.consignment_agreement_id"""
        came, left = SQL("line.quantity_product_uom"), SQL("-line.quantity_product_uom")
        source, target = SQL("location_id"), SQL("location_dest_id")
        return SQL(
            "%s UNION ALL %s",
            SQL(side, quantity=came, place=target, other=source, at=at),
            SQL(side, quantity=left, place=source, other=target, at=at),
        )

    def _get_columns(self):
        """Return the further columns as ``name: SQL``; an extension point."""
        cost = SQL(
            """CASE WHEN agreement.kind NOT IN %s THEN 0
                    WHEN template.lot_valuated AND lot.id IS NOT NULL
                    THEN COALESCE((lot.standard_price->>agreement.company_id::text)::numeric, 0)
                    ELSE COALESCE((product.standard_price->>agreement.company_id::text)::numeric,
                                  0) END""",
            KINDS_OUT,
        )
        return {
            "kind": SQL("agreement.kind"),
            "partner_id": SQL("agreement.partner_id"),
            "company_id": SQL("agreement.company_id"),
            "is_vat_due": SQL(
                "(agreement.age_vat_days > 0 AND layer.days > agreement.age_vat_days"
                " AND agreement.kind IN %s)",
                KINDS_OUT,
            ),
            "value": SQL("layer.quantity * (%s)", cost),
            "bucket": SQL(
                """width_bucket(layer.days, ARRAY[
                       company.consignment_age_1, company.consignment_age_2,
                       company.consignment_age_3, company.consignment_age_4])::text"""
            ),
        }
