from odoo import api, fields, models

from odoo.addons.consignment.const import KINDS_LOAN

BORROWER_FIELDS = ("borrower_type", "employee_id", "department_id")


class ConsignmentAgreement(models.Model):
    """Goods lent to an employee or a department of ours."""

    _inherit = "consignment.agreement"

    partner_id = fields.Many2one(
        compute="_compute_partner_id", store=True, readonly=False, precompute=True
    )
    employee_id = fields.Many2one(
        "hr.employee", index="btree_not_null", check_company=True, tracking=True
    )
    department_id = fields.Many2one(
        "hr.department",
        "Borrowing Department",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        help="The department that borrows, or that of the employee on the day of the loan.",
    )
    department = fields.Char(
        compute="_compute_department", store=True, readonly=False, precompute=True
    )

    is_lent_by_name = fields.Boolean(
        compute="_compute_is_lent_by_name", help="The contact follows from who borrows."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever names an employee or a department lends to one."""
        for vals in vals_list:
            if "borrower_type" not in vals and vals.get("employee_id"):
                vals["borrower_type"] = "employee"
            elif "borrower_type" not in vals and vals.get("department_id"):
                vals["borrower_type"] = "department"
        return super().create(vals_list)

    # === COMPUTE === #

    @api.depends("kind", *BORROWER_FIELDS)
    def _compute_partner_id(self):
        """An employee borrows by the work contact, a department by its manager's."""
        for agreement in self:
            agreement.partner_id = agreement._get_borrower_contact() or agreement.partner_id

    @api.depends("kind", *BORROWER_FIELDS)
    def _compute_is_lent_by_name(self):
        for agreement in self:
            named = {"employee": agreement.employee_id, "department": agreement.department_id}
            is_loan = agreement.kind in KINDS_LOAN
            agreement.is_lent_by_name = bool(is_loan and named.get(agreement.borrower_type))

    @api.depends("borrower_type", "employee_id")
    def _compute_department_id(self):
        for agreement in self:
            department = agreement.department_id
            if agreement.borrower_type == "employee" and agreement.employee_id:
                department = agreement.employee_id.department_id
            agreement.department_id = department

    @api.depends("department_id")
    def _compute_department(self):
        """The slips name the department that answers for the goods."""
        for agreement in self:
            agreement.department = agreement.department_id.name or agreement.department

    # === BORROWER === #

    def _get_borrower(self):
        """Return the employee who answers for the goods; a department's manager for it."""
        self.ensure_one()
        none = self.env["hr.employee"]
        if self.kind not in KINDS_LOAN or self.borrower_type == "customer":
            return none
        is_employee = self.borrower_type == "employee"
        return self.employee_id if is_employee else self.department_id.manager_id

    def _get_borrower_contact(self):
        # Whoever lends goods need not be able to read the employee's file.
        contact = self._get_borrower().sudo().work_contact_id.sudo(False)
        is_department = self.kind in KINDS_LOAN and self.borrower_type == "department"
        if not contact and is_department and self.department_id:
            contact = self.company_id.partner_id
        return contact

    def _get_holder_name(self):
        if self.kind in KINDS_LOAN and self.borrower_type == "department" and self.department_id:
            return self.department_id.name
        return super()._get_holder_name()

    @api.model
    def _get_frozen_fields(self):
        return (*super()._get_frozen_fields(), *BORROWER_FIELDS)

    def _prepare_relend_values(self, partner):
        """Lent on to a colleague it is the colleague's loan; to anybody else a customer's."""
        values = super()._prepare_relend_values(partner)
        if partner == self.partner_id:
            return values
        employee = self._find_employee(partner)
        return {
            **values,
            "borrower_type": "employee" if employee else "customer",
            "employee_id": employee.id,
            "department_id": employee.department_id.id,
            "department": employee.department_id.name,
        }

    def _find_employee(self, partner):
        """Return the one employee (with all rights) whose work contact a partner is."""
        # As above: of the employee's file only the department is taken.
        employees = self.env["hr.employee"].sudo()
        found = employees.search(
            [("work_contact_id", "=", partner.id), ("company_id", "=", self.company_id.id)],
            limit=2,
        )
        return found if len(found) == 1 else employees
