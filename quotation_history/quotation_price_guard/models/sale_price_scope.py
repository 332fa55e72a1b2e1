from odoo import api, fields, models


class SalePriceScope(models.AbstractModel):
    """Which products and customers a rule about prices is for."""

    _name = "sale.price.scope"
    _description = "Scope of a Price Rule"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    categ_id = fields.Many2one(
        "product.category", string="Product Category", index="btree_not_null"
    )
    product_tmpl_id = fields.Many2one(
        "product.template", string="Product", index="btree_not_null", check_company=True
    )
    product_id = fields.Many2one(
        "product.product", string="Product Variant", index="btree_not_null", check_company=True
    )
    partner_category_id = fields.Many2one(
        "res.partner.category", string="Customer Tag", index="btree_not_null"
    )
    product_label = fields.Char(string="For Product", compute="_compute_product_label")

    @api.depends("product_id", "product_tmpl_id", "categ_id")
    def _compute_product_label(self):
        for record in self:
            record.product_label = record._get_scope().display_name or ""

    def _get_scope(self):
        """Return the variant, product or category the rule is for; an empty one for all."""
        return self.product_id or self.product_tmpl_id or self.categ_id

    def _fits_product(self, product):
        self.ensure_one()
        scope = self._get_scope()
        if scope._name == "product.product":
            return scope == product._origin
        if scope._name == "product.template":
            return scope == product.product_tmpl_id._origin
        return not scope or str(scope.id) in (product.categ_id.parent_path or "").split("/")

    def _get_scope_rank(self):
        """Return how narrow the scope is: a variant before its product before a category, the
        nearest category before its parents."""
        scope = self._get_scope()
        ranks = {"product.product": 200, "product.template": 199}
        return ranks.get(scope._name) or (scope.parent_path or "").count("/")
