import doctest

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.consignment.tools import ageing

MOVEMENTS = st.lists(st.tuples(st.integers(0, 50), st.integers(-20, 20).filter(bool)), max_size=40)


def never_negative(raw):
    """Number the movements in time and drop those that would take more than is there."""
    balance, kept = 0, []
    for key, (date, quantity) in enumerate(sorted(raw, key=lambda move: move[0])):
        if balance + quantity >= 0:
            balance += quantity
            kept.append((date, key, quantity))
    return kept


@tagged("post_install", "-at_install")
class TestAgeingTool(BaseCase):
    def test_examples_in_the_documentation(self):
        self.assertEqual(doctest.testmod(ageing).failed, 0)

    @settings(deadline=None, max_examples=200)
    @given(MOVEMENTS)
    def test_layers_sum_up_to_the_balance(self, raw):
        moves = never_negative(raw)
        layers = ageing.open_layers(moves)
        self.assertEqual(sum(q for _d, q in layers), sum(m[2] for m in moves))
        self.assertTrue(all(q > 0 for _d, q in layers))

    @settings(deadline=None, max_examples=200)
    @given(MOVEMENTS)
    def test_first_in_goes_first_out(self, raw):
        """Taking one by one from the oldest receipt leaves the same layers."""
        queue = []
        moves = never_negative(raw)
        for date, _key, quantity in moves:
            if quantity > 0:
                queue.append([date, quantity])
                continue
            missing = -quantity
            while missing:
                taken = min(queue[0][1], missing)
                queue[0][1] -= taken
                missing -= taken
                if not queue[0][1]:
                    queue.pop(0)
        expected = [(date, quantity) for date, quantity in reversed(queue)]
        self.assertEqual(ageing.open_layers(moves), expected)

    @settings(deadline=None, max_examples=100)
    @given(st.integers(0, 400), st.lists(st.integers(1, 300), min_size=1, max_size=5, unique=True))
    def test_each_age_has_one_bucket(self, days, bounds):
        bounds = sorted(bounds)
        index = ageing.bucket_index(days, bounds)
        self.assertEqual(index, sum(bound <= days for bound in bounds))
        self.assertEqual(len(ageing.bucket_labels(bounds)), len(bounds) + 1)
