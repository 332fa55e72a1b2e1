from odoo import api, models


class ReportConsignmentStatement(models.AbstractModel):
    _name = "report.consignment.report_statement"
    _description = "Statement of a Consignment Agreement"

    @api.model
    def _get_report_values(self, docids, data=None):
        data = data or {}
        ids = docids or [data.get("agreement_id")]
        agreements = self.env["consignment.agreement"].browse(ids)
        period = data.get("date_from"), data.get("date_to")
        return {
            "doc_ids": agreements.ids,
            "doc_model": agreements._name,
            "docs": agreements,
            "statements": {
                agreement.id: agreement.get_statement(*period) for agreement in agreements
            },
        }
