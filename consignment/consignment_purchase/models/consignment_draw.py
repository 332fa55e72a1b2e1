from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ConsignmentDraw(models.Model):
    """What was used of others' goods: drawn, given back, settled, and still open.

    Read from the moves and the settlements; there is no second book to keep in step.
    ``consignment_at`` in the context (a UTC datetime) cuts draws and returns off at that
    moment; with ``consignment_owed`` settlements of later periods do not count either.
    """

    _name = "consignment.draw"
    _description = "Draw of Consigned Goods"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "product_id"
    _depends = {
        "stock.move": ["state", "date", "quantity", "purchase_line_id", "origin_returned_move_id"],
        "purchase.order": ["consignment_agreement_id"],
        "purchase.order.line": ["price_unit", "discount"],
        "consignment.settlement": ["bill_id", "date_to"],
        "consignment.settlement.line": ["move_id", "quantity"],
        "account.move": ["state"],
    }

    move_id = fields.Many2one("stock.move", readonly=True)
    agreement_id = fields.Many2one("consignment.agreement", readonly=True)
    kind = fields.Selection(
        lambda self: self.env["consignment.agreement"]._get_kinds(), readonly=True
    )
    partner_id = fields.Many2one("res.partner", "Owner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    purchase_order_id = fields.Many2one("purchase.order", readonly=True)
    purchase_line_id = fields.Many2one("purchase.order.line", readonly=True)
    picking_id = fields.Many2one("stock.picking", "Draw", readonly=True)
    used_move_id = fields.Many2one("stock.move", "Used By", readonly=True)
    used_reference = fields.Char("Used In", readonly=True)
    date = fields.Datetime(readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    lot_ids = fields.Many2many(related="move_id.lot_ids")
    drawn = fields.Float(digits="Product Unit", readonly=True)
    returned = fields.Float("Given Back", digits="Product Unit", readonly=True)
    returnable = fields.Float("Can Be Given Back", digits="Product Unit", readonly=True)
    settled = fields.Float(digits="Product Unit", readonly=True)
    open_quantity = fields.Float(
        "To Settle",
        digits="Product Unit",
        readonly=True,
        help="Drawn less given back and settled; negative where billed goods were given back.",
    )
    price_unit = fields.Float("Price", digits="Product Price", readonly=True, aggregator="avg")
    amount = fields.Monetary(
        "Open Amount", readonly=True, aggregator="sum", help="What is to settle, before tax."
    )

    @property
    def _table_query(self):
        at = fields.Datetime.to_datetime(self.env.context.get("consignment_at"))
        columns = SQL(", ").join(
            SQL("%s AS %s", expression, SQL.identifier(name))
            for name, expression in self._get_columns().items()
        )
        return SQL(
            """SELECT %(columns)s
                 FROM stock_move move
                 JOIN purchase_order_line line ON line.id = move.purchase_line_id
                 JOIN purchase_order po ON po.id = line.order_id
                 JOIN consignment_agreement agreement ON agreement.id = po.consignment_agreement_id
                 JOIN stock_location place ON place.id = move.location_id
                  AND place.consignment_agreement_id = agreement.id
            LEFT JOIN stock_move used ON used.id = move.consignment_draw_for_id
            LEFT JOIN LATERAL (
                      SELECT SUM(back.quantity) AS quantity
                        FROM stock_move back
                       WHERE back.origin_returned_move_id = move.id
                         AND back.state = 'done' AND %(back_date)s) back ON TRUE
            LEFT JOIN LATERAL (
                      SELECT SUM(part.quantity) AS quantity
                        FROM consignment_settlement_line part
                        JOIN consignment_settlement settlement ON settlement.id = part.settlement_id
                        JOIN account_move bill ON bill.id = settlement.bill_id
                       WHERE part.move_id = move.id
                         AND bill.state != 'cancel' AND %(settled_date)s) settled ON TRUE
                WHERE move.state = 'done' AND %(move_date)s""",
            columns=columns,
            move_date=SQL("move.date <= %s", at) if at else SQL("TRUE"),
            back_date=SQL("back.date <= %s", at) if at else SQL("TRUE"),
            settled_date=(
                SQL("settlement.date_to <= %s", self.env["consignment.agreement"]._to_day(at))
                if at and self.env.context.get("consignment_owed")
                else SQL("TRUE")
            ),
        )

    def _get_columns(self):
        """Return ``column: SQL``; an extension point."""
        drawn = SQL("move.quantity")
        returned, settled = SQL("COALESCE(back.quantity, 0)"), SQL("COALESCE(settled.quantity, 0)")
        open_quantity = SQL("ROUND((%s - %s - %s)::numeric, 6)", drawn, returned, settled)
        price = SQL("line.price_unit * (1 - COALESCE(line.discount, 0) / 100)")
        return {
            "id": SQL("move.id"),
            "move_id": SQL("move.id"),
            "agreement_id": SQL("agreement.id"),
            "kind": SQL("agreement.kind"),
            "partner_id": SQL("agreement.partner_id"),
            "company_id": SQL("agreement.company_id"),
            "currency_id": SQL("po.currency_id"),
            "purchase_order_id": SQL("po.id"),
            "purchase_line_id": SQL("line.id"),
            "picking_id": SQL("move.picking_id"),
            "used_move_id": SQL("used.id"),
            "used_reference": SQL("COALESCE(used.reference, move.origin)"),
            "date": SQL("move.date"),
            "product_id": SQL("move.product_id"),
            "drawn": drawn,
            "returned": returned,
            "returnable": SQL("ROUND((%s - %s)::numeric, 6)", drawn, returned),
            "settled": settled,
            "open_quantity": open_quantity,
            "price_unit": price,
            "amount": SQL("%s * (%s)::numeric", open_quantity, price),
        }

    # === HELPERS === #

    def _get_returnable(self, lot=False):
        """Return what can still be given back of this draw, of one lot where asked."""
        self.ensure_one()
        if not lot:
            return self.returnable
        move = self.move_id
        drawn = move.move_line_ids.filtered(lambda line: line.lot_id == lot)
        back = move.returned_move_ids.filtered(lambda m: m.state == "done").move_line_ids
        back = back.filtered(lambda line: line.lot_id == lot)
        return sum(drawn.mapped("quantity_product_uom")) - sum(back.mapped("quantity_product_uom"))

    @api.model
    def _describe_open(self, domain):
        """Return a text per product of what is not settled."""
        groups = self._read_group(
            Domain(domain) & Domain("open_quantity", "!=", 0),
            ["product_id"],
            ["open_quantity:sum"],
        )
        return [
            self.env._(
                "%(product)s: %(quantity)g drawn and not settled",
                product=product.display_name,
                quantity=quantity,
            )
            for product, quantity in groups
        ]

    def action_view_document(self):
        """Open the transfer the goods were used in (an action dictionary)."""
        self.ensure_one()
        record = self.used_move_id.picking_id or self.picking_id or self.move_id
        return record.get_formview_action()
