from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import EmployeeCommon

PRIVATE = ("private_phone", "private_street", "birthday", "ssnid", "barcode", "pin")


@tagged("post_install", "-at_install")
class TestSecurity(EmployeeCommon):
    """Who lends knows the colleague's name, and nothing of the personnel file."""

    def setUp(self):
        super().setUp()
        self.fitter.write({"private_phone": "555-0199", "private_street": "Secret Lane 7"})
        self.loan = self.lend(employee_id=self.fitter.id)

    def read_as(self, user, **employee_fields):
        """Read the loan as the web client does, with fields of the employee."""
        shown = {name: {} for name in employee_fields or {"display_name": True}}
        loan = self.loan.with_user(user)
        return loan.web_read({"employee_id": {"fields": shown}, "department_id": {"fields": {}}})

    # === THE STOREKEEPER === #

    def test_keeper_reads_the_name(self):
        self.assertFalse(self.keeper.has_group("hr.group_hr_user"))
        [row] = self.read_as(self.keeper)
        self.assertEqual(row["employee_id"]["display_name"], self.fitter.name)
        loan = self.loan.with_user(self.keeper)
        self.assertEqual(loan.department_id.name, "Service")

    def test_keeper_does_not_read_the_personnel_file(self):
        for name in PRIVATE:
            with self.subTest(field=name), self.assertRaises(AccessError):
                self.read_as(self.keeper, **{name: True})
                self.loan.with_user(self.keeper).employee_id.read([name])

    def test_keeper_does_not_search_by_private_data(self):
        loans = self.env["consignment.agreement"].with_user(self.keeper)
        for name in ("private_phone", "private_street"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                loans.search([(f"employee_id.{name}", "ilike", "5")])

    def test_nothing_private_is_copied_to_loan_or_contact(self):
        contact = self.loan.partner_id
        told = f"{self.loan.read()} {contact.phone} {contact.street} {self.loan.location_id.name}"
        self.assertNotIn("555-0199", told)
        self.assertNotIn("Secret Lane", told)

    def test_keeper_does_the_whole_round(self):
        loan = self.loan.with_user(self.keeper)
        loan.pick_up([self.line(self.valve, 2)])
        loan.convert([self.line(self.valve, 1)], "own_use")
        loan.convert([self.line(self.valve, 1)], "gift")
        following = loan.browse(
            loan.convert([self.line(self.valve, 1)], "relend", self.chief.work_contact_id.id)
        )
        self.assertEqual(following.employee_id.name, "chief")
        self.assertTrue(loan.action_close())
        self.assertEqual(self.balance(loan, self.valve), 0)

    def test_keeper_sees_loans_by_department(self):
        self.loan._cron_remind()
        loans = self.env["consignment.agreement"].with_user(self.keeper)
        groups = loans.formatted_read_group(
            [("id", "=", self.loan.id)], ["department_id", "employee_id"], ["__count"]
        )
        self.assertEqual(groups[0]["department_id"][1], "Service")
        self.assertEqual(groups[0]["employee_id"][1], self.fitter.name)

    # === OTHERS === #

    def test_colleague_without_stock_rights_sees_no_loan(self):
        colleague = self.make_user("colleague", "base.group_user")
        with self.assertRaises(AccessError):
            self.loan.with_user(colleague).read(["name"])
        with self.assertRaises(AccessError):
            self.loan.with_user(colleague).pick_up([self.line(self.valve, 1)])
        with self.assertRaises(AccessError):
            self.lend_as(colleague)
        self.assertEqual(self.balance(self.loan, self.valve), 5)

    def lend_as(self, user):
        agreements = self.env["consignment.agreement"].with_user(user)
        return agreements.create({"kind": "loan_out", "employee_id": self.fitter.id})

    def test_borrower_without_stock_rights_does_not_return_by_himself(self):
        self.fitter.user_id = borrower = self.make_user("borrower", "base.group_user")
        with self.assertRaises(AccessError):
            self.loan.with_user(borrower).pick_up([self.line(self.valve, 1)])

    def test_personnel_officer_sees_the_employee_but_no_loan(self):
        officer = self.make_user("officer", "hr.group_hr_user")
        with Form(self.fitter.with_user(officer)) as form:
            form.job_title = "Senior Fitter"
        with self.assertRaises(AccessError):
            self.fitter.with_user(officer).read(["consignment_loan_count"])
        with self.assertRaises(AccessError):
            self.loan.with_user(officer).read(["name"])

    def test_accountant_only_reads(self):
        accountant = self.make_user("accountant", "account.group_account_readonly")
        loan = self.loan.with_user(accountant)
        self.assertEqual(loan.employee_id.name, self.fitter.name)
        for action in (loan.action_close, lambda: loan.pick_up([self.line(self.valve, 1)])):
            with self.assertRaises(AccessError):
                action()

    def test_keeper_of_another_company_sees_nothing(self):
        foreign = self.make_user("foreign", "stock.group_stock_user", company=self.other_company)
        loan = self.loan.with_user(foreign)
        loan = loan.with_context(allowed_company_ids=self.other_company.ids)
        self.assertFalse(loan.search([("employee_id", "=", self.fitter.id)]))
        with self.assertRaises(AccessError):
            loan.read(["employee_id"])
        with self.assertRaises(AccessError):
            loan.pick_up([self.line(self.valve, 1)])

    # === FORGED === #

    def test_borrower_cannot_be_forged(self):
        loan = self.loan.with_user(self.keeper)
        for values in (
            {"employee_id": self.chief.id},
            {"department_id": self.laboratory.id},
            {"partner_id": self.dealer.id},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                loan.write(values)
        self.assertEqual(self.loan.employee_id, self.fitter)
        self.assertEqual(self.loan.partner_id, self.fitter.work_contact_id)
