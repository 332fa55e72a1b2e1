from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.consignment.tools.cover import Cover, narrow_first


class Name(str):
    """Stands for a record: a lot or a shop; empty is any."""

    def browse(self):
        return Name()


class Valve:
    uom_id = SimpleNamespace(compare=lambda one, other: (one > other) - (one < other))


VALVE = Valve()
PIECES = st.integers(0, 9)
NAMED = st.sampled_from(("", "North", "South"))


def make_line(quantity, shop="", lot=""):
    return SimpleNamespace(product=VALVE, quantity=quantity, shop=Name(shop), lot=Name(lot))


@tagged("post_install", "-at_install")
class TestCover(BaseCase):
    def cover(self, north, south):
        there = {"North": north, "South": south, "": north + south}
        return Cover(lambda product, lot, shop: there[shop])

    def test_narrowest_shortage_is_named(self):
        shortage = self.cover(5, 2).find_shortage(make_line(9, "South"))
        self.assertEqual(shortage, (9, 2, "South"))

    def test_all_shops_together_fall_short(self):
        cover = self.cover(5, 2)
        self.assertIsNone(cover.find_shortage(make_line(5, "North")))
        self.assertEqual(cover.find_shortage(make_line(3)), (8, 7, ""))

    def test_named_lines_come_first(self):
        anywhere, shop, lot = make_line(1), make_line(1, "North"), make_line(1, lot="L1")
        self.assertEqual(narrow_first([anywhere, lot, shop]), [shop, lot, anywhere])

    @settings(deadline=None)
    @given(PIECES, PIECES, st.lists(st.tuples(PIECES, NAMED), max_size=6))
    def test_never_more_is_taken_than_is_there(self, north, south, wanted):
        """Neither in a shop nor in all together, whatever is asked in whatever order."""
        cover, taken = self.cover(north, south), {"": 0, "North": 0, "South": 0}
        for quantity, shop in wanted:
            line = make_line(quantity, shop)
            line.quantity = min(quantity, cover.get_free(line))
            cover.take(line)
            taken[shop] += line.quantity
        self.assertLessEqual(taken["North"], north)
        self.assertLessEqual(taken["South"], south)
        self.assertLessEqual(sum(taken.values()), north + south)
