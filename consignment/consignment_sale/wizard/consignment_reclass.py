from dateutil.relativedelta import relativedelta

from odoo import fields, models


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

    def action_confirm(self):
        """Post the entry and its reversal (an action dictionary)."""
        self.ensure_one()
        agreements = self.env["consignment.agreement"]
        move = agreements.create_reclass(self.company_id.id, fields.Date.to_string(self.date))
        if not move:
            return {"type": "ir.actions.act_window_close"}
        return self.env["account.move"].browse(move).get_formview_action()
