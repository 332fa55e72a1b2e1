from odoo.tests import HttpCase, tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestTours(ConsignmentCommon, HttpCase):
    def test_loan(self):
        """A storekeeper lends and takes back in the web client."""
        self.env["res.partner"].create({"name": "Tour Borrower"})
        valve = self.make_product(name="Tour Valve")
        valve.barcode = "TOUR-VALVE"
        self.receive(valve, 5, 5.0)
        self.keeper.lang = "en_US"
        self.start_tour("/odoo/action-consignment.action_loan", "consignment_loan", login="keeper")
        loan = self.env["consignment.agreement"].search([("reference", "=", "T-1")])
        self.assertEqual(loan.state, "active")
        self.assertEqual(self.balance(loan, valve), 1)
