from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.quotation_price_guard.tools import floor_math
from odoo.addons.quotation_price_guard.tools.floor_math import Limit

amounts = st.floats(min_value=0.01, max_value=1e6)
percents = st.floats(min_value=0, max_value=95)
quantities = st.floats(min_value=0.1, max_value=1e4)
lines = st.dictionaries(st.integers(0, 50), amounts, min_size=1, max_size=12)


@tagged("post_install", "-at_install")
class TestFloorMath(BaseCase):
    @given(amounts, percents)
    def test_price_at_the_floor_has_the_least_margin(self, cost, margin):
        floor = floor_math.floor_price(Limit("standard", min_margin=margin), cost)
        self.assertAlmostEqual(floor_math.margin_percent(floor, cost), margin, places=5)

    @given(amounts, percents)
    def test_price_at_the_floor_has_the_highest_discount(self, published, discount):
        floor = floor_math.floor_price(Limit("published", max_discount=discount), published)
        self.assertAlmostEqual(floor_math.discount_percent(floor, published), discount, places=5)

    @given(amounts, percents, percents)
    def test_a_wider_margin_is_a_higher_floor(self, cost, first, second):
        low, high = sorted((first, second))
        self.assertLessEqual(
            floor_math.floor_price(Limit("standard", min_margin=low), cost),
            floor_math.floor_price(Limit("standard", min_margin=high), cost),
        )

    def test_no_basis_never_stops(self):
        for limit in (
            Limit("standard", min_margin=20.0),
            Limit("purchase", min_margin=20.0),
            Limit("published", max_discount=10.0),
            Limit("fixed"),
        ):
            floor = floor_math.floor_price(limit, 0.0)
            self.assertEqual(floor_math.judge(0.01, floor), floor_math.NO_BASIS)

    @given(lines, percents)
    def test_spread_discount_keeps_the_sum(self, values, percent):
        discount = -sum(values.values()) * percent / 100.0
        spread = floor_math.spread_discounts(values, discount)
        self.assertAlmostEqual(
            sum(spread.values()), sum(values.values()) + discount, delta=sum(values.values()) * 1e-9
        )

    @given(lines, amounts)
    def test_spread_discount_lowers_every_line_alike(self, values, discount):
        spread = floor_math.spread_discounts(values, -discount)
        self.assertEqual(spread.keys(), values.keys())
        for key, amount in values.items():
            self.assertGreaterEqual(spread[key], 0.0)
            self.assertLessEqual(spread[key], amount)

    @given(amounts, quantities, st.floats(min_value=0, max_value=1e5))
    def test_same_or_better_price_is_covered(self, price, quantity, better):
        approved = (price, quantity * 0.8, quantity * 1.2)
        self.assertTrue(floor_math.covers(approved, price + better, quantity))

    @given(amounts, quantities)
    def test_quantity_outside_the_band_is_not_covered(self, price, quantity):
        approved = (price, quantity * 0.8, quantity * 1.2)
        self.assertFalse(floor_math.covers(approved, price, quantity * 1.3))
        self.assertFalse(floor_math.covers(approved, price, quantity * 0.7))

    @given(amounts, amounts)
    def test_a_price_is_either_refused_again_or_better(self, refused, price):
        self.assertEqual(floor_math.refuses(refused, price), price <= refused)
