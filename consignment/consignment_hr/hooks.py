from odoo.tools import SQL

from odoo.addons.consignment.const import KINDS_LOAN


def post_init_hook(env):
    """Loans to employees that were made by their contact find the employee."""
    loans = env["consignment.agreement"].search(
        [("kind", "in", KINDS_LOAN), ("borrower_type", "=", "employee")]
    )
    for loan in loans:
        employee = loan._find_employee(loan.partner_id)
        if employee:
            # The borrower is fixed on activation; only what is known of him grows.
            env.cr.execute(
                SQL(
                    "UPDATE consignment_agreement SET employee_id = %s, department_id = %s"
                    " WHERE id = %s",
                    employee.id,
                    employee.department_id.id or None,
                    loan.id,
                )
            )
    loans.invalidate_recordset()
