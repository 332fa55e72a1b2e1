from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.consignment.const import KINDS_LOAN

OPEN = ("active", "closing")


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    consignment_loan_count = fields.Integer(
        "Borrowed Goods",
        compute="_compute_consignment_loan_count",
        groups="stock.group_stock_user",
        help="Open loans of this employee.",
    )

    def _compute_consignment_loan_count(self):
        groups = self.env["consignment.agreement"]._read_group(
            self._get_loan_domain(), ["employee_id"], ["__count"]
        )
        counts = {employee.id: count for employee, count in groups}
        for employee in self:
            employee.consignment_loan_count = counts.get(employee.id, 0)

    def _get_loan_domain(self):
        return [
            ("employee_id", "in", self.ids),
            ("kind", "in", KINDS_LOAN),
            ("state", "in", OPEN),
        ]

    def write(self, vals):
        if vals.get("active") is False:
            self._check_no_loan()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_borrower(self):
        self._check_no_loan()

    def _check_no_loan(self):
        """Whoever leaves brings back what was borrowed, or it is lent on to somebody else."""
        # Who keeps the staff's files need not see loans; they keep the employee all the same.
        loans = self.env["consignment.agreement"].sudo()
        loan = loans.search(self._get_loan_domain(), limit=1)
        if loan:
            raise UserError(
                self.env._(
                    "%(employee)s still has borrowed goods (%(loan)s): take them back or lend "
                    "them on first.",
                    employee=loan.employee_id.name,
                    loan=loan.name,
                )
            )

    def action_view_consignment_loans(self):
        """Open the loans of these employees (an action dictionary)."""
        action = self.env["ir.actions.act_window"]._for_xml_id("consignment.action_loan")
        return {
            **action,
            "domain": [("employee_id", "in", self.ids), ("kind", "in", KINDS_LOAN)],
            "context": {
                "default_kind": "loan_out",
                "default_borrower_type": "employee",
                "default_employee_id": self[:1].id,
            },
        }
