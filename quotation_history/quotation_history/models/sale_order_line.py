from odoo import api, fields, models, tools
from odoo.fields import Command

from ..offer_digest import Rows, json_texts, plain_payload
from ..tools import price_math
from ..tools.columns import Columns

#: fields of these types give values that JSON has, as they are
PLAIN_TYPES = frozenset({"boolean", "char", "text", "selection", "integer", "float", "monetary"})


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"  # pylint: disable=consider-merging-classes-inherited

    is_offer_price = fields.Boolean(
        string="Price of an Offer",
        copy=False,
        help="The price was written back from an offer: a change of quantity leaves it alone.",
    )

    # === WHAT GOES INTO AN OFFER === #

    def _is_offered(self):
        """Return whether the line belongs into offers: down payments and rewards do not."""
        self.ensure_one()
        # reward lines exist where sale_loyalty is installed; they are recomputed, not offered
        return not self.is_downpayment and not ("reward_id" in self._fields and self.reward_id)

    def _get_offer_content_fields(self):
        """Return the names of the fields the customer sees: a change of one is a new offer."""
        names = [
            "display_type", "product_id", "name", "product_uom_qty", "product_uom_id",
            "price_unit", "discount", "tax_ids", "customer_lead", "is_optional",
            "product_no_variant_attribute_value_ids", "collapse_prices", "collapse_composition",
            "combo_item_id",
        ]  # fmt: skip
        return [name for name in names if name in self._fields]

    def _get_offer_contents(self, columns=None):
        """Return the commercial content of the lines as plain values, without ids of the line.

        :param columns: the lines' :class:`~.Columns`, where they have been read before
        :rtype: Rows
        """
        columns = Columns(self) if columns is None else columns
        rows = Rows(
            (name, self._get_content_column(name, columns))
            for name in self._get_offer_content_fields()
        )
        customs = self.env["product.attribute.custom.value"]
        rows["custom"] = [
            customs.browse(ids)._get_content() if ids else []
            for ids in columns["product_custom_attribute_value_ids"]
        ]
        return rows

    def _get_content_column(self, name, columns):
        """Return one field of each line: the sorted ids of a relation, else the value."""
        field = self._fields[name]
        if field.type == "many2one":
            return [(res_id,) if res_id else () for res_id in columns[name]]
        if field.relational:
            return [tuple(sorted(ids)) for ids in columns[name]]
        return columns[name]

    @api.model
    @tools.ormcache()
    def _get_offer_payload_fields(self):
        """Return the names of the fields that are written back: all a copy of the line has."""
        return tuple(
            name
            for name, field in self._fields.items()
            if field.copy and name not in models.MAGIC_COLUMNS
        )

    def _get_offer_payloads(self, columns=None):
        """Return what restores the lines, as values to write: every field that is copied.

        :param columns: the lines' :class:`~.Columns`, where they have been read before
        :rtype: Rows
        """
        columns = Columns(self) if columns is None else columns
        return Rows(
            (name, self._get_payload_column(name, columns))
            for name in self._get_offer_payload_fields()
        )

    def _get_payload_column(self, name, columns):
        """Return one field of each line as a value to write, plain enough for JSON."""
        field = self._fields[name]
        values = columns[name]
        if field.type == "many2one" or field.type in PLAIN_TYPES:
            return values
        if field.type == "many2many":
            return [[[Command.SET, 0, list(ids)]] for ids in values]
        if field.type == "one2many":
            return [self._get_payload_commands(field, ids) if ids else [] for ids in values]
        return [
            value and plain_payload(field.convert_to_write(value, line))
            for line, value in zip(self, values, strict=True)
        ]

    @api.model
    def _get_payload_commands(self, field, ids):
        """Return the commands that make the records ``ids`` anew, without the line they were of."""
        payloads = self.env[field.comodel_name].browse(sorted(ids)).copy_data()
        for payload in payloads:
            payload.pop(field.inverse_name, None)
        return [[Command.CREATE, 0, plain_payload(payload)] for payload in payloads]

    @api.model
    def _get_offer_line_columns(self):
        """Return ``{column of the frozen line: field of this line}`` of what is taken as it is.

        Extend to freeze more columns.
        """
        return {
            "sale_line_id": "id",
            "display_type": "display_type",
            "product_id": "product_id",
            "name": "name",
            "qty": "product_uom_qty",
            "uom_id": "product_uom_id",
            "price_unit": "price_unit",
            "discount": "discount",
            "price_subtotal": "price_subtotal",
            "price_total": "price_total",
        }

    def _get_frozen_columns(self, keys, columns, payloads):
        """Return the frozen lines by column: ``{field of the frozen line: values}``.

        :param dict keys: identities of live lines that earlier offers know
        :param columns: the lines' :class:`~.Columns`
        :param Rows payloads: what restores each line
        """
        frozen = {name: columns[taken] for name, taken in self._get_offer_line_columns().items()}
        prices = zip(frozen["price_unit"], frozen["discount"], strict=True)
        frozen.update(
            position=list(range(len(self))),
            line_key=[keys.get(line_id, line_id) for line_id in columns["id"]],
            linked_key=[keys.get(line_id, line_id) for line_id in columns["linked_line_id"]],
            is_optional=self._get_optional_flags(columns),
            price_net=[price_math.net_price(*price) for price in prices],
            purchase_price=self._get_offer_costs(columns),
            # nothing is left where all lines say the same
            payload=json_texts(payloads) or ["{}"] * len(self),
        )
        return frozen

    def _get_optional_flags(self, columns):
        """Return for each line whether the customer may leave it out."""
        flags = columns["is_optional"]
        if not any(flags):
            # it is sections that make the lines below them optional
            return flags
        return [flag or line._is_line_optional() for flag, line in zip(flags, self, strict=True)]

    def _get_offer_costs(self, columns):
        """Return the cost per unit of each line in the order's currency, 0 where unknown."""
        if "purchase_price" not in self._fields:
            return [line._get_offer_cost() for line in self]
        costs = zip(columns["product_id"], columns["purchase_price"], strict=True)
        return [cost if product else 0.0 for product, cost in costs]

    def _get_offer_cost(self):
        """Return the cost per unit of the line in the order's currency, 0 where unknown."""
        self.ensure_one()
        if not self.product_id:
            return 0.0
        company = self.company_id
        product = self.product_id.with_company(company)
        cost = product.uom_id._compute_price(product.standard_price, self.product_uom_id)
        return company.currency_id._convert(
            cost, self.currency_id, company, self.order_id.date_order.date(), round=False
        )

    # === BACK FROM AN OFFER === #

    def _fix_offer_prices(self, wanted_by_line):
        """Mark the prices as set by hand before anything else is written.

        :param dict wanted_by_line: {line: payload}
        """
        for is_free in (False, True):
            lines = self.filtered(
                lambda line, is_free=is_free: (
                    not line.display_type
                    and bool(wanted_by_line[line].get("price_unit")) != is_free
                )
            )
            # the context key is the host's own way to write the technical price alone
            lines.with_context(sale_write_from_compute=True).write(
                {"technical_price_unit": -1.0 if is_free else 0.0, "is_offer_price": True}
            )

    def _get_differences(self, wanted_by_line):
        """Return [(line, values)] for lines whose ``copy_data`` is not what is wanted."""
        changes = []
        for line, current in zip(self, self._get_offer_payloads().dicts(), strict=True):
            wanted = wanted_by_line[line]
            values = {
                name: value
                for name, value in wanted.items()
                if name != "technical_price_unit"
                and self._is_different(current.get(name), plain_payload(value))
            }
            if "product_custom_attribute_value_ids" in values:
                custom = values["product_custom_attribute_value_ids"]
                values["product_custom_attribute_value_ids"] = [Command.clear(), *custom]
            if values:
                changes.append((line, values))
        return changes

    @api.model
    def _is_different(self, value, other):
        if isinstance(value, float) and isinstance(other, int | float):
            return abs(value - other) > 1e-9
        return (value or False) != (other or False)

    @api.model
    def _prepare_loaded_values(self, payload):
        """Return what is written on the live line for a frozen ``payload``.

        The technical price differs from the price, so that the price counts as set by hand and
        survives a change of quantity.
        """
        values = dict(payload)
        if not values.get("display_type"):
            values["technical_price_unit"] = 0.0 if values.get("price_unit") else -1.0
            values["is_offer_price"] = True
        custom = values.get("product_custom_attribute_value_ids")
        if custom is not None:
            values["product_custom_attribute_value_ids"] = [Command.clear(), *custom]
        return values

    def _compute_discount(self):
        # a loaded price already is net of its own discount: the price list may not add another
        fixed = self.filtered("is_offer_price")
        return super(SaleOrderLine, self - fixed)._compute_discount()

    @api.onchange("product_id")
    def _onchange_product_id(self):
        self.is_offer_price = False
        return super()._onchange_product_id()
