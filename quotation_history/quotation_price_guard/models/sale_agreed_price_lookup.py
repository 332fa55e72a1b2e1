from odoo import api, models, tools
from odoo.fields import Domain


class SaleAgreedPrice(models.Model):
    """Which agreement holds for a line, and what it says."""

    _inherit = "sale.agreed.price"  # pylint: disable=consider-merging-classes-inherited

    # === LOOKUP === #

    @api.model
    @tools.ormcache("company_id")
    def _is_used(self, company_id):
        """Whether the company has any approved agreement: most companies pay nothing else."""
        # sudo: decides the price of every line, whoever types it
        return bool(
            self.sudo().search_count(
                [("company_id", "=", company_id), ("state", "=", "approved")], limit=1
            )
        )

    @api.model
    def _find(self, partner, company, date, requests):
        """Return the agreement that holds for each of any number of lines, with one query.

        A customer's own agreement goes before one of a customer tag, a variant before its
        product before a category, the nearest category before its parents; then the highest
        quantity that is reached and the newest first day win.

        :param partner: ``res.partner`` the lines are for
        :param requests: tuples ``(key, product, uom, quantity)``
        :return: dict of key to ``sale.agreed.price`` (empty where none holds)
        """
        empty = self.sudo().browse()
        if not requests or not partner or not self._is_used(company.id):
            return {request[0]: empty for request in requests}
        # sudo: an agreement of the customer holds, whoever of the salespeople made it
        candidates = self.sudo().search(self._get_lookup_domain(partner, company, date, requests))
        return {
            key: candidates._get_best(product, uom, quantity) if candidates else empty
            for key, product, uom, quantity in requests
        }

    @api.model
    def _get_lookup_domain(self, partner, company, date, requests):
        commercial = partner.commercial_partner_id
        products = self.env["product.product"].union(*(request[1] for request in requests))
        categories = [
            int(part)
            for path in products.categ_id.mapped("parent_path")
            for part in path.split("/")
            if part
        ]
        tags = (partner | commercial).category_id
        return (
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "approved")
            & Domain("date_from", "<=", date)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", date))
            & (
                Domain("partner_id", "in", commercial._origin.ids)
                | Domain("partner_category_id", "in", tags._origin.ids)
            )
            & (
                Domain("product_id", "in", products._origin.ids)
                | Domain("product_tmpl_id", "in", products.product_tmpl_id._origin.ids)
                | Domain("categ_id", "in", categories)
            )
        )

    def _get_best(self, product, uom, quantity):
        fitting = self.filtered(lambda record: record._fits(product, uom, quantity))
        return fitting.sorted(lambda record: record._get_rank(uom), reverse=True)[:1]

    def _fits(self, product, uom, quantity):
        """Whether the agreement is for the product and the quantity reaches its minimum."""
        self.ensure_one()
        comparable = not self.uom_id or self.uom_id._has_common_reference(uom)
        if not comparable or not self._fits_product(product):
            return False
        return not self.min_qty or self._get_quantity(uom, quantity) >= self.min_qty

    def _get_quantity(self, uom, quantity):
        """Return a quantity of ``uom`` in the unit of the agreement."""
        return quantity * uom.factor / self.uom_id.factor if self.uom_id else quantity

    def _get_rank(self, uom):
        quantity = self.min_qty * (self.uom_id.factor or 1.0)
        own = bool(self.partner_id)
        return (own, self._get_scope_rank(), quantity, self.date_from, self.id)

    def _get_line_price(self, product, uom, currency, date):
        """Return the agreed net price of one ``uom`` of ``product`` in ``currency``.

        A discount is taken off the price published on ``date``.
        """
        self.ensure_one()
        company = self.company_id
        if self.kind == "discount":
            published = self.env["product.pricelist"]._get_published_prices(
                [(0, product, uom)], company, currency, date
            )
            return published[0][0] * (1.0 - self.discount / 100.0)
        price = (self.uom_id or product.uom_id)._compute_price(self.price, uom)
        return self.currency_id._convert(price, currency, company, date, round=False)
