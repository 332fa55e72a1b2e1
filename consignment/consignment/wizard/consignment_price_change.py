from datetime import time

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

SETTLING = ("issue", "issue_return", "draw", "draw_return")


class ConsignmentPriceChange(models.TransientModel):
    _name = "consignment.price.change"
    _description = "New Prices of Goods Still Out"

    agreement_id = fields.Many2one("consignment.agreement", required=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    note = fields.Char("Reason")
    line_ids = fields.One2many(
        "consignment.price.change.line",
        "change_id",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("agreement_id")
    def _compute_line_ids(self):
        for change in self:
            agreement = change.agreement_id
            products = self.env["product.product"].browse(
                {row["product_id"] for row in agreement.get_balance()} if agreement else []
            )
            change.line_ids = [Command.clear()] + [
                Command.create(change._prepare_line(product)) for product in products
            ]

    def _prepare_line(self, product):
        price = self._get_old_price(product)
        return {"product_id": product.id, "old_price": price, "price_unit": price}

    def _get_old_price(self, product):
        date = self.date_from or fields.Date.context_today(self)
        return self.agreement_id._get_price(product, date) or 0.0

    @api.onchange("date_from")
    def _onchange_date_from(self):
        """What was not typed yet follows the price that held on the day."""
        for line in self.line_ids:
            price = self._get_old_price(line.product_id)
            if line.price_unit == line.old_price:
                line.price_unit = price
            line.old_price = price

    def action_confirm(self):
        """Agree the changed prices (an action dictionary that closes the dialog)."""
        self.ensure_one()
        lines = [
            {"product_id": line.product_id.id, "price_unit": line.price_unit}
            for line in self.line_ids
            if line.price_unit != self._get_old_price(line.product_id)
        ]
        if not lines:
            raise UserError(self.env._("Type the new price of at least one product."))
        date = fields.Date.to_string(self.date_from)
        self.agreement_id.adjust_price(lines, date, self.note or "")
        return {"type": "ir.actions.act_window_close"}


class ConsignmentPriceChangeLine(models.TransientModel):
    _name = "consignment.price.change.line"
    _description = "New Price"

    change_id = fields.Many2one("consignment.price.change", required=True, ondelete="cascade")
    product_id = fields.Many2one(
        "product.product", required=True, domain="[('is_storable', '=', True)]"
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    there = fields.Float(digits="Product Unit", compute="_compute_quantities")
    settled = fields.Float(
        "Settled Since",
        digits="Product Unit",
        compute="_compute_quantities",
        help="Sold or used since that day: corrected by a credit or debit note.",
    )
    old_price = fields.Float("Price So Far", digits="Product Price", readonly=True)
    price_unit = fields.Float("New Price", digits="Product Price", required=True)
    difference = fields.Float("Change (%)", digits=(16, 1), compute="_compute_difference")

    @api.depends("product_id", "change_id.date_from")
    def _compute_quantities(self):
        for line in self:
            events = [
                ("agreement_id", "=", line.change_id.agreement_id.id),
                ("product_id", "=", line.product_id.id),
            ]
            line.there = line._sum(events)
            line.settled = -line._sum([*events, *line._get_settled_domain()])

    def _get_settled_domain(self):
        agreement = self.change_id.agreement_id
        day = self.change_id.date_from or fields.Date.context_today(self)
        return [("verb", "in", SETTLING), ("date", ">=", agreement._localize(day, time.min))]

    def _sum(self, domain):
        return self.env["consignment.event"]._read_group(domain, [], ["quantity:sum"])[0][0] or 0.0

    @api.depends("old_price", "price_unit")
    def _compute_difference(self):
        for line in self:
            change = line.price_unit - line.old_price
            line.difference = 100 * change / line.old_price if line.old_price else 0.0
