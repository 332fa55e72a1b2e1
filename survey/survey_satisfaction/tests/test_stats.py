import math
from collections import Counter
from statistics import NormalDist, fmean, variance

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..lib import rollup, scoring, stats, tables
from ..lib.suppression import suppressed, suppressed_together

counts = st.integers(min_value=0, max_value=400)
scores = st.lists(st.integers(0, 100).map(float), min_size=2, max_size=60)


@tagged("post_install", "-at_install")
class TestStatistics(BaseCase):
    """Published vectors and invariants of the formulas."""

    def assertInterval(self, found, expected, places=1):
        for left, right in zip(found, expected, strict=True):
            self.assertAlmostEqual(left, right, delta=0.6 * 10**-places)

    def test_wilson_vectors(self):
        self.assertInterval(stats.wilson(8, 10), (80, 49.0, 94.3))
        self.assertInterval(stats.wilson(10, 10), (100, 72.3, 100))
        self.assertInterval(stats.wilson(0, 5), (0, 0, 43.4))

    def test_nothing_is_no_figure(self):
        """Nobody answered, one answered, all say the same: never a zero."""
        self.assertEqual(stats.wilson(0, 0), (None, None, None))
        self.assertEqual(stats.nps_wald(0, 0, 0), (None, None))
        self.assertEqual(stats.mean_interval([]), (None, None, None))
        self.assertEqual(stats.mean_interval([50.0]), (50.0, None, None))
        self.assertEqual(stats.mean_interval([50.0], [2.0]), (50.0, None, None))
        for rows in ([], [(1, 2)], [(1,), (2,)]):
            self.assertIsNone(stats.cronbach_alpha(rows), rows)
        self.assertIsNone(stats.spearman([1], [1]))
        self.assertEqual(stats.quadrants({}), {})
        self.assertEqual(stats.variance_of_counts({5.0: 1}), 0.0)
        self.assertEqual(stats.response_index([], 0), (None, 0.0))
        self.assertIsNone(stats.weighted_index([(50.0, 0)]))
        self.assertIsNone(stats.standard_error(None, 80.0))
        self.assertIsNone(stats.standard_error(60.0, None))

    def test_two_are_enough(self):
        self.assertAlmostEqual(stats.cronbach_alpha([(1, 2), (3, 4)]), 1.0)
        self.assertAlmostEqual(stats.spearman([1, 2], [5, 4]), -1.0)
        self.assertEqual(stats.variance_of_counts({0.0: 1, 10.0: 1}), 50.0)

    def test_scales_become_percent(self):
        points = [stats.linear_score(value, 1, 7) for value in (1, 4, 7)]
        self.assertEqual(points, [0.0, 50.0, 100.0])
        self.assertEqual([stats.linear_score(v, 0, 10) for v in (0, 3, 10)], [0.0, 30.0, 100.0])

    def test_careless_answers(self):
        self.assertTrue(stats.is_straight_line([50.0] * 8))
        self.assertFalse(stats.is_straight_line([50.0] * 7), "too few to tell")
        self.assertFalse(stats.is_straight_line([50.0] * 8 + [75.0]))

    def test_quantiles_of_student_leave_five_percent(self):
        """Integrate the density (Simpson) from 0 to each quantile of the table: 47.5 %."""

        def density(t, freedom):
            half = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)
            base = math.exp(half) / math.sqrt(freedom * math.pi)
            return base * (1 + t * t / freedom) ** (-(freedom + 1) / 2)

        for freedom in range(1, 31):
            steps, end = 1000, stats.t95(freedom)
            width = end / steps
            inner = sum((4 if k % 2 else 2) * density(k * width, freedom) for k in range(1, steps))
            area = (density(0, freedom) + inner + density(end, freedom)) * width / 3
            self.assertAlmostEqual(area, 0.475, places=5, msg=freedom)
        self.assertEqual([stats.t95(0), stats.t95(31)], [stats.Z95] * 2)

    def test_nps_vectors(self):
        self.assertEqual(stats.nps(50, 30, 20), 30.0)
        self.assertInterval(stats.nps_wald(50, 30, 20), (14.7, 45.3))
        self.assertInterval(stats.nps_adjusted(50, 30, 20), (14.1, 44.2))
        self.assertEqual(stats.nps(12, 5, 3), 45.0)
        self.assertInterval(stats.nps_adjusted(12, 5, 3), (8.4, 69.8))

    def test_nps_all_agree_keeps_an_interval(self):
        self.assertEqual(stats.nps_wald(5, 0, 0), (100.0, 100.0))
        self.assertInterval(stats.nps_adjusted(5, 0, 0, clipped=False), (17.5, 107.5))
        self.assertInterval(stats.nps_adjusted(5, 0, 0), (17.5, 100.0))

    def test_nps_empty(self):
        self.assertIsNone(stats.nps(0, 0, 0))
        self.assertEqual(stats.nps_adjusted(0, 0, 0), (None, None))

    def test_nps_points_of_zero_is_an_answer(self):
        self.assertEqual(
            [stats.nps_points(v) for v in (0, 6, 7, 8, 9, 10)], [-100] * 2 + [0] * 2 + [100] * 2
        )

    def test_finite_population(self):
        low, high = stats.nps_wald(12, 5, 3)
        self.assertAlmostEqual((high - low) / 2, 32.4, delta=0.05)
        low, high = stats.nps_wald(12, 5, 3, population=40)
        self.assertAlmostEqual((high - low) / 2, 23.2, delta=0.05)

    def test_census_has_no_sampling_error(self):
        self.assertEqual(stats.nps_adjusted(12, 5, 3, population=20), (45.0, 45.0))
        self.assertEqual(stats.mean_interval([50.0, 70.0], population=2), (60.0, 60.0, 60.0))
        self.assertEqual(stats.wilson(8, 10, population=10), (80.0, 80.0, 80.0))

    def test_correction_for_few_customers(self):
        self.assertAlmostEqual(stats.fpc(20, 40), math.sqrt(20 / 39))
        found = [stats.fpc(5, population) for population in (None, 0, 5, 4)]
        self.assertEqual(found, [1.0, 1.0, 0.0, 0.0])
        self.assertEqual((stats.fpc(1, 1), stats.fpc(0, 1)), (0.0, 1.0))
        share, low, high = stats.wilson(8, 10, population=20)
        for bound in (low / 100, high / 100):
            z = stats.Z95 * math.sqrt(10 / 19)
            self.assertAlmostEqual(abs(0.8 - bound), z * math.sqrt(bound * (1 - bound) / 10))
        self.assertEqual(share, 80.0)

    def test_intervals_stay_on_their_scale(self):
        self.assertEqual(stats.mean_interval([0.0, 100.0]), (50.0, 0.0, 100.0))
        self.assertEqual(stats.nps_adjusted(0, 0, 5)[0], -100.0)

    def test_customers_without_revenue_weigh_alike(self):
        values = [60.0, 70.0, 80.0]
        self.assertEqual(stats.mean_interval(values, [0.0] * 3), stats.mean_interval(values))

    def test_error_behind_an_interval(self):
        self.assertAlmostEqual(stats.standard_error(40.0, 60.0), 10 / stats.Z95)
        _centre, low, high = stats.mean_interval([float(n) for n in range(40)])
        spread = math.sqrt(variance(range(40)) / 40)
        self.assertAlmostEqual(stats.standard_error(low, high), spread)

    def test_sample_size(self):
        found = [stats.sample_size(n) for n in (20, 50, 100, 500, 5000)]
        self.assertEqual(found, [20, 45, 80, 218, 357])
        self.assertEqual(stats.sample_size(), 385)

    def test_alpha_vector(self):
        rows = [(5, 4, 5), (4, 4, 4), (3, 2, 3), (5, 5, 5), (2, 3, 2)]
        self.assertAlmostEqual(stats.cronbach_alpha(rows), 0.9449, places=4)

    def test_alpha_without_variance(self):
        self.assertIsNone(stats.cronbach_alpha([(3, 3), (3, 3)]))

    def test_mapping_is_part_of_the_result(self):
        linear, chinese = (100, 75, 50, 25, 0), (100, 80, 60, 40, 20)
        self.assertEqual(stats.response_index([(linear[2], 1)] * 4, 4)[0], 50)
        self.assertEqual(stats.response_index([(chinese[2], 1)] * 4, 4)[0], 60)
        self.assertNotEqual(scoring.signature([linear]), scoring.signature([chinese]))

    def test_weights_renormalise_over_answered_items(self):
        self.assertEqual(stats.response_index([(100.0, 3), (50.0, 1)], 4, 0.5), (87.5, 0.5))

    def test_too_few_answers_leave_the_index_blank(self):
        self.assertEqual(stats.response_index([(100.0, 1)], 4, 0.5), (None, 0.25))
        self.assertEqual(stats.response_index([], 4, 0.0), (None, 0.0))

    def test_mean_interval_uses_student(self):
        values = [60.0, 70.0, 80.0]
        centre, low, high = stats.mean_interval(values)
        self.assertEqual(centre, 70)
        self.assertAlmostEqual(high - centre, 4.3027 * 10 / math.sqrt(3), places=3)
        self.assertAlmostEqual(centre - low, high - centre, places=9)

    def test_difference_needs_more_than_noise(self):
        self.assertEqual(stats.difference(80, 2, 79, 2), (1, False))
        self.assertEqual(stats.difference(80, 2, 70, 2), (10, True))
        self.assertEqual(stats.difference(80, None, 70, 2), (10, None))
        self.assertEqual(stats.difference(None, 1, 70, 2), (None, None))
        self.assertEqual(stats.difference(stats.Z95 * 5, 3, 0, 4)[1], False, "just not")

    def test_spearman_averages_ties(self):
        self.assertEqual(stats.ranks([10, 20, 20, 30]), [1, 2.5, 2.5, 4])
        self.assertAlmostEqual(stats.spearman([1, 2, 3, 4], [2, 4, 6, 8]), 1)
        self.assertIsNone(stats.spearman([1, 1, 1], [1, 2, 3]))
        self.assertAlmostEqual(stats.spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]), 0.8208, places=4)

    def test_acsi_equal_weights(self):
        self.assertAlmostEqual(stats.acsi(10, 10, 10), 100)
        self.assertAlmostEqual(stats.acsi(8, 7, 6), (21 - 3) / 27 * 100)
        self.assertAlmostEqual(stats.acsi(10, 1, 1, (2, 1, 1)), 50)

    def test_quadrants(self):
        points = {"a": (0.9, 90), "b": (0.9, 40), "c": (0.1, 90), "d": (0.1, 40)}
        self.assertEqual(
            stats.quadrants(points), {"a": "keep", "b": "improve", "c": "surplus", "d": "low"}
        )
        self.assertEqual(stats.quadrants({"a": (0.5, 50)}), {"a": "keep"}, "at the mean")

    def test_polarity_and_rate(self):
        self.assertEqual(stats.net_polarity(3, 1), 50)
        self.assertIsNone(stats.net_polarity(0, 0))
        self.assertEqual(stats.response_rate(30, 110, 10), 30)
        self.assertIsNone(stats.response_rate(0, 2, 2))

    def test_grades(self):
        self.assertEqual(
            [stats.grade(x) for x in (91, 81, 70, 69.9)], ["high", "good", "fair", "poor"]
        )
        self.assertIsNone(stats.grade(None))

    def test_number_outside_its_scale_is_no_answer(self):
        self.assertFalse(scoring.score_number("nps", 999, 0, 10))
        self.assertEqual(scoring.score_number("nps", 0, 0, 10)["points"], -100)
        self.assertFalse(scoring.score_number("ces", 3, 3, 3), "a scale of one point")

    def test_bands_of_numbers(self):
        self.assertEqual(
            [scoring.band_of(score) for score in (75, 74.9, 50, 49.9)],
            ["satisfied", "neutral", "neutral", "dissatisfied"],
        )
        bands = {value: scoring.score_number("nps", value, 0, 10)["band"] for value in (9, 7, 6)}
        self.assertEqual(bands, {9: "satisfied", 7: "neutral", 6: "dissatisfied"})
        best = scoring.score_number("ces", 7, 1, 7)
        self.assertEqual((best["score"], best["band"]), (100.0, "satisfied"))

    def test_response_in_short(self):
        def item(measure, score, **more):
            return {"measure": measure, "score": score, "weight": 1, **more}

        items = [item("csat", 100.0), item("csat", 50.0), item("overall", 0.0),
                 item("nps", 30.0, points=-100.0)]  # fmt: skip
        found = scoring.summarize(items, {"csat": 2, "overall": 1}, 0.5)
        self.assertEqual(found, {"index": 75.0, "ratio": 1.0, "nps": -100.0})
        found = scoring.summarize(items[2:3], {"overall": 1}, 0.5)
        self.assertEqual(found, {"index": 0.0, "ratio": 1.0, "nps": None})
        found = scoring.summarize(items[:1], {"csat": 3}, 0.5)
        self.assertEqual((found["index"], round(found["ratio"], 2)), (None, 0.33))
        self.assertEqual(scoring.summarize([], {}, 0.5)["ratio"], 0.0)

    def test_no_more_is_hidden_than_needed(self):
        self.assertEqual(suppressed({"a": 2, "b": 3, "c": 9}, 5), {"a", "b"})
        self.assertEqual(suppressed({"a": 2, "b": 7, "c": 9}, 5), {"a", "b"})
        self.assertEqual(suppressed({"a": 0, "b": 7}, 5), set())
        large_rest = [(10, ("x", "p")), (5, ("x", "q")), (10, ("y", "q"))]
        no_rest = [(10, ("x", "p")), (10, ("y", "q"))]
        for groups in (large_rest, no_rest):
            self.assertEqual(suppressed_together(groups, 2, 5), [set(), set()])

    def test_recommendations_are_counted_by_band(self):
        bands = ("satisfied", "satisfied", "neutral", "dissatisfied")
        parts = [{"measure": "nps", "band": b, "n": n} for n, b in enumerate(bands, start=1)]
        parts.append({"measure": "csat", "band": "satisfied", "n": 100})
        self.assertEqual(tables.nps(parts), [3, 3, 4])

    @given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 9)), min_size=1), st.randoms())
    @settings(max_examples=60, deadline=None)
    def test_index_ignores_order_and_scaling_of_weights(self, pairs, rng):
        index = stats.weighted_index(pairs)
        shuffled = rng.sample(pairs, len(pairs))
        self.assertAlmostEqual(index, stats.weighted_index(shuffled), places=9)
        self.assertAlmostEqual(
            index, stats.weighted_index([(s, w * 7) for s, w in pairs]), places=9
        )

    @given(counts, counts, counts)
    @settings(max_examples=80, deadline=None)
    def test_nps_interval_matches_an_independent_formula(self, pro, mid, con):
        n = pro + mid + con
        if not n:
            return
        points = [100] * pro + [0] * mid + [-100] * con
        self.assertAlmostEqual(stats.nps(pro, mid, con), fmean(points), places=9)
        p, d = (pro + 0.75) / (n + 3), (con + 0.75) / (n + 3)
        margin = NormalDist().inv_cdf(0.975) * math.sqrt((p + d - (p - d) ** 2) / (n + 3)) * 100
        low, high = stats.nps_adjusted(pro, mid, con, clipped=False)
        self.assertAlmostEqual((low + high) / 2, (p - d) * 100, places=6)
        self.assertAlmostEqual((high - low) / 2, margin, places=6)
        mirrored = stats.nps_adjusted(con, mid, pro, clipped=False)
        self.assertAlmostEqual(low, -mirrored[1], places=9)

    @given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
    @settings(max_examples=80, deadline=None)
    def test_wilson_contains_the_share_and_solves_its_equation(self, pair):
        hits, n = pair
        share, low, high = stats.wilson(hits, n)
        self.assertTrue(0 <= low <= share <= high <= 100)
        for bound in {low, high} - {0.0, 100.0}:
            p = bound / 100
            distance = abs(hits / n - p)
            self.assertAlmostEqual(distance, stats.Z95 * math.sqrt(p * (1 - p) / n), places=6)

    @given(scores, st.randoms())
    @settings(max_examples=60, deadline=None)
    def test_mean_interval_invariants(self, values, rng):
        result = stats.mean_interval(values)
        shuffled = stats.mean_interval(rng.sample(values, len(values)))
        equal = stats.mean_interval(values, [3.0] * len(values))
        for one, two, three in zip(result, shuffled, equal, strict=True):
            self.assertAlmostEqual(one, two, places=7)
            self.assertAlmostEqual(one, three, places=7)
        wide = stats.mean_interval(values, population=len(values) * 2)
        self.assertLessEqual(wide[2] - wide[1], result[2] - result[1] + 1e-9)

    @given(st.lists(st.tuples(*[st.integers(1, 5)] * 4), min_size=3, max_size=40))
    @settings(max_examples=60, deadline=None)
    def test_alpha_matches_covariance_form(self, rows):
        alpha = stats.cronbach_alpha(rows)
        columns = list(zip(*rows, strict=True))
        total = variance([sum(row) for row in rows])
        if not total:
            self.assertIsNone(alpha)
            return
        shared = total - sum(variance(column) for column in columns)
        self.assertAlmostEqual(alpha, 4 / 3 * shared / total, places=9)

    @given(st.dictionaries(st.integers(0, 20), st.integers(0, 30), max_size=12), st.integers(2, 9))
    @settings(max_examples=150, deadline=None)
    def test_suppression_cannot_be_undone(self, table, threshold):
        hidden = suppressed(table, threshold)
        shown = {key for key, n in table.items() if n and key not in hidden}
        self.assertTrue(all(table[key] >= threshold for key in shown))
        if hidden and shown:
            self.assertGreaterEqual(len(hidden), 2)
            self.assertGreaterEqual(sum(table[key] for key in hidden), threshold)
        if not any(0 < n < threshold for n in table.values()):
            self.assertFalse(hidden)

    @given(
        st.lists(
            st.tuples(st.integers(0, 12), st.tuples(*[st.sampled_from("abc")] * 3)), max_size=15
        ),
        st.integers(2, 6),
    )
    @settings(max_examples=150, deadline=None)
    def test_tables_together_leave_no_small_rest(self, groups, threshold):
        hidden = suppressed_together(groups, 3, threshold)
        cells = [
            {key: {i for i, (n, keys) in enumerate(groups) if n and keys[place] == key}
             for key in "abc"}
            for place in range(3)
        ]  # fmt: skip
        sizes = [n for n, _keys in groups]
        for place in range(3):
            counts = {key: sum(sizes[i] for i in rows) for key, rows in cells[place].items()}
            self.assertLessEqual(suppressed(counts, threshold), hidden[place])
            for other in range(3):
                for key, rows in cells[place].items():
                    for wide in set("abc") - hidden[other]:
                        rest = cells[other][wide] - rows
                        inside = rows and rows < cells[other][wide] and place != other
                        if inside and key not in hidden[place]:
                            self.assertGreaterEqual(sum(sizes[i] for i in rest), threshold)

    @given(st.lists(st.tuples(*[st.sampled_from([0.0, 25.0, 50.0, 75.0, 100.0])] * 3), min_size=3))
    @settings(max_examples=60, deadline=None)
    def test_alpha_from_counts_is_the_alpha_of_the_rows(self, rows):
        spread = variance([sum(row) for row in rows])
        parts = [stats.variance_of_counts(Counter(column)) for column in zip(*rows, strict=True)]
        self.assertEqual(
            [round(part, 6) for part in parts],
            [round(variance(column), 6) for column in zip(*rows, strict=True)],
        )
        if spread:
            self.assertAlmostEqual(
                stats.alpha_of_variances(parts, spread), stats.cronbach_alpha(rows), places=6
            )

    @given(st.integers(0, 50), st.integers(1, 50))
    @settings(max_examples=40, deadline=None)
    def test_unanswered_invitation_lowers_the_rate_only(self, answered, open_ones):
        before = stats.response_rate(answered, answered + open_ones)
        after = stats.response_rate(answered, answered + open_ones + 1)
        self.assertLessEqual(after, before)

    @given(
        st.lists(
            st.tuples(
                st.sampled_from("ab"), st.sampled_from("xyz"), st.none() | st.integers(0, 100)
            ),
            max_size=40,
        )
    )
    def test_coarser_groups_equal_counting_again(self, rows):
        def count(keys):
            tables = {}
            for row in rows:
                tables.setdefault(tuple(row[k] for k in keys), []).append(row[2])
            return tables

        finest = [
            (*key, len(values), sum(said), len(said))
            for key, values in count((0, 1)).items()
            for said in [[value for value in values if value is not None]]
        ]
        sets = [(), (0,), (1,), (1, 0)]
        rolled = rollup.roll_up(finest, 2, sets, ["avg", "count"])
        for keys, table in zip(sets, rolled, strict=True):
            expected = count(keys)
            self.assertEqual(table.keys(), expected.keys())
            for key, values in expected.items():
                said = [value for value in values if value is not None]
                average, number = table[key]
                self.assertEqual(number, len(values))
                self.assertEqual(average is None, not said)
                if said:
                    self.assertAlmostEqual(average, sum(said) / len(said))

    def test_items_are_made_of_counts(self):
        part = {"label": "Q", "question_id": 1, "measure": "csat", "answer": "?"}
        rows = tables.items(
            [
                {**part, "code": "Q1", "dimension_id": 7, "score": 100.0, "band": "satisfied",
                 "n": 3, "satisfied": 300.0},
                {**part, "code": "Q2", "dimension_id": None, "score": 50.0, "band": "neutral",
                 "n": 2, "satisfied": 0.0},
                {**part, "code": "Q1", "dimension_id": 7, "score": 0.0, "band": "dissatisfied",
                 "n": 1, "satisfied": 0.0},
            ]
        )  # fmt: skip
        self.assertEqual([row["code"] for row in rows], ["Q2", "Q1"])
        first = rows[1]
        figures = (first["n"], first["score"], first["satisfied"], first["dissatisfied"])
        self.assertEqual(figures, (4, 75.0, 75.0, 25.0))
        self.assertEqual([part["n"] for part in first["distribution"]], [3, 1])
        made = tables.dimensions(rows, {7: 4, None: 2})
        self.assertEqual([(row["id"], row["n"], row["score"]) for row in made],
                         [(7, 4, 75.0), (False, 2, 50.0)])  # fmt: skip
