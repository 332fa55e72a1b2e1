from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    exclude_market_share = fields.Float(
        string="Lowest Market Share (%)", default=1.0, help="Shipped default of ours: 1 %."
    )
    exclude_margin = fields.Float(
        string="Lowest Margin (%)", default=10.0, help="Shipped default of ours: 10 %."
    )
    exclude_growth = fields.Float(
        string="Lowest Growth (%)", default=50.0, help="Shipped default of ours: 50 %."
    )
    gm_approval_revenue = fields.Monetary(
        string="General Manager Signs from",
        default=1000000.0,
        help="Expected revenue from which the general manager signs a development application too. "
        "Shipped default of ours: 1,000,000; 0 switches it off.",
    )
    owned_prospect_policy = fields.Selection(
        [("warn", "Warn"), ("refuse", "Refuse")],
        string="Company Already Developed",
        default="warn",
        required=True,
        help="What happens when somebody enters a company that a colleague develops already.",
    )
    contract_trial_months = fields.Integer(
        string="Trial (Months)", default=3, help="Length of a trial or first contract period."
    )
    no_customer_months = fields.Integer(
        string="Flag after Months without New Customer", default=2, help="0 switches it off."
    )
    expense_advance_rate = fields.Float(
        string="Advanced by Salespeople (%)",
        default=20.0,
        help="Share of the expenses of development that the salesperson bears until the contract "
        "is signed: 20 %.",
    )

    _check_expense_advance_rate = models.Constraint(
        "CHECK(expense_advance_rate >= 0 AND expense_advance_rate <= 100)",
        "The advance is a share of 0 to 100 percent.",
    )
