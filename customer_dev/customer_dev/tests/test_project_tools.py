from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import reward, tender

percent = st.floats(0, 100)
amount = st.floats(0, 100000)


@tagged("post_install", "-at_install")
class TestProjectTools(BaseCase):
    """Rewards, advances and results of bids, without a database."""

    @given(amount, amount, percent, percent)
    def test_a_reward_stays_in_its_bounds(self, one, other, value, difficulty):
        lowest, highest = min(one, other), max(one, other)
        found = reward.proposed(lowest, highest, value, difficulty)
        self.assertTrue(lowest <= found <= highest)

    @given(amount, percent, percent)
    def test_more_value_never_earns_less(self, difficulty, one, other):
        rewards = [reward.proposed(1000, 2000, v, difficulty) for v in sorted((one, other))]
        self.assertEqual(rewards, sorted(rewards))

    @given(amount, st.floats(-50, 150))
    def test_shares_make_the_expense(self, total, rate):
        own, firm = reward.split_expense(total, rate)
        self.assertAlmostEqual(own + firm, total, delta=0.011)
        self.assertGreaterEqual(own, 0)

    def test_weights_count(self):
        scores = [("way", 5), ("cost", 1)]
        self.assertEqual(tender.bid_percent(scores, {"way": 75, "cost": 25}), 75.0)
        self.assertEqual(tender.bid_percent([("way", 5), ("way", 3)], {"way": 1}), 75.0)
        self.assertEqual(tender.bid_percent([], {"way": 1}), 0.0)
        self.assertEqual(tender.bid_percent([("way", 0)], {"way": 1}), 0.0)

    @given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5)), max_size=12))
    def test_a_result_is_a_percentage(self, scores):
        self.assertTrue(0 <= tender.bid_percent(scores, {"a": 1, "b": 2, "c": 3}) <= 100)

    def test_ties_are_told(self):
        self.assertEqual(tender.best({1: 50.0, 2: 50.0, 3: 10.0}), [1, 2])
        self.assertEqual(tender.best({}), [])
