from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    consignment_location_id = fields.Many2one(
        "stock.location",
        "Goods in Other Hands",
        readonly=True,
        help="The places of dealers and borrowers are made below this location.",
    )
    consignment_gift_location_id = fields.Many2one(
        "stock.location", "Gifts and Samples", domain="[('usage', '=', 'inventory')]"
    )
    consignment_own_use_location_id = fields.Many2one(
        "stock.location", "Own Use", domain="[('usage', '=', 'inventory')]"
    )
    consignment_exchange_location_id = fields.Many2one(
        "stock.location", "Exchange of Articles", domain="[('usage', '=', 'inventory')]"
    )
    consignment_never_reserve = fields.Boolean(
        "Never Reserve Others' Goods",
        help="Deliveries and manufacturing never take consigned or borrowed goods by themselves.",
    )
    consignment_age_alert_days = fields.Integer("Age Alert (days)", default=90)
    consignment_age_vat_days = fields.Integer(
        "VAT Age (days)",
        default=180,
        help="A default of ours, not tax logic: ask your accountant which period applies.",
    )
    consignment_loan_days = fields.Integer(
        "Loan Period (days)", default=30, help="Proposed as the due date of new loans."
    )
    consignment_age_1 = fields.Integer("First Age Bound", default=30, required=True)
    consignment_age_2 = fields.Integer("Second Age Bound", default=60, required=True)
    consignment_age_3 = fields.Integer("Third Age Bound", default=90, required=True)
    consignment_age_4 = fields.Integer("Fourth Age Bound", default=180, required=True)

    @api.constrains(
        "consignment_age_1", "consignment_age_2", "consignment_age_3", "consignment_age_4"
    )
    def _check_consignment_bounds(self):
        for company in self:
            bounds = (0, *company._get_consignment_bounds())
            if any(low >= high for low, high in zip(bounds, bounds[1:], strict=False)):
                raise ValidationError(self.env._("The age bounds must rise from one to the next."))

    def _get_consignment_bounds(self):
        return (
            self.consignment_age_1,
            self.consignment_age_2,
            self.consignment_age_3,
            self.consignment_age_4,
        )

    def _get_consignment_root(self):
        """Return the view location of goods in other hands, made when first needed."""
        self.ensure_one()
        company = self.sudo()  # made on behalf of whoever lends first
        if not company.consignment_location_id:
            company.consignment_location_id = company.env["stock.location"].create(
                {
                    "name": company.env._("Goods in Other Hands"),
                    "usage": "view",
                    "company_id": company.id,
                }
            )
        return company.consignment_location_id

    def _get_consignment_use_location(self, use):
        """Return the write-off location of ``gift``, ``own_use`` or ``exchange``."""
        self.ensure_one()
        company = self.sudo()  # made on behalf of whoever converts first
        field = f"consignment_{use}_location_id"
        if not company[field]:
            company[field] = company.env["stock.location"].create(
                company._prepare_consignment_use_values(use)
            )
        return company[field]

    def _prepare_consignment_use_values(self, use):
        uses = self.env["stock.location"]._fields["consignment_use"]
        return {
            "name": dict(uses._description_selection(self.env))[use],
            "usage": "inventory",
            "company_id": self.id,
            "consignment_use": use,
            "valuation_account_id": use != "exchange" and self.expense_account_id.id,
        }
