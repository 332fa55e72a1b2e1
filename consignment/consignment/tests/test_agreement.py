from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestAgreement(ConsignmentCommon):
    def test_activation_makes_number_and_place(self):
        agreement = self.make_agreement(activate=False)
        agreement.action_activate()
        agreement.action_activate()
        self.assertEqual(agreement.state, "active")
        self.assertNotEqual(agreement.name, "New")
        place = agreement.location_id
        self.assertEqual(place.usage, "internal")
        self.assertFalse(place.warehouse_id, "goods out are promised to nobody")
        self.assertEqual(place.consignment_partner_id, self.dealer)
        self.assertEqual(
            self.env["stock.location"].search_count(
                [("consignment_agreement_id", "=", agreement.id)]
            ),
            1,
        )

    def test_place_of_others_goods_is_below_the_stock(self):
        agreement = self.make_agreement("borrow_in")
        self.assertEqual(agreement.location_id.location_id, self.warehouse.lot_stock_id)

    def test_commission_needs_its_product(self):
        agreement = self.make_agreement(activate=False, method="commission", commission_rate=5)
        with self.assertRaises(UserError):
            agreement.action_activate()

    def test_loans_know_no_commission(self):
        with self.assertRaises(ValidationError):
            self.make_agreement("loan_out", method="commission")

    def test_loan_needs_a_due_date(self):
        agreement = self.make_agreement("loan_out", activate=False, due_date=False)
        with self.assertRaisesRegex(UserError, "due back"):
            agreement.action_activate()

    def test_dates_in_order(self):
        with self.assertRaises(ValidationError):
            self.make_agreement(date_end=fields.Date.today() - timedelta(days=500))

    def test_terms_are_fixed_on_activation(self):
        agreement = self.make_agreement()
        with self.assertRaises(UserError):
            agreement.partner_id = self.consignor
        agreement.partner_id = self.dealer

    def test_closing_lists_what_is_open(self):
        product = self.make_product()
        self.receive(product, 5, 5.0)
        agreement = self.make_agreement()
        agreement.fill_up([self.line(product, 5)])
        with self.assertRaisesRegex(UserError, product.name):
            agreement.action_close()
        agreement.action_start_closing()
        with self.assertRaisesRegex(UserError, "Closing"):
            agreement.fill_up([self.line(product, 1)])
        agreement.pick_up([self.line(product, 5)])
        agreement.action_close()
        self.assertEqual(agreement.state, "closed")
        self.assertFalse(agreement.location_id.active)
        agreement.action_reopen()
        self.assertTrue(agreement.location_id.active)
        self.assertEqual(agreement.state, "active")

    def test_only_drafts_are_deleted(self):
        self.make_agreement(activate=False).unlink()
        with self.assertRaises(UserError):
            self.make_agreement().unlink()

    def test_archiving_while_open_is_refused(self):
        agreement = self.make_agreement()
        with self.assertRaises(UserError):
            agreement.action_archive()
        with self.assertRaises(UserError):
            self.dealer.action_archive()

    def test_place_with_goods_stays(self):
        product = self.make_product()
        self.receive(product, 5, 5.0)
        agreement = self.make_agreement()
        agreement.fill_up([self.line(product, 5)])
        with self.assertRaises(UserError):
            agreement.location_id.action_archive()
        with self.assertRaises(UserError):
            agreement.location_id.consignment_kind = "consign_in"

    def test_age_bounds_rise(self):
        with self.assertRaises(ValidationError):
            self.company.consignment_age_2 = 10

    def test_defaults_come_from_the_company(self):
        self.company.consignment_age_vat_days = 120
        self.assertEqual(self.make_agreement().age_vat_days, 120)

    def test_reminders_once(self):
        product = self.make_product()
        self.receive(product, 5, 5.0, days_ago=120)
        agreement = self.make_agreement("loan_out", due_date=fields.Date.today())
        agreement.fill_up([self.line(product, 5)], self.day(100))
        for _twice in range(2):
            self.env["consignment.agreement"]._cron_remind()
        self.assertEqual(len(agreement.activity_ids), 2)
        self.assertEqual(agreement.goods_state, "out")

    def test_overdue(self):
        product = self.make_product()
        self.receive(product, 5, 5.0, days_ago=50)
        agreement = self.make_agreement(
            "loan_out", due_date=fields.Date.today() - timedelta(days=2)
        )
        Agreement = self.env["consignment.agreement"]
        domain = [("is_overdue", "=", True), ("id", "=", agreement.id)]
        self.assertFalse(Agreement.search(domain))
        agreement.fill_up([self.line(product, 5)])
        self.assertTrue(agreement.is_overdue)
        self.assertEqual(Agreement.search(domain), agreement)
        agreement.pick_up([self.line(product, 2)])
        agreement.invalidate_recordset()
        self.assertEqual(agreement.goods_state, "partially_back")
        agreement.pick_up([self.line(product, 3)])
        agreement.invalidate_recordset()
        self.assertFalse(agreement.is_overdue)
        self.assertEqual(agreement.goods_state, "done")

    def test_next_sample_round(self):
        agreement = self.make_agreement("sample_out", purpose="certification")
        agreement.verdict = "failed"
        action = agreement.action_next_sample()
        following = self.env["consignment.agreement"].browse(action["res_id"])
        self.assertEqual(following.sample_round, 2)
        self.assertEqual(following.verdict, "pending")
        self.assertEqual(following.previous_id, agreement)

    def test_retained_samples_are_not_promised(self):
        product = self.make_product()
        self.receive(product, 5, 5.0)
        agreement = self.make_agreement("sample_out", purpose="retained", due_date=False)
        agreement.fill_up([self.line(product, 2)])
        self.assertEqual(product.with_context(warehouse_id=self.warehouse.id).free_qty, 3)

    def test_retained_samples_are_due_on_no_day(self):
        agreements = self.env["consignment.agreement"].with_company(self.company)
        with Form(agreements.with_context(default_kind="sample_out")) as form:
            form.partner_id = self.dealer
            self.assertTrue(form.due_date)
            form.purpose = "retained"
            self.assertFalse(form.due_date)
        form.save().action_activate()

    def test_form(self):
        with Form(self.env["consignment.agreement"].with_company(self.company)) as form:
            form.partner_id = self.dealer
        agreement = form.save()
        self.assertEqual(agreement.warehouse_id, self.warehouse)
        self.assertEqual(agreement.currency_id, self.company.currency_id)
