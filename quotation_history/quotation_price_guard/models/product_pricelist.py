from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    is_published = fields.Boolean(
        string="Published Prices",
        help="The rules of this list, with their dates, are the prices the company publishes for "
        "each day. Quotations show how far they deviate from them.",
    )

    @api.constrains("is_published", "active", "company_id")
    def _check_single_published(self):
        """One price is published a day: two lists could contradict each other."""
        for pricelist in self.filtered(lambda pricelist: pricelist.is_published):
            twins = self.search_count(
                [
                    ("is_published", "=", True),
                    ("id", "!=", pricelist.id),
                    ("company_id", "=", pricelist.company_id.id),
                ],
                limit=1,
            )
            if twins:
                raise ValidationError(
                    self.env._("There is already a list of published prices for this company.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        pricelists = super().create(vals_list)
        if pricelists.filtered("is_published"):
            self.env.registry.clear_cache()
        return pricelists

    def write(self, vals):
        result = super().write(vals)
        if {"is_published", "active", "company_id"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache("company_id")
    def _get_published_id(self, company_id):
        """Return the id of the company's own published list, else of the shared one, else 0."""
        # sudo: what the company publishes is known to everybody who sells
        pricelists = self.sudo().search(
            [("is_published", "=", True), ("company_id", "in", [company_id, False])]
        )
        own = pricelists.filtered(lambda pricelist: pricelist.company_id.id == company_id)
        return (own or pricelists)[:1].id or 0

    @api.model
    def _get_published_prices(self, requests, company, currency, date):
        """Return the published price of the day for any number of lines, with its rule.

        :param requests: tuples ``(key, product, uom)``
        :param company: ``res.company`` that publishes
        :param currency: ``res.currency`` the prices are wanted in
        :param date: day of the prices
        :return: dict of key to ``(price, rule id)``: the price of a single unit of ``uom`` as
            published; without a rule for the product its sales price and ``False``
        """
        pricelist = self.browse(self._get_published_id(company.id)).sudo()
        by_uom = {}
        for key, product, uom in requests:
            by_uom.setdefault(uom, []).append((key, product))
        prices = {}
        for uom, pairs in by_uom.items():
            products = self.env["product.product"].union(*(product for _key, product in pairs))
            found = pricelist._compute_price_rule(
                # sudo: a published price may start from the cost, which the user may not read
                products.sudo().with_company(company),
                1.0,
                currency=currency,
                uom=uom,
                date=date,
            )
            for key, product in pairs:
                prices[key] = found[product.id]
        return prices
