from odoo import http
from odoo.http import request

from odoo.addons.web.controllers import report


class ReportController(report.ReportController):
    @http.route()
    def report_routes(self, reportname, docids=None, converter=None, **data):
        response = super().report_routes(reportname, docids=docids, converter=converter, **data)
        if converter == "pdf" and reportname == "sale.report_saleorder" and docids:
            self._send_printed_offers(docids, response)
        return response

    def _send_printed_offers(self, docids, response):
        """Freeze the quotations a salesperson prints: the paper is on its way to the customer."""
        ids = [int(res_id) for res_id in str(docids).split(",") if res_id.isdigit()]
        orders = request.env["sale.order"].browse(ids).exists()
        if not orders.has_access("write"):
            return
        orders = orders.filtered(
            lambda order: (
                order.state in ("draft", "sent") and order.company_id.offer_capture_on_print
            )
        )
        # one PDF for several quotations is nobody's own: each offer then renders its own
        pdfs = {orders.id: response.get_data()} if len(ids) == 1 and orders else {}
        orders._send_offers("print", pdfs)
