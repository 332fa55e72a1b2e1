from unittest import SkipTest

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import OfferCommon


@tagged("post_install", "-at_install")
class TestLoyalty(OfferCommon):
    """Rewards of loyalty programs are neither offered nor lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "loyalty.program" not in cls.env:
            raise SkipTest("sale_loyalty is not installed")
        cls.env["loyalty.program"].search([]).active = False

    def _reward(self, order=None, **values):
        """Give the order a reward of a new promotion; return its line."""
        order = order or self.order
        program = self.env["loyalty.program"].create(
            {
                "name": "Ten percent",
                "trigger": "auto",
                "program_type": "promotion",
                "rule_ids": [Command.create({"minimum_qty": 1})],
                "reward_ids": [
                    Command.create({"reward_type": "discount", "discount": 10, **values})
                ],
            }
        )
        order = order.sudo()
        order._update_programs_and_rewards()
        coupon = next(
            coupon
            for coupon, rewards in order._get_claimable_rewards().items()
            if program.reward_ids & rewards
        )
        order._apply_program_reward(program.reward_ids, coupon)
        return order.order_line.filtered(lambda line: line.reward_id == program.reward_ids)

    def test_rewards_are_no_part_of_an_offer(self):
        reward = self._reward()
        self.assertEqual(reward.price_unit, -40)
        offer = self._send()
        self.assertEqual(len(offer.line_ids), 2)
        self.assertEqual(offer.amount_untaxed, 400)
        self.assertNotIn(reward, offer.line_ids.sale_line_id)

    def test_a_reward_does_not_make_the_order_differ(self):
        offer = self._send()
        self._reward()
        self.assertEqual(self.order.offer_status, "same")
        self.assertEqual(self._offer(), offer)

    def test_load_keeps_the_reward_and_counts_it_anew(self):
        reward = self._reward()
        offer = self._send()
        self._line().price_unit = 50
        self.order._update_programs_and_rewards()
        self.assertEqual(reward.price_unit, -30)
        offer.action_load()
        self.assertEqual(self._line().price_unit, 100)
        self.assertTrue(reward.exists())
        self.assertEqual(reward.price_unit, -40)
        self.assertEqual(self.order.amount_untaxed, 360)
        self.assertEqual(self.order.offer_status, "same")

    def test_free_product_is_neither_frozen_nor_loaded(self):
        gift = self._reward(
            reward_type="product", reward_product_id=self.valve.id, reward_product_qty=1
        )
        self.assertEqual(gift.product_id, self.valve)
        offer = self._send()
        self.assertEqual(offer.line_ids.sale_line_id, self.order.order_line - gift)
        self._line().price_unit = 95
        offer.action_load()
        self.assertTrue(gift.exists())
        self.assertEqual(len(self.order.order_line), 3)

    def test_only_rewards_are_nothing_to_offer(self):
        self._reward()
        self.order.order_line.filtered(lambda line: not line.reward_id).product_uom_qty = 0
        self.order.order_line.filtered(lambda line: not line.reward_id).unlink()
        with self.assertRaises(UserError):
            self.order.capture_offer()

    def test_confirming_with_a_reward_accepts_what_was_sent(self):
        reward = self._reward()
        offer = self._send()
        offer.action_accept()
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.order.accepted_offer_id, offer)
        self.assertTrue(reward.exists())
        self.assertEqual(offer.state, "accepted")

    def test_strict_policy_lets_rewards_pass(self):
        self.order.company_id.sudo().offer_confirm_policy = "sent"
        self._send()
        self._reward()
        self.order.action_confirm()
        self.assertEqual(self.order.state, "sale")

    def test_rewards_are_not_remembered_as_prices(self):
        reward = self._reward(
            reward_type="product", reward_product_id=self.valve.id, reward_product_qty=1
        )
        self.order.order_line.filtered(
            lambda line: line.product_id == self.valve and line != reward
        ).unlink()
        self.order.action_confirm()
        self.assertTrue(reward.exists())
        later = self._create_order()
        memory = {row["product_id"]: row for row in later.get_price_memory()}
        self.assertEqual(memory[self.pump.id]["last_sold_price"], 100)
        self.assertFalse(memory[self.valve.id]["last_sold_price"])
        self.assertFalse(memory[self.valve.id]["count"])
