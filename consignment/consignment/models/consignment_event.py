from odoo import api, fields, models
from odoo.tools import SQL

from ..const import KINDS_IN, MOVED_FIELDS


class ConsignmentEvent(models.Model):
    _name = "consignment.event"
    _description = "Consignment Movement"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "verb"
    # Read from the moves themselves: there is no second book to keep in step.
    _depends = {
        "stock.move.line": MOVED_FIELDS,
        "stock.location": ["consignment_agreement_id", "consignment_kind", "usage"],
    }

    agreement_id = fields.Many2one("consignment.agreement", readonly=True)
    kind = fields.Selection(
        lambda self: self.env["consignment.agreement"]._get_kinds(), readonly=True
    )
    partner_id = fields.Many2one("res.partner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    location_id = fields.Many2one("stock.location", "Place", readonly=True)
    other_location_id = fields.Many2one("stock.location", "From / To", readonly=True)
    date = fields.Datetime(readonly=True)
    verb = fields.Selection(lambda self: self._get_verbs(), readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    lot_id = fields.Many2one("stock.lot", "Lot/Serial", readonly=True)
    quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="In the product's unit; positive into the place, negative out of it.",
    )
    move_line_id = fields.Many2one("stock.move.line", readonly=True)
    move_id = fields.Many2one("stock.move", readonly=True)
    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True)

    @api.model
    def _get_verbs(self):
        return [
            ("fill_up", self.env._("Fill-up")),
            ("issue", self.env._("Issue")),
            ("issue_return", self.env._("Issue returned")),
            ("pick_up", self.env._("Pick-up")),
            ("draw", self.env._("Draw")),
            ("draw_return", self.env._("Draw returned")),
            ("loss", self.env._("Loss")),
            ("gain", self.env._("Gain")),
        ]

    @property
    def _table_query(self):
        return SQL("%s UNION ALL %s", self._select_side(True), self._select_side(False))

    def _select_side(self, entering):
        """Return the query of all moves into places, or of all moves out of them."""
        place, other = SQL("location_dest_id"), SQL("location_id")
        if not entering:
            place, other = other, place
        columns = SQL(", ").join(
            SQL("%s AS %s", expression, SQL.identifier(name))
            for name, expression in self._get_columns(entering).items()
        )
        return SQL(
            """SELECT %(columns)s
                 FROM stock_move_line line
                 JOIN stock_location place ON place.id = line.%(place)s
                 JOIN stock_location other ON other.id = line.%(other)s
                 %(joins)s
                WHERE line.state = 'done'
                  AND place.consignment_agreement_id IS NOT NULL
                  AND other.consignment_agreement_id
                      IS DISTINCT FROM place.consignment_agreement_id""",
            columns=columns,
            place=place,
            other=other,
            joins=self._get_joins(),
        )

    def _get_joins(self):
        """Return further joins; an extension point for the sale and purchase side."""
        return SQL()

    def _get_columns(self, entering):
        """Return ``column: SQL`` of one side; an extension point."""
        return {
            "id": SQL("line.id * 2 + %s", int(entering)),
            "agreement_id": SQL("place.consignment_agreement_id"),
            "kind": SQL("place.consignment_kind"),
            "partner_id": SQL("place.consignment_partner_id"),
            "company_id": SQL("place.company_id"),
            "location_id": SQL("place.id"),
            "other_location_id": SQL("other.id"),
            "date": SQL("line.date"),
            "verb": self._get_verb_sql(entering),
            "product_id": SQL("line.product_id"),
            "lot_id": SQL("line.lot_id"),
            "quantity": SQL("%s line.quantity_product_uom", SQL("+" if entering else "-")),
            "move_line_id": SQL("line.id"),
            "move_id": SQL("line.move_id"),
            "picking_id": SQL("line.picking_id"),
        }

    def _get_verb_sql(self, entering):
        is_in = SQL("place.consignment_kind IN %s", KINDS_IN)
        if entering:
            return SQL(
                """CASE WHEN other.usage = 'customer' THEN 'issue_return'
                        WHEN other.usage = 'inventory' THEN 'gain'
                        WHEN %s AND other.usage IN ('internal', 'transit', 'production')
                             AND other.consignment_agreement_id IS NULL THEN 'draw_return'
                        ELSE 'fill_up' END""",
                is_in,
            )
        return SQL(
            """CASE WHEN other.usage = 'customer' THEN 'issue'
                    WHEN other.usage = 'inventory' AND other.consignment_use IS NOT NULL
                         THEN 'issue'
                    WHEN other.usage = 'inventory' THEN 'loss'
                    WHEN %s AND other.usage IN ('internal', 'transit', 'production')
                         AND other.consignment_agreement_id IS NULL THEN 'draw'
                    ELSE 'pick_up' END""",
            is_in,
        )

    def action_view_picking(self):
        """Open the transfer of this movement (an action dictionary)."""
        self.ensure_one()
        record = self.picking_id or self.move_id
        return record.get_formview_action()
