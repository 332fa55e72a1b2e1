from dateutil.relativedelta import relativedelta

from odoo import fields, models


class ConsignmentStatement(models.TransientModel):
    _name = "consignment.statement"
    _description = "Statement of a Consignment Agreement"

    agreement_id = fields.Many2one("consignment.agreement", required=True)
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.context_today(self) + relativedelta(day=1),
    )
    date_to = fields.Date("To", required=True, default=fields.Date.context_today)

    def action_print(self):
        """Print the statement (a report action)."""
        self.ensure_one()
        report = self.env.ref("consignment.action_report_statement")
        return report.report_action(
            self.agreement_id,
            config=False,
            data={
                "agreement_id": self.agreement_id.id,
                "date_from": fields.Date.to_string(self.date_from),
                "date_to": fields.Date.to_string(self.date_to),
            },
        )
