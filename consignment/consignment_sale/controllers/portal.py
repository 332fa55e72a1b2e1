import math

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

REPORT_BADGES = {
    "draft": "text-bg-info",
    "submitted": "text-bg-warning",
    "confirmed": "text-bg-success",
}
REPORT_PDF = "consignment_sale.action_report_settlement"
STATEMENT_PDF = "consignment.action_report_statement"


class ConsignmentPortal(CustomerPortal):
    """What a dealer sees of the goods in the own shop, and how it reports sales."""

    # === WHAT IS THE DEALER'S OWN === #

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

    def _get_own_report(self, agreement, report_id):
        """Return a report of the dealer's own agreement; drafts of ours stay ours."""
        return agreement.report_ids.filtered(
            lambda report: (
                report.id == report_id and (report.source == "portal" or report.state != "draft")
            )
        )

    def _is_editable(self, report):
        return report.state == "draft" and report.source == "portal"

    # === PAGES === #

    @http.route("/my/consignment", type="http", auth="user", website=True, readonly=True)
    def portal_my_consignment(self, **kwargs):
        """List the dealer's agreements."""
        values = self._prepare_portal_layout_values()
        values.update({"agreements": self._get_agreements(), "page_name": "consignment"})
        return request.render("consignment_sale.portal_my_consignment", values)

    @http.route("/my/consignment/<int:agreement_id>", type="http", auth="user", website=True)
    def portal_consignment(self, agreement_id, **kwargs):
        """Show balance, age, reports and the statement of one agreement."""
        agreement = self._get_agreement(agreement_id)
        if not agreement:
            return request.redirect("/my")
        return self._render_agreement(agreement, success=bool(kwargs.get("success")))

    def _render_agreement(self, agreement, **more):
        values = self._prepare_portal_layout_values()
        values.update(self._prepare_consignment_values(agreement), **more)
        return request.render("consignment_sale.portal_consignment", values)

    def _prepare_consignment_values(self, agreement):
        rows = self._prepare_rows(agreement)
        today = fields.Date.context_today(agreement)
        return {
            "agreement": agreement,
            "rows": rows,
            "buckets": self._prepare_buckets(agreement),
            "posted": {},
            "edited": None,
            "error": None,
            "success": False,
            "reports": self._get_shown_reports(agreement),
            "report_badges": REPORT_BADGES,
            "today": fields.Date.to_string(today),
            "month_start": fields.Date.to_string(today.replace(day=1)),
            "page_name": "consignment",
            "can_report": agreement.kind == "consign_out" and agreement.state != "closed",
        }

    def _prepare_rows(self, agreement):
        now = fields.Datetime.now()
        ages = agreement._get_shop_ages(now)
        return [
            self._prepare_row(
                agreement, row, ages.get((row["product_id"], row["lot_id"], row["location_id"]), 0)
            )
            for row in agreement._get_shop_rows(now)
        ]

    def _prepare_row(self, agreement, row, days):
        product = agreement.env["product.product"].browse(row["product_id"])
        today = fields.Date.context_today(agreement)
        return {
            "key": self._get_key(row["product_id"], row["lot_id"], row["location_id"]),
            "product": product,
            "lot": agreement.env["stock.lot"].browse(row["lot_id"] or []),
            "shop": agreement.env["stock.location"].browse(row["location_id"] or []),
            "quantity": row["quantity"],
            "max": row["quantity"] if agreement.over_settlement == "refuse" else None,
            "price": agreement._get_settlement_price(product, today),
            "days": days,
        }

    @staticmethod
    def _get_key(product_id, lot_id, shop_id):
        """Return the name of an input: by article and lot, and by shop where there are several."""
        return f"quantity_{product_id}_{lot_id or 0}" + (f"_{shop_id}" if shop_id else "")

    def _prepare_buckets(self, agreement):
        """Return the age of the goods there as ``label, quantity, percent``."""
        labels = dict(agreement.env["consignment.ageing"]._get_buckets())
        quantities = dict.fromkeys(labels, 0.0)
        for layer in agreement.layer_ids:
            quantities[layer.bucket] += layer.quantity
        total = sum(quantities.values())
        return [
            {
                "label": label,
                "quantity": quantities[bucket],
                "percent": round(100 * quantities[bucket] / total) if total else 0,
            }
            for bucket, label in labels.items()
        ]

    def _get_shown_reports(self, agreement):
        return agreement.report_ids.filtered(
            lambda report: report.source == "portal" or report.state != "draft"
        )[:20]

    # === REPORTS === #

    @http.route(
        "/my/consignment/<int:agreement_id>/report",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_consignment_report(self, agreement_id, **post):
        """Hand in what was sold, or keep it as a draft; we confirm it."""
        agreement = self._get_agreement(agreement_id)
        if not agreement or agreement.kind != "consign_out":
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                edited = self._get_edited(agreement, post)
                lines = self._read_posted_lines(agreement, post)
                self._save_report(agreement, lines, post, edited)
        except UserError as error:
            return self._render_agreement(agreement, error=str(error), posted=post)
        done = "?success=1" if post.get("submit") else ""
        return request.redirect(f"/my/consignment/{agreement.id}{done}")

    def _get_edited(self, agreement, post):
        entered = str(post.get("report_id") or "")
        if not entered:
            return agreement.report_ids.browse()
        report_id = int(entered) if entered.isascii() and entered.isdigit() else 0
        edited = self._get_own_report(agreement, report_id)
        if not edited or not self._is_editable(edited):
            raise UserError(request.env._("This report can no longer be changed."))
        return edited

    def _read_posted_lines(self, agreement, post):
        """Accept quantities of what is there only: keys are those of ``_get_key``."""
        lines = []
        for row in self._prepare_rows(agreement):
            quantity = self._read_quantity(row, post.get(row["key"]))
            if quantity:
                lines.append(
                    {
                        "product_id": row["product"].id,
                        "lot_id": row["lot"].id,
                        "location_id": row["shop"].id,
                        "quantity": quantity,
                    }
                )
        if not lines:
            raise UserError(request.env._("Enter what was sold."))
        return lines

    def _read_quantity(self, row, entered):
        """Return the number entered for a row; more than is there only if we clear that up."""
        try:
            quantity = float(str(entered or "").strip() or 0)
        except ValueError:
            quantity = math.nan
        most = math.inf if row["max"] is None else row["max"]
        if 0 <= quantity <= most and quantity < math.inf:  # no number is neither
            return quantity
        names = (row["product"].display_name, row["lot"].name, row["shop"].name)
        raise UserError(self._describe_wrong(" ".join(filter(None, names)), row["max"]))

    def _describe_wrong(self, name, most):
        if most is None:
            return request.env._("%s: enter a number that is not negative.", name)
        return request.env._(
            "%(product)s: between 0 and %(quantity)g can be reported.", product=name, quantity=most
        )

    def _save_report(self, agreement, lines, post, edited):
        parsed = agreement._parse_lines(lines)
        date = post.get("date") or None
        report = edited
        if edited:
            edited.line_ids.unlink()
            edited.write(agreement._prepare_report_values(parsed, date, "portal"))
        else:
            report = agreement._create_report(parsed, date, "portal")
        report.note = (post.get("note") or "")[:2000]
        report._get_moment()  # a draft of an impossible day helps nobody
        if post.get("submit"):
            report.action_submit()

    @http.route(
        "/my/consignment/<int:agreement_id>/report/<int:report_id>",
        type="http",
        auth="user",
        website=True,
    )
    def portal_consignment_report_page(self, agreement_id, report_id, **kwargs):
        """Show one list; a draft of the dealer's own can be changed."""
        agreement = self._get_agreement(agreement_id)
        report = self._get_own_report(agreement, report_id)
        if not report:
            return request.redirect("/my/consignment")
        if self._is_editable(report):
            return self._render_agreement(
                agreement, edited=report, posted=self._prepare_posted(report)
            )
        values = self._prepare_portal_layout_values()
        values.update({"agreement": agreement, "report": report, "page_name": "consignment"})
        return request.render("consignment_sale.portal_consignment_report", values)

    def _prepare_posted(self, report):
        posted = {
            self._get_key(line.product_id.id, line.lot_id.id, line.location_id.id): (
                f"{line.quantity:g}"
            )
            for line in report.line_ids
        }
        return {**posted, "date": fields.Date.to_string(report.date), "note": report.note or ""}

    @http.route(
        "/my/consignment/<int:agreement_id>/report/<int:report_id>/<string:action>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_consignment_report_action(self, agreement_id, report_id, action, **post):
        """Hand in or drop a draft of the dealer's own."""
        agreement = self._get_agreement(agreement_id)
        report = self._get_own_report(agreement, report_id).filtered(self._is_editable)
        if not report:
            return request.redirect("/my/consignment")
        try:
            with request.env.cr.savepoint():
                if action == "submit":
                    report.action_submit()
                elif action == "cancel":
                    report.action_cancel()
        except UserError as error:
            return self._render_agreement(agreement, error=str(error))
        return request.redirect(f"/my/consignment/{agreement_id}")

    # === PDF === #

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
        except UserError as error:
            return self._render_agreement(agreement, error=str(error))
        except ValueError:
            text = request.env._("This is not a date.")
            return self._render_agreement(agreement, error=text)
        data = {"date_from": date_from, "date_to": date_to}
        return self._print(STATEMENT_PDF, agreement, data)

    @http.route(
        "/my/consignment/<int:agreement_id>/report/<int:report_id>/pdf",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_consignment_report_pdf(self, agreement_id, report_id, **kwargs):
        """Print a settled list with its amounts and commission as PDF."""
        report = self._get_own_report(self._get_agreement(agreement_id), report_id)
        if not report:
            return request.redirect("/my/consignment")
        return self._print(REPORT_PDF, report)

    def _print(self, document, record, data=None):
        # The record is the dealer's own, as checked by the caller; the PDF needs its data.
        reports = request.env["ir.actions.report"].sudo()
        pdf, _kind = reports._render_qweb_pdf(document, record.ids, data=data)
        name = record.name.replace("/", "-")
        headers = [
            ("Content-Type", "application/pdf"),
            ("Content-Length", len(pdf)),
            ("Content-Disposition", f'inline; filename="{name}.pdf"'),
        ]
        return request.make_response(pdf, headers=headers)
