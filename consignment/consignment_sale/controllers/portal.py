from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class ConsignmentPortal(CustomerPortal):
    """What a dealer sees of the goods in the own shop, and how it reports sales."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "consignment_count" in counters:
            values["consignment_count"] = len(self._get_agreements())
        return values

    def _get_agreements(self):
        """Return the dealer's own agreements.

        Portal users have no right on the model: the domain is the whole permission, and
        the templates show chosen fields only.
        """
        partner = request.env.user.partner_id.commercial_partner_id
        return (
            request.env["consignment.agreement"]
            .sudo()
            .search(
                [
                    ("partner_id", "child_of", partner.id),
                    ("direction", "=", "out"),
                    ("state", "in", ("active", "closing", "closed")),
                ]
            )
        )

    def _get_agreement(self, agreement_id):
        return self._get_agreements().filtered(lambda a: a.id == agreement_id)

    @http.route("/my/consignment", type="http", auth="user", website=True, readonly=True)
    def portal_my_consignment(self, **kwargs):
        """List the dealer's agreements."""
        values = self._prepare_portal_layout_values()
        values.update({"agreements": self._get_agreements(), "page_name": "consignment"})
        return request.render("consignment_sale.portal_my_consignment", values)

    @http.route("/my/consignment/<int:agreement_id>", type="http", auth="user", website=True)
    def portal_consignment(self, agreement_id, error=None, success=None, **kwargs):
        """Show balance, age, reports and the statement of one agreement."""
        agreement = self._get_agreement(agreement_id)
        if not agreement:
            return request.redirect("/my")
        values = self._prepare_portal_layout_values()
        values.update(self._prepare_consignment_values(agreement))
        values.update({"error": error, "success": success})
        return request.render("consignment_sale.portal_consignment", values)

    def _prepare_consignment_values(self, agreement):
        ages = {}
        for layer in agreement.get_ageing():
            key = (layer["product_id"], layer["lot_id"])
            ages[key] = max(ages.get(key, 0), layer["days"])
        products = agreement.env["product.product"]
        lots = agreement.env["stock.lot"]
        rows = [
            {
                "product": products.browse(row["product_id"]),
                "lot": lots.browse(row["lot_id"] or []),
                "quantity": row["quantity"],
                "days": ages.get((row["product_id"], row["lot_id"]), 0),
            }
            for row in agreement._get_balance_rows(fields.Datetime.now())
        ]
        return {
            "agreement": agreement,
            "rows": rows,
            "reports": agreement.report_ids[:20],
            "page_name": "consignment",
            "can_report": agreement.kind == "consign_out" and agreement.state != "closed",
        }

    @http.route(
        "/my/consignment/<int:agreement_id>/report",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_consignment_report(self, agreement_id, **post):
        """Hand in what was sold; we confirm it."""
        agreement = self._get_agreement(agreement_id)
        if not agreement or agreement.kind != "consign_out":
            return request.redirect("/my")
        url = f"/my/consignment/{agreement.id}"
        try:
            with request.env.cr.savepoint():
                lines = self._read_posted_lines(agreement, post)
                self._create_report(agreement, lines, post)
        except (UserError, ValueError) as error:
            return self.portal_consignment(agreement_id, error=str(error))
        return request.redirect(f"{url}?success=1")

    def _read_posted_lines(self, agreement, post):
        """Accept quantities of what is there only: keys are ``quantity_<product>_<lot>``."""
        lines = []
        for row in agreement._get_balance_rows(fields.Datetime.now()):
            entered = post.get(f"quantity_{row['product_id']}_{row['lot_id'] or 0}", "").strip()
            quantity = float(entered or 0)
            if not quantity:
                continue
            if not 0 < quantity <= row["quantity"]:
                product = agreement.env["product.product"].browse(row["product_id"])
                raise UserError(
                    request.env._(
                        "%(product)s: between 0 and %(quantity)g can be reported.",
                        product=product.display_name,
                        quantity=row["quantity"],
                    )
                )
            lines.append(
                {
                    "product_id": row["product_id"],
                    "lot_id": row["lot_id"],
                    "quantity": quantity,
                }
            )
        return lines

    def _create_report(self, agreement, lines, post):
        parsed = agreement._parse_lines(lines)
        report = agreement._create_report(parsed, post.get("date") or None, "portal")
        report.note = (post.get("note") or "")[:2000]
        if post.get("submit"):
            report.action_submit()

    @http.route(
        "/my/consignment/<int:agreement_id>/report/<int:report_id>/<string:action>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_consignment_report_action(self, agreement_id, report_id, action, **post):
        """Hand in or drop a draft of the dealer's own."""
        report = self._get_agreement(agreement_id).report_ids.filtered(
            lambda r: r.id == report_id and r.state == "draft" and r.source == "portal"
        )
        if report and action == "submit":
            report.action_submit()
        elif report and action == "cancel":
            report.action_cancel()
        return request.redirect(f"/my/consignment/{agreement_id}")

    @http.route(
        "/my/consignment/<int:agreement_id>/statement",
        type="http",
        auth="user",
        website=True,
    )
    def portal_consignment_statement(self, agreement_id, date_from=None, date_to=None, **kwargs):
        """Print the statement of a period as PDF."""
        agreement = self._get_agreement(agreement_id)
        if not agreement:
            return request.redirect("/my")
        try:
            agreement.get_statement(date_from, date_to)
        except (UserError, ValueError) as error:
            return self.portal_consignment(agreement_id, error=str(error))
        # The agreement is the dealer's own, as checked above; the report needs its data.
        reports = request.env["ir.actions.report"].sudo()
        pdf, _kind = reports._render_qweb_pdf(
            "consignment.action_report_statement",
            agreement.ids,
            data={"date_from": date_from, "date_to": date_to},
        )
        name = agreement.name.replace("/", "-")
        headers = [
            ("Content-Type", "application/pdf"),
            ("Content-Length", len(pdf)),
            ("Content-Disposition", f'inline; filename="{name}.pdf"'),
        ]
        return request.make_response(pdf, headers=headers)
