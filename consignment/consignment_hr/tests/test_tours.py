from odoo.tests import HttpCase, tagged

from .common import EmployeeCommon


@tagged("post_install", "-at_install")
class TestTours(EmployeeCommon, HttpCase):
    def test_lend_to_a_colleague(self):
        """A storekeeper without rights on personnel lends by name and takes back."""
        self.fitter.name, self.service.name = "Tour Fitter", "Tour Service"
        calibrator = self.make_product(name="Tour Calibrator")
        self.receive(calibrator, 5, 5.0)
        self.keeper.lang = "en_US"
        self.start_tour(
            "/odoo/action-consignment_hr.action_loan_department",
            "consignment_hr_loan",
            login="keeper",
        )
        loan = self.env["consignment.agreement"].search([("reference", "=", "T-2")])
        self.assertEqual((loan.state, loan.employee_id), ("active", self.fitter))
        self.assertEqual(self.balance(loan, calibrator), 1)
