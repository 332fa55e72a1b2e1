from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..hooks import post_init_hook
from .common import EmployeeCommon


@tagged("post_install", "-at_install")
class TestEmployee(EmployeeCommon):
    def notifications(self, contact):
        return self.env["mail.message"].search(
            [("partner_ids", "in", contact.ids), ("body", "ilike", self.valve.name)]
        )

    # === WHO BORROWS === #

    def test_employee_borrows_by_the_work_contact(self):
        loan = self.lend(employee_id=self.fitter.id)
        self.assertEqual(loan.borrower_type, "employee")
        self.assertEqual(loan.partner_id, self.fitter.work_contact_id)
        self.assertEqual(loan.department_id, self.service)
        self.assertEqual(loan.department, "Service")
        self.assertIn(self.fitter.name, loan.location_id.name)
        self.assertEqual(loan.picking_ids.partner_id, self.fitter.work_contact_id)

    def test_department_borrows_by_its_manager(self):
        loan = self.lend(department_id=self.laboratory.id)
        self.assertEqual(loan.borrower_type, "department")
        self.assertEqual(loan.partner_id, self.chief.work_contact_id)
        self.assertIn("Laboratory", loan.location_id.name)

    def test_department_without_a_manager_borrows_by_the_company(self):
        loan = self.lend(department_id=self.service.id)
        self.assertEqual(loan.partner_id, self.company.partner_id)

    def test_department_stays_that_of_the_day_of_the_loan(self):
        loan = self.lend(employee_id=self.fitter.id)
        self.fitter.department_id = self.laboratory
        self.assertEqual(loan.department_id, self.service)

    def test_customers_borrow_as_before(self):
        loan = self.lend(partner_id=self.dealer.id)
        self.assertEqual((loan.borrower_type, loan.partner_id), ("customer", self.dealer))
        self.assertFalse(loan.employee_id | loan.department_id.manager_id)

    def test_borrower_is_fixed_on_activation(self):
        loan = self.lend(employee_id=self.fitter.id)
        for values in (
            {"employee_id": self.chief.id},
            {"borrower_type": "customer"},
            {"department_id": self.laboratory.id},
        ):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, "fixed"):
                loan.with_user(self.keeper).write(values)
        self.assertEqual(loan.partner_id, self.fitter.work_contact_id)

    def test_form_asks_for_the_employee_alone(self):
        agreements = self.env["consignment.agreement"].with_user(self.keeper)
        with Form(agreements.with_context(default_kind="loan_out")) as form:
            form.borrower_type = "employee"
            form.employee_id = self.fitter.with_user(self.keeper)
            self.assertEqual(form.partner_id.id, self.fitter.work_contact_id.id)
        loan = form.save().with_user(self.env.user)
        self.assertEqual(loan.partner_id, self.fitter.work_contact_id)

    def test_employee_of_another_company_is_refused(self):
        stranger = self.env["hr.employee"].create(
            {"name": "stranger", "company_id": self.other_company.id}
        )
        with self.assertRaises(UserError):
            self.lend(employee_id=stranger.id)

    def test_lent_on_to_a_colleague(self):
        loan = self.lend(employee_id=self.fitter.id)
        to_chief = loan.with_user(self.keeper).convert(
            [self.line(self.valve, 2)], "relend", self.chief.work_contact_id.id
        )
        following = loan.browse(to_chief)
        self.assertEqual(following.employee_id, self.chief)
        self.assertEqual(following.department_id, self.laboratory)
        to_dealer = loan.convert([self.line(self.valve, 1)], "relend", self.dealer.id)
        following = loan.browse(to_dealer)
        self.assertEqual((following.borrower_type, following.department), ("customer", False))
        self.assertFalse(following.employee_id or following.department_id)
        self.assertEqual(self.balance(loan, self.valve), 2)

    def test_lent_on_to_the_same_employee(self):
        loan = self.lend(employee_id=self.fitter.id)
        following = loan.browse(loan.convert([self.line(self.valve, 2)], "relend"))
        self.assertEqual(following.employee_id, self.fitter)

    # === LISTS === #

    def test_by_department(self):
        self.lend(employee_id=self.fitter.id)
        self.lend(3, department_id=self.laboratory.id)
        ageing = self.env["consignment.ageing"].with_user(self.keeper)
        groups = ageing._read_group(
            [("department_id", "in", (self.service | self.laboratory).ids)],
            ["department_id", "employee_id"],
            ["quantity:sum"],
        )
        self.assertCountEqual(
            [(department.name, employee.id, quantity) for department, employee, quantity in groups],
            [("Service", self.fitter.id, 5.0), ("Laboratory", False, 3.0)],
        )

    def test_employee_leads_to_the_loans(self):
        loan = self.lend(employee_id=self.fitter.id)
        self.assertEqual(self.fitter.consignment_loan_count, 1)
        action = self.fitter.action_view_consignment_loans()
        self.assertEqual(self.env["consignment.agreement"].search(action["domain"]), loan)

    # === REMINDERS === #

    def make_user_of(self, employee, groups):
        user = self.make_user(f"user of {employee.name}", groups)
        employee.user_id = user
        return user

    def test_reminder_goes_to_the_employee(self):
        user = self.make_user_of(self.fitter, "stock.group_stock_user")
        loan = self.lend(employee_id=self.fitter.id)
        loan._cron_remind()
        self.assertEqual(loan.activity_ids.user_id, user)
        self.assertFalse(self.notifications(loan.partner_id))

    def test_employee_without_rights_is_told_by_message(self):
        self.make_user_of(self.fitter, "base.group_user")
        loan = self.lend(employee_id=self.fitter.id)
        for _twice in range(2):
            loan._cron_remind()
        self.assertEqual(loan.activity_ids.user_id, loan.user_id)
        told = self.notifications(loan.partner_id)
        self.assertEqual(len(told), 1)
        self.assertIn(self.valve.name, told.body)
        self.assertIn("5", told.body)

    def test_manager_is_told_for_the_department(self):
        loan = self.lend(department_id=self.laboratory.id)
        loan._cron_remind()
        self.assertEqual(len(self.notifications(self.chief.work_contact_id)), 1)

    def test_nobody_is_told_for_a_department_without_a_manager(self):
        loan = self.lend(department_id=self.service.id)
        loan._cron_remind()
        self.assertTrue(loan.activity_ids)
        self.assertFalse(self.notifications(loan.partner_id))

    def test_customers_are_not_told(self):
        loan = self.lend(partner_id=self.dealer.id)
        loan._cron_remind()
        self.assertFalse(self.notifications(self.dealer))

    # === LEAVING === #

    def test_whoever_has_goods_is_not_archived(self):
        loan = self.lend(employee_id=self.fitter.id)
        officer = self.make_user("officer", "hr.group_hr_user")
        with self.assertRaisesRegex(UserError, loan.name):
            self.fitter.with_user(officer).action_archive()
        with self.assertRaisesRegex(UserError, loan.name):
            self.fitter.with_user(officer).unlink()
        loan.pick_up([self.line(self.valve, 5)])
        loan.action_close()
        self.fitter.with_user(officer).action_archive()
        self.assertFalse(self.fitter.active)

    def test_department_with_goods_is_not_archived(self):
        loan = self.lend(department_id=self.laboratory.id)
        with self.assertRaisesRegex(UserError, loan.name):
            self.laboratory.action_archive()
        self.lend(employee_id=self.fitter.id)
        self.service.action_archive()
        self.assertFalse(self.service.active)

    # === INSTALLATION === #

    def test_earlier_loans_find_their_employee(self):
        loan = self.lend(
            partner_id=self.fitter.work_contact_id.id,
            borrower_type="employee",
            department="Fitters",
        )
        self.assertFalse(loan.employee_id)
        post_init_hook(self.env)
        self.assertEqual((loan.employee_id, loan.department_id), (self.fitter, self.service))
        self.assertEqual(loan.department, "Fitters")

    def test_day_of_return_is_proposed_for_colleagues_too(self):
        loan = self.env["consignment.agreement"].create(
            {"kind": "loan_out", "employee_id": self.fitter.id}
        )
        days = self.company.consignment_loan_days
        self.assertEqual(loan.due_date, fields.Date.today() + timedelta(days=days))
