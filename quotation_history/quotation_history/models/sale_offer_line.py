import json

from odoo import api, fields, models
from odoo.tools import SQL, float_repr

from ..tools.columns import PLAIN_TYPES, array_text


class SaleOfferLine(models.Model):
    """One frozen line of an offer: typed columns to search and compare, a payload to restore.

    ``line_key`` is the identity of the line across rounds: the id of the order line it was first
    captured from. ``sale_line_id`` follows the live line and is not part of what is frozen.
    """

    _name = "sale.offer.line"
    _inherit = ["sale.offer.frozen"]
    _description = "Offer Line"
    _order = "offer_id, position, id"
    # who made the line and when is what its offer says
    _log_access = False

    offer_id = fields.Many2one(
        "sale.offer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    order_id = fields.Many2one(related="offer_id.order_id")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    # commercial partner and day of sending: the price memory searches quoted prices by them;
    # the day stays empty until the offer is sent
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, ondelete="restrict"
    )
    date = fields.Datetime(string="Sent On", readonly=True)

    position = fields.Integer(required=True, readonly=True)
    line_key = fields.Integer(required=True, readonly=True, aggregator=None)
    linked_key = fields.Integer(readonly=True, aggregator=None)
    sale_line_id = fields.Many2one(
        "sale.order.line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    display_type = fields.Selection(
        [("line_section", "Section"), ("line_subsection", "Subsection"), ("line_note", "Note")],
        readonly=True,
    )
    is_optional = fields.Boolean(string="Optional", readonly=True)
    product_id = fields.Many2one(
        "product.product", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    name = fields.Text(string="Description", readonly=True)
    qty = fields.Float(string="Quantity", digits="Product Unit", readonly=True)
    uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True, ondelete="restrict")
    price_unit = fields.Float(
        string="Unit Price", min_display_digits="Product Price", readonly=True, aggregator="avg"
    )
    discount = fields.Float(string="Discount (%)", digits="Discount", readonly=True)
    price_net = fields.Float(
        string="Net Price",
        min_display_digits="Product Price",
        readonly=True,
        aggregator="avg",
        help="Unit price after discount, per unit of the line, in the offer's currency and with "
        "the same taxes included as the unit price.",
    )
    price_subtotal = fields.Monetary(string="Subtotal", readonly=True)
    price_total = fields.Monetary(string="Total", readonly=True)
    purchase_price = fields.Float(
        string="Unit Cost",
        min_display_digits="Product Price",
        readonly=True,
        aggregator="avg",
        groups="quotation_history.group_see_margin",
        help="Cost per unit of the line in the offer's currency when the offer was captured.",
    )
    customer_target_price = fields.Float(
        string="Customer's Price", min_display_digits="Product Price", readonly=True
    )
    customer_target_qty = fields.Float(
        string="Customer's Quantity", digits="Product Unit", readonly=True
    )
    customer_note = fields.Char(string="Customer's Remark", readonly=True)
    # JSON kept as text: to the letter what is proven, and read only when the offer is loaded
    payload = fields.Text(readonly=True, groups=fields.NO_ACCESS)

    _memory_idx = models.Index("(partner_id, product_id, date DESC) WHERE date IS NOT NULL")
    # the few lines that follow another one than they were captured from
    _followed_idx = models.Index("(offer_id) WHERE line_key != sale_line_id")

    @api.depends("name", "offer_id.name")
    def _compute_display_name(self):
        for line in self:
            first = (line.name or "").split("\n", 1)[0]
            line.display_name = f"{line.offer_id.name} {first}"

    # === MANY AT ONCE === #

    @api.model
    def _engine_insert(self, common, columns):
        """Create many lines by one statement: the rows :meth:`_engine_create` would make.

        The ORM converts, caches and checks value by value, which for a hundred lines is most of
        the time a capture takes. Here each column is converted as a whole, and the cache gets
        what was stored. What an addon adds to the model is filled all the same:
        stored computed fields are marked to be computed, and where a field has a default the ORM
        makes the lines.

        :param dict common: values all lines share, the currency among them
        :param dict columns: ``{field name: values}`` of what differs
        """
        self.check_access("create")
        names = [*common, *columns]
        if not self._can_insert(names):
            rows = zip(*columns.values(), strict=True)
            return self._engine_create(
                [{**common, **dict(zip(columns, row, strict=True))} for row in rows]
            )
        count = len(next(iter(columns.values())))
        shared = {name: [value] * count for name, value in common.items()}
        values = {
            name: self._get_insert_values(name, column, common)
            for name, column in {**shared, **columns}.items()
        }
        rows = self.env.execute_query(self._get_insert_query(values))
        lines = self.browse(res_id for (res_id,) in rows)
        self._cache_inserted(lines, values)
        # as after the ORM's own create
        lines._update_inverses(common)
        lines.modified(self._fields, create=True)
        lines._validate_fields(names)
        return lines

    def _can_insert(self, names):
        """Return whether a plain insert of the fields ``names`` leaves nothing to do."""
        rest = [field for name, field in self._fields.items() if field.store and name not in names]
        return (
            all(self._is_plain_column(self._fields[name]) for name in names)
            and not any(field.precompute for field in rest)
            and not self.default_get([field.name for field in rest])
        )

    def _is_plain_column(self, field):
        if field.translate or field.company_dependent or not field.column_type:
            return False
        return field.type == "many2one" or field.type in PLAIN_TYPES - {"json"}

    def _get_insert_query(self, columns):
        """Return the statement that inserts rows given by column, in the database's format."""
        # many columns say the same in every line: that is sent once; the position differs always
        equal = {
            name: values[0] for name, values in columns.items() if len({*values}) == 1 < len(values)
        }
        varying = {name: values for name, values in columns.items() if name not in equal}
        types = {name: SQL.identifier(self._fields[name].column_type[0]) for name in columns}
        constants = [SQL("%s::%s", value, types[name]) for name, value in equal.items()]
        arrays = [
            SQL("%s::%s[]", array_text(values), types[name]) for name, values in varying.items()
        ]
        return SQL(
            "INSERT INTO %s (%s) SELECT %s FROM unnest(%s) line RETURNING id",
            SQL.identifier(self._table),
            SQL(", ").join(map(SQL.identifier, [*equal, *varying])),
            SQL(", ").join([*constants, SQL("line.*")]),
            SQL(", ").join(arrays),
        )

    def _get_insert_values(self, name, values, common):
        """Return one column in the format of the database; equal values are converted once."""
        field = self._fields[name]
        if field.type == "monetary":
            currency = self.env["res.currency"].browse(common[field.get_currency_field(self)])
            known = {
                value: float_repr(currency.round(value), currency.decimal_places)
                for value in {*values}
            }
        else:
            known = {value: field.convert_to_column(value, self) for value in {*values}}
        return [known[value] for value in values]

    def _cache_inserted(self, lines, columns):
        """Put the inserted values into the cache, as reading them would."""
        for name, values in columns.items():
            field = self._fields[name]
            if field.column_type[0] == "numeric":
                known = {value: float(value) for value in {*values}}
                values = [known[value] for value in values]
            field._insert_cache(lines, values)

    def _update_inverses(self, common):
        for name, value in common.items():
            field = self._fields[name]
            if field.type == "many2one" and self.pool.field_inverses[field]:
                field._update_inverses(self, value)

    def _get_payloads(self):
        """Return ``{line: values that restore it}``: its own and those all lines share."""
        shared = {offer: offer._get_shared_payload() for offer in self.offer_id}
        return {line: shared[line.offer_id] | json.loads(line.payload or "{}") for line in self}

    def _get_digest_fields(self):
        """Return the names of the columns the digest proves. Extend to freeze more."""
        return [
            "position", "line_key", "linked_key", "display_type", "is_optional", "product_id",
            "name", "qty", "uom_id", "price_unit", "discount", "price_net", "price_subtotal",
            "price_total", "purchase_price", "payload",
        ]  # fmt: skip
