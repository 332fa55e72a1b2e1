from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    visit_interval_days = fields.Integer(
        string="Visit Customers Every (Days)",
        default=30,
        help="Shipped default of ours; 0 switches the list of due visits off for customers "
        "without an interval of their own.",
    )
