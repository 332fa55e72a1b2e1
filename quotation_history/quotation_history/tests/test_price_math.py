from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.quotation_history.tools import price_math

prices = st.floats(min_value=0.0001, max_value=1e7)
discounts = st.floats(min_value=0, max_value=99.9)
factors = st.floats(min_value=0.001, max_value=1e4)
ranges = st.lists(
    st.lists(prices, min_size=1, max_size=8).map(
        lambda values: (min(values), max(values), sum(values), len(values))
    ),
    max_size=6,
)


@tagged("post_install", "-at_install")
class TestPriceMath(BaseCase):
    @given(prices, discounts)
    def test_net_price_never_exceeds_the_gross_price(self, price, discount):
        self.assertLessEqual(price_math.net_price(price, discount), price)

    @given(prices, discounts)
    def test_gross_price_undoes_net_price(self, price, discount):
        net = price_math.net_price(price, discount)
        self.assertAlmostEqual(price_math.gross_price(net, discount) / price, 1.0, places=6)

    def test_gross_price_of_a_full_discount_is_the_net_price(self):
        self.assertEqual(price_math.gross_price(80.0, 100.0), 80.0)

    @given(prices, factors, factors)
    def test_unit_conversion_keeps_the_amount(self, price, source, target):
        converted = price_math.convert_unit_price(price, source, target)
        self.assertAlmostEqual((converted / target) / (price / source), 1.0, places=6)

    @given(prices, factors, factors, discounts)
    def test_discount_and_unit_commute(self, price, source, target, discount):
        first = price_math.net_price(price_math.convert_unit_price(price, source, target), discount)
        second = price_math.convert_unit_price(
            price_math.net_price(price, discount), source, target
        )
        self.assertAlmostEqual(first, second, delta=abs(first) * 1e-9 + 1e-9)

    def test_a_dozen_at_120_is_10_a_piece(self):
        self.assertEqual(price_math.convert_unit_price(120.0, 12.0, 1.0), 10.0)

    @given(ranges)
    def test_merged_range_holds_its_average(self, values):
        merged = price_math.merge_ranges(values)
        self.assertEqual(merged["count"], sum(value[3] for value in values))
        if merged["count"]:
            slack = merged["max_price"] * 1e-9
            self.assertLessEqual(merged["min_price"], merged["avg_price"] + slack)
            self.assertLessEqual(merged["avg_price"], merged["max_price"] + slack)

    def test_nothing_counted_has_no_prices(self):
        merged = price_math.merge_ranges([(0.0, 0.0, 0.0, 0)])
        self.assertEqual(
            merged, {"min_price": False, "max_price": False, "avg_price": False, "count": 0}
        )

    def test_percent_change_without_a_base(self):
        self.assertIs(price_math.percent_change(5.0, 0.0), False)
        self.assertEqual(price_math.percent_change(90.0, 100.0), -10.0)
