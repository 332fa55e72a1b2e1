from odoo import fields, models
from odoo.tools import SQL


class ConsignmentAgeing(models.Model):
    _inherit = "consignment.ageing"

    employee_id = fields.Many2one("hr.employee", readonly=True)
    department_id = fields.Many2one("hr.department", "Borrowing Department", readonly=True)

    def _get_columns(self):
        return {
            **super()._get_columns(),
            "employee_id": SQL("agreement.employee_id"),
            "department_id": SQL("agreement.department_id"),
        }
