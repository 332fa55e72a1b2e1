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
                agreement.id: self._in_partner_language(agreement).get_statement(*period)
                for agreement in agreements
            },
        }

    def _in_partner_language(self, agreement):
        """The paper is the partner's: articles and movements go by the names they know."""
        return agreement.with_context(lang=agreement.partner_id.lang or self.env.lang)
