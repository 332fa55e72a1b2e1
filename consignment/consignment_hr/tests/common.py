from odoo import fields

from odoo.addons.consignment.tests.common import ConsignmentCommon


class EmployeeCommon(ConsignmentCommon):
    """A stock keeper without rights on personnel lends to colleagues."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.valve = cls.make_product()
        cls.service, cls.laboratory = cls.env["hr.department"].create(
            [
                {"name": "Service", "company_id": cls.company.id},
                {"name": "Laboratory", "company_id": cls.company.id},
            ]
        )
        cls.fitter, cls.chief = cls.env["hr.employee"].create(
            [
                {
                    "name": name,
                    "company_id": cls.company.id,
                    "department_id": department.id,
                    "work_email": f"{name}@example.com",
                }
                for name, department in (("fitter", cls.service), ("chief", cls.laboratory))
            ]
        )
        cls.laboratory.manager_id = cls.chief

    def setUp(self):
        super().setUp()
        self.receive(self.valve, 20, 5.0, days_ago=50)

    def lend(self, quantity=5, **values):
        """Make a loan as the stock keeper does, by RPC values alone."""
        loan = (
            self.env["consignment.agreement"]
            .with_user(self.keeper)
            .create({"kind": "loan_out", "due_date": fields.Date.today(), **values})
        )
        loan.action_activate()
        loan.fill_up([self.line(self.valve, quantity)])
        return loan.with_user(self.env.user)
