from odoo import api, fields, models, tools


class SalePriceSource(models.Model):
    """One place where the price of a line is looked for; the first that has one wins."""

    _name = "sale.price.source"
    _description = "Price Resolution Order"
    _inherit = ["sale.price.cached"]
    _order = "company_id, sequence, id"
    _rec_name = "source"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    source = fields.Selection(
        selection=[
            ("agreed", "Agreed price"),
            ("pricelist", "Price list and promotions of the quotation"),
            ("published", "Published price of the day"),
            ("last", "Price the customer last paid"),
        ],
        required=True,
    )
    description = fields.Char(compute="_compute_description")

    _company_source_unique = models.Constraint(
        "unique(company_id, source)", "Each source of prices appears once per company."
    )

    @api.depends("source")
    def _compute_description(self):
        texts = {
            "agreed": self.env._("An approved agreed price of the customer for the product."),
            "pricelist": self.env._("A rule of the quotation's price list fits the product."),
            "published": self.env._("The list marked as published has a rule for the day."),
            "last": self.env._("What the customer's company family paid last."),
        }
        for record in self:
            record.description = texts.get(record.source, "")

    @api.model
    def _get_default_sources(self):
        """Return the shipped order; the last price is off, it would freeze prices for ever."""
        return [
            {"source": "agreed", "sequence": 10},
            {"source": "pricelist", "sequence": 20},
            {"source": "published", "sequence": 30},
            {"source": "last", "sequence": 40, "active": False},
        ]

    @api.model
    @tools.ormcache("company_id")
    def _get_order(self, company_id):
        """Return the names of the sources of a company in their order."""
        # sudo: decides the price of every line, whoever types it
        sources = self.sudo().search([("company_id", "=", company_id)], order="sequence, id")
        return tuple(sources.mapped("source"))
