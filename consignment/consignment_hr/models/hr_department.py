from odoo import models
from odoo.fields import Domain

from odoo.addons.consignment.const import KINDS_LOAN


class HrDepartment(models.Model):
    """A department that is dissolved hands back what it borrowed."""

    _name = "hr.department"
    _inherit = ["consignment.holder", "hr.department"]
    _consignment_field = "department_id"

    def _get_open_agreement_domain(self):
        borrowed = Domain("borrower_type", "=", "department") & Domain("kind", "in", KINDS_LOAN)
        return super()._get_open_agreement_domain() & borrowed
