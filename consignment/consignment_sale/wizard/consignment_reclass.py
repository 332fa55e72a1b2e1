from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class ConsignmentReclass(models.TransientModel):
    _name = "consignment.reclass"
    _description = "Show Goods in Other Hands as Shipped"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self) - relativedelta(day=1, days=1),
    )

    currency_id = fields.Many2one(related="company_id.currency_id")
    account_id = fields.Many2one(related="company_id.consignment_shipped_account_id")
    journal_id = fields.Many2one(related="company_id.consignment_reclass_journal_id")
    amount = fields.Monetary("Goods in Other Hands", compute="_compute_amount")

    @api.depends("company_id", "date")
    def _compute_amount(self):
        """What will be shown as shipped: the sum of all balances at the end of that day."""
        agreements = self.env["consignment.agreement"]
        for wizard in self:
            day = wizard.date
            is_past = day and day <= fields.Date.context_today(wizard)
            amounts = (
                agreements._get_reclass_amounts(wizard.company_id, day)
                if wizard.company_id and is_past
                else {}
            )
            wizard.amount = sum(amounts.values())

    def action_confirm(self):
        """Post the entry and its reversal (an action dictionary)."""
        self.ensure_one()
        agreements = self.env["consignment.agreement"]
        move = agreements.create_reclass(self.company_id.id, fields.Date.to_string(self.date))
        if not move:
            raise UserError(
                self.env._(
                    "No goods of ours were in other hands on %s.", fields.Date.to_string(self.date)
                )
            )
        return self.env["account.move"].browse(move).get_formview_action()
