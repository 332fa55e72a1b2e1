import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.quotation_history.offer_digest import (
    Rows,
    canonical,
    digest,
    json_text,
    json_texts,
    next_option,
    option_label,
)
from odoo.addons.quotation_history.offer_matrix import build_matrix, merge_keys, percent

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(-1e6, 1e6).map(lambda number: round(number, 4))
    | st.text(max_size=20)
    | st.dates()
    | st.datetimes().map(lambda moment: moment.replace(microsecond=0)),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4)
    ),
    max_leaves=20,
)
numbers = st.floats(0, 1e5).map(lambda number: round(number, 2))
lines = st.fixed_dictionaries(
    {"key": st.integers(1, 8), "qty": numbers, "price_unit": numbers, "discount": numbers}
).map(
    lambda line: {
        **line,
        "price_net": line["price_unit"],
        "price_subtotal": line["qty"] * line["price_unit"],
        "display_type": "",
        "name": f"P{line['key']}",
        "uom": "pc",
    }
)
offers = st.lists(lines, max_size=8, unique_by=lambda line: line["key"]).map(
    lambda items: {"lines": items}
)


@tagged("post_install", "-at_install")
class TestPlain(BaseCase):
    """The algorithms without the ORM."""

    # === DIGEST === #

    @settings(max_examples=80, deadline=None)
    @given(values)
    def test_canonical_is_stable(self, value):
        self.assertEqual(canonical(canonical(value)), canonical(value))
        self.assertEqual(digest(value), digest(canonical(value)))

    @settings(max_examples=80, deadline=None)
    @given(st.dictionaries(st.text(max_size=8), values, max_size=6))
    def test_order_of_keys_does_not_matter(self, mapping):
        turned = dict(reversed(mapping.items()))
        self.assertEqual(digest(mapping), digest(turned))

    @settings(max_examples=80, deadline=None)
    @given(st.lists(numbers, min_size=1, max_size=6), st.data())
    def test_any_changed_number_shows(self, items, data):
        index = data.draw(st.integers(0, len(items) - 1))
        changed = list(items)
        changed[index] += data.draw(st.floats(0.01, 1000))
        self.assertNotEqual(digest(items), digest(changed))

    @settings(max_examples=120, deadline=None)
    @given(st.data())
    def test_rows_by_column_are_the_same_rows(self, data):
        """Offers frozen before rows were written by column keep their digest."""
        count = data.draw(st.integers(0, 5))
        column = st.lists(values, min_size=count, max_size=count)
        rows = Rows(data.draw(st.dictionaries(st.text(max_size=4), column, min_size=1, max_size=4)))
        plain = {"terms": data.draw(values), "lines": rows.dicts()}
        self.assertEqual(digest({**plain, "lines": rows}), digest(plain))
        self.assertEqual(digest(rows), digest(rows.dicts()))

    def test_equal_values_of_another_kind_stay_apart(self):
        rows = Rows(a=[1, True, 1.5, "1", False, 0, None, (1,), [1]])
        self.assertEqual(json_texts(rows), [json_text({"a": value}) for value in rows["a"]])
        self.assertEqual(digest(rows), digest(rows.dicts()))

    @given(st.data())
    def test_split_rows_are_the_rows(self, data):
        size = data.draw(st.integers(1, 4))
        value = st.sampled_from([1, True, 1.0, 0, False, None, "", "a"]) | st.lists(st.integers())
        column = st.lists(value, min_size=size, max_size=size)
        rows = Rows(data.draw(st.dictionaries(st.text(max_size=2), column, min_size=1, max_size=3)))
        shared, own = rows.split()
        rests = own.dicts() or [{}] * size
        joined = [shared | rest for rest in rests]
        for one, other in zip(joined, rows.dicts(), strict=True):
            # told apart by their text: 1, 1.0 and True are equal
            self.assertEqual(repr(sorted(one.items())), repr(sorted(other.items())))

    def test_equal_columns_are_shared(self):
        shared, own = Rows(a=[1, 1], b=[1, True], c=[[], []], d=["x", "y"]).split()
        self.assertEqual(shared, {"a": 1, "c": []})
        self.assertEqual(own, {"b": [1, True], "d": ["x", "y"]})

    def test_noise_and_emptiness(self):
        self.assertEqual(digest(0.1 + 0.2), digest(0.3))
        self.assertEqual(digest(-0.0), digest(0))
        self.assertEqual(digest((5,)), digest([5]))
        self.assertNotEqual(digest((True,)), digest((1,)))
        self.assertEqual(digest(3), digest(3.0))
        self.assertEqual(digest({"a": None}), digest({"a": False}))
        self.assertNotEqual(digest(0), digest(False))
        self.assertNotEqual(digest(True), digest(1))
        self.assertEqual(digest(datetime.date(2026, 1, 2)), digest("2026-01-02"))

    def test_no_number(self):
        for value in (float("nan"), float("inf")):
            with self.assertRaises(ValueError):
                digest(value)

    def test_options(self):
        self.assertEqual(
            [option_label(n) for n in (0, 25, 26, 51, 52)], list("AZ") + ["AA", "AZ", "BA"]
        )
        self.assertEqual(next_option({"A", "C"}), "B")

    @settings(max_examples=50, deadline=None)
    @given(st.integers(0, 700))
    def test_options_are_unique(self, index):
        used = {option_label(number) for number in range(index)}
        self.assertEqual(len(used), index)
        self.assertEqual(next_option(used), option_label(index))

    # === MATRIX === #

    @settings(max_examples=80, deadline=None)
    @given(st.lists(offers, min_size=1, max_size=5))
    def test_every_line_is_in_one_row(self, columns):
        rows = build_matrix(columns)
        for index, column in enumerate(columns):
            shown = [row["key"] for row in rows if row["cells"][index]]
            self.assertCountEqual(shown, [line["key"] for line in column["lines"]])
        self.assertEqual(len({row["key"] for row in rows}), len(rows))

    @settings(max_examples=80, deadline=None)
    @given(offers)
    def test_equal_offers_do_not_differ(self, offer):
        for row in build_matrix([offer, offer]):
            self.assertEqual(row["cells"][1]["changed"], [])
            self.assertFalse(row["cells"][1]["previous_percent"])

    @settings(max_examples=80, deadline=None)
    @given(st.lists(st.lists(st.integers(1, 9), unique=True, max_size=9), min_size=1, max_size=4))
    def test_first_column_keeps_its_order(self, columns):
        merged = merge_keys(columns)
        self.assertCountEqual(merged, set().union(*columns))
        leading = [key for key in merged if key in columns[0]]
        self.assertEqual(leading, columns[0])

    def test_new_lines_follow_their_predecessor(self):
        self.assertEqual(merge_keys([[1, 2, 3], [1, 9, 2, 8], [7, 1]]), [7, 1, 9, 2, 8, 3])

    def test_many_lines_are_merged_at_once(self):
        many = list(range(200_000))
        self.assertEqual(merge_keys([many, many[::-1]]), many)

    def test_percent(self):
        self.assertEqual(percent(90, 100), -10)
        self.assertFalse(percent(90, 0))
        self.assertEqual(percent(-50, -100), 50)
