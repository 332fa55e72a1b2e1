from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    price_promo_basis = fields.Selection(
        selection=[("quote", "Date of the quotation"), ("confirm", "Date of the order")],
        string="Promotions Apply by",
        default="quote",
        required=True,
        help="Date of the quotation: a promotion that ended after the quotation was sent is "
        "honoured.\nDate of the order: it must still run when the order is confirmed.",
    )
    price_review_months = fields.Integer(
        string="Review Agreed Prices after (Months)",
        default=12,
        help="When an agreed price comes up for review, counted from its first day. The default "
        "of twelve months is ours.",
    )
    price_approval_days = fields.Integer(
        string="Price Approvals Hold for (Days)",
        default=30,
        help="How long the approval of a price below its floor is remembered. The default is ours.",
    )
    price_approval_band = fields.Float(
        string="Quantity Band (%)",
        default=20.0,
        help="How far the quantity may differ from the approved one before the price needs a new "
        "approval. The default is ours.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_price_sources()
        return companies

    def _create_price_sources(self):
        """Give each company the shipped order in which prices are looked for."""
        # sudo: whoever may create a company is not always a price manager
        self.env["sale.price.source"].sudo().create(
            [
                {**values, "company_id": company.id}
                for company in self
                for values in self.env["sale.price.source"]._get_default_sources()
            ]
        )
