from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from odoo.addons.survey_satisfaction.tests.common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestSaleTrigger(SatisfactionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            "sat_seller",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.product = cls.env["product.product"].create({"name": "Valve", "type": "service"})
        cls.event = cls._make_campaign(name="After order", kind="transactional", trigger="sale")

    def _order(self, partner, price=100.0):
        return (
            self.env["sale.order"]
            .with_user(self.seller)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.product.id, "price_unit": price, "tax_ids": []}
                        )
                    ],
                }
            )
        )

    def _invitations(self):
        return self.env["satisfaction.invitation"].search([("campaign_id", "=", self.event.id)])

    def test_confirmed_order_asks_some_days_later(self):
        self.event.sudo().write({"state": "running", "delay_days": 10})
        order = self._order(self.customers[0])
        order.action_confirm()
        invitation = self._invitations()
        self.assertEqual((invitation.origin_model, invitation.origin_id), ("sale.order", order.id))
        self.assertGreater(invitation.planned_at, fields.Datetime.now() + timedelta(days=9))
        order._enqueue_satisfaction("sale")
        self.assertEqual(len(self._invitations()), 1)

    def test_second_order_within_the_rest_is_left_out(self):
        self.event.sudo().state = "running"
        for _time in range(2):
            self._order(self.customers[0]).action_confirm()
        self.assertEqual(sorted(self._invitations().mapped("state")), ["planned", "quarantined"])

    def test_paused_campaign_asks_nobody(self):
        self._order(self.customers[0]).action_confirm()
        self.assertFalse(self._invitations())

    def test_salespeople_get_the_right_to_see_their_customers(self):
        self.assertTrue(self.seller.has_group("survey_satisfaction.group_satisfaction_user"))

    def test_revenue_weighs_and_covers(self):
        for partner, price in zip(self.customers[:2], (900.0, 100.0), strict=True):
            self._order(partner, price).action_confirm()
        self.campaign.write(
            {
                "index_method": "revenue",
                "target_domain": str([("id", "in", self.customers[:2].ids)]),
            }
        )
        wave = self._open()
        self._answer(wave, self.customers[0], (0, 0, 0))
        self.assertEqual(wave.revenue_coverage, 90.0)
        self._answer(wave, self.customers[1], (4, 4, 4), "0")
        self.assertEqual(wave.get_kpis()["index"], 90.0)

    def test_unused_feature_costs_nothing(self):
        self.event.unlink()
        self._order(self.customers[0]).action_confirm()  # the first order of a worker asks once
        orders = self._order(self.customers[0]) | self._order(self.customers[1])
        orders.action_confirm()
        self.env.flush_all()
        with self.assertQueryCount(0):
            orders._enqueue_satisfaction("sale")

    def test_campaigns_that_start_later_are_noticed(self):
        self._order(self.customers[0]).action_confirm()
        self.event.sudo().state = "running"
        self._order(self.customers[0]).action_confirm()
        self.assertEqual(len(self._invitations()), 1)
