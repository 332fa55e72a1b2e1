from unittest import SkipTest

from odoo.fields import Command
from odoo.tests import tagged

from .common import PriceGuardCommon


@tagged("post_install", "-at_install")
class TestPriceGuardLoyalty(PriceGuardCommon):
    """Gifts and rewards of loyalty programs are not held to floors."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "loyalty.program" not in cls.env:
            raise SkipTest("sale_loyalty is not installed")
        cls.env["loyalty.program"].search([]).active = False
        cls._floor(action="block")

    def _reward(self, order, **values):
        program = self.env["loyalty.program"].create(
            {
                "name": "Autumn fair",
                "trigger": "auto",
                "program_type": "promotion",
                "rule_ids": [Command.create({"minimum_qty": 1})],
                "reward_ids": [Command.create(values)],
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

    def test_free_product_is_not_held_to_the_floor(self):
        order = self._order(price=100.0)
        gift = self._reward(
            order, reward_type="product", reward_product_id=self.pump.id, reward_product_qty=1
        )
        self.assertEqual(gift.price_subtotal, 0)
        self.assertFalse(gift.floor_state)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_discount_reward_is_not_spread_over_the_lines(self):
        """The company decided on the program; the salesperson on the prices."""
        order = self._order(price=85.0)
        reward = self._reward(order, reward_type="discount", discount=50)
        self.assertLess(reward.price_subtotal, 0)
        self.assertFalse(reward.floor_state)
        self.assertEqual(order.order_line[0].floor_state, "ok")
        order._send_offers("manual")
        self.assertEqual(order.offer_ids.state, "sent")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_reward_does_not_lift_a_bad_price(self):
        order = self._order(price=70.0)
        self._reward(order, reward_type="discount", discount=10)
        self.assertEqual(order.order_line[0].floor_state, "block")

    def test_rewards_have_no_origin_and_no_published_price(self):
        order = self._order(price=100.0)
        reward = self._reward(order, reward_type="discount", discount=10)
        self.assertFalse(reward.price_origin)
        self.assertFalse(reward.published_price)
        self.env.flush_all()
        self.assertNotIn(reward.id, self.env["sale.price.deviation"].search([]).ids)
