from odoo import api, fields, models

from ..tools import floor_math


class SalePriceAuthority(models.Model):
    """How far below a floor the members of a group may go on their own signature."""

    _name = "sale.price.authority"
    _description = "Price Authority"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    group_id = fields.Many2one("res.groups", required=True, index=True, ondelete="cascade")
    max_discount = fields.Float(
        string="Up to a Discount of (%)",
        default=100.0,
        help="Off the published price of the day. 100: no limit.",
    )
    min_margin = fields.Float(
        string="Down to a Margin of (%)",
        default=0.0,
        help="Of the sales price; negative to allow sales below cost. Not checked where the "
        "product has no cost.",
    )

    _company_group_unique = models.Constraint(
        "unique(company_id, group_id)", "Each group appears once per company."
    )
    _discount_possible = models.Constraint(
        "CHECK(max_discount BETWEEN 0 AND 100 AND min_margin <= 100)",
        "A discount is between 0 and 100 percent, a margin at most 100.",
    )

    @api.model
    def _get_table(self, company):
        # sudo: the table decides for everybody, only price managers may read it
        return self.sudo().search([("company_id", "=", company.id)])

    def _covers(self, user, price, cost, published):
        """Whether ``user`` may let ``price`` pass alone, by any of the user's groups."""
        return any(
            row._allows(price, cost, published)
            for row in self
            if row.group_id in user.all_group_ids
        )

    def _allows(self, price, cost, published):
        """Whether this row lets a price pass: both of its limits hold."""
        self.ensure_one()
        margin = floor_math.margin_percent(price, cost)
        if margin is not False and margin < self.min_margin - 1e-6:
            return False
        discount = floor_math.discount_percent(price, published)
        return discount is False or discount <= self.max_discount + 1e-6
