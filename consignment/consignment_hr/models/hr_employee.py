from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.consignment.const import KINDS_LOAN


class HrEmployee(models.Model):
    """Whoever leaves brings back what was borrowed, or it is lent on to somebody else."""

    _name = "hr.employee"
    _inherit = ["consignment.holder", "hr.employee"]
    _consignment_field = "employee_id"

    consignment_loan_count = fields.Integer(
        "Borrowed Goods",
        compute="_compute_consignment_loan_count",
        groups="stock.group_stock_user",
        help="Open loans of this employee.",
    )

    def _compute_consignment_loan_count(self):
        groups = self.env["consignment.agreement"]._read_group(
            self._get_open_agreement_domain(), ["employee_id"], ["__count"]
        )
        counts = {employee.id: count for employee, count in groups}
        for employee in self:
            employee.consignment_loan_count = counts.get(employee.id, 0)

    def _get_open_agreement_domain(self):
        return super()._get_open_agreement_domain() & Domain("kind", "in", KINDS_LOAN)

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
