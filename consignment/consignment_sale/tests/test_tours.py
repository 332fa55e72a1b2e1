from odoo.tests import HttpCase, new_test_user, tagged

from .common import ConsignmentSaleCommon


@tagged("post_install", "-at_install")
class TestTours(ConsignmentSaleCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.valve.name = "Tour Valve"
        self.seller.lang = "en_US"

    def test_settle_by_count(self):
        self.fill()
        self.start_tour(
            f"/odoo/consignment/{self.agreement.id}",
            "consignment_settle_by_count",
            login="seller",
        )
        self.assertEqual(self.balance(self.agreement, self.valve), 11)
        self.assertEqual(self.agreement.order_ids.amount_untaxed, 200.0)

    def test_loan_becomes_a_sale(self):
        self.receive(self.valve, 5, 5.0, days_ago=20)
        loan = self.make_agreement("loan_out", user_id=self.seller.id)
        loan.fill_up([self.line(self.valve, 3, price_unit=44.0)], self.day(5))
        self.start_tour(f"/odoo/consignment/{loan.id}", "consignment_loan_to_sale", login="seller")
        self.assertEqual(self.balance(loan, self.valve), 2)

    def test_dealer_reports_on_the_portal(self):
        self.fill()
        portal = new_test_user(
            self.env,
            "dealer_tour",
            groups="base.group_portal",
            password="dealer_tour",
            lang="en_US",
        )
        portal.partner_id.parent_id = self.dealer
        self.start_tour(
            f"/my/consignment/{self.agreement.id}",
            "consignment_portal_report",
            login="dealer_tour",
        )
        self.assertEqual(self.agreement.report_ids.line_ids.quantity, 3)
        self.assertEqual(self.agreement.report_ids.state, "submitted")
