from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    work_log_reminder = fields.Boolean(
        string="Remind of the Daily Work Log",
        help="In the evening salespeople are reminded of the log they have not written yet.",
    )
    visit_interval_days = fields.Integer(
        string="Visit Customers Every (Days)",
        default=30,
        help="Shipped default of ours; 0 switches the list of due visits off for customers "
        "without an interval of their own.",
    )
