from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.consignment.const import KINDS_LOAN


class HrDepartment(models.Model):
    _inherit = "hr.department"

    def write(self, vals):
        if vals.get("active") is False:
            self._check_no_loan()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_borrower(self):
        self._check_no_loan()

    def _check_no_loan(self):
        """A department that is dissolved hands back what it borrowed."""
        # Who keeps the departments need not see loans.
        loan = (
            self.env["consignment.agreement"]
            .sudo()
            .search(
                [
                    ("department_id", "in", self.ids),
                    ("borrower_type", "=", "department"),
                    ("kind", "in", KINDS_LOAN),
                    ("state", "in", ("active", "closing")),
                ],
                limit=1,
            )
        )
        if loan:
            raise UserError(
                self.env._(
                    "%(department)s still has borrowed goods (%(loan)s): take them back or lend "
                    "them on first.",
                    department=loan.department_id.name,
                    loan=loan.name,
                )
            )
