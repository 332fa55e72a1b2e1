from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import assessment, names

scores = st.fixed_dictionaries({key: st.integers(1, 5) for key in assessment.ALL})


@tagged("post_install", "-at_install")
class TestAssessmentTools(BaseCase):
    @settings(deadline=None)
    @given(scores)
    def test_percentages_stay_in_bounds(self, values):
        self.assertTrue(0 <= assessment.value_score(values) <= 100)
        self.assertTrue(0 <= assessment.difficulty_score(values) <= 100)

    @settings(deadline=None)
    @given(scores, st.sampled_from(assessment.DIFFICULTY))
    def test_harder_is_never_easier(self, values, key):
        harder = {**values, key: min(values[key] + 1, 5)}
        self.assertGreaterEqual(
            assessment.difficulty_score(harder), assessment.difficulty_score(values)
        )

    @settings(deadline=None)
    @given(scores)
    def test_more_ability_is_less_difficulty(self, values):
        able = {**values, "ability": min(values["ability"] + 1, 5)}
        self.assertLessEqual(assessment.difficulty_score(able), assessment.difficulty_score(values))

    def test_corners(self):
        low = dict.fromkeys(assessment.ALL, 1)
        best = {**low, "share": 5, "value": 5, "ability": 5}
        self.assertEqual(
            (assessment.value_score(best), assessment.difficulty_score(best)), (100, 0)
        )
        self.assertEqual(assessment.quadrant(best), "a")
        worst = {key: 6 - score for key, score in best.items()}
        self.assertEqual(assessment.quadrant(worst), "d")

    def test_no_class_before_all_are_answered(self):
        self.assertEqual(assessment.quadrant({"share": 5}), "")

    def test_weighted_percent_leaves_out_what_is_not_rated(self):
        self.assertEqual(assessment.weighted_percent([(5, 1), (0, 9)]), 100)
        self.assertEqual(assessment.weighted_percent([(5, 1), (1, 3)]), 25)
        self.assertEqual(assessment.weighted_percent([]), 0)

    def test_same_company_in_other_spellings(self):
        self.assertTrue(names.same_company("苏州恒川机电设备有限公司", "苏州恒川机电设备"))
        self.assertTrue(names.same_company("ACME  Co., Ltd.", "Acme"))
        self.assertTrue(names.same_company("ＡＣＭＥ", "acme"))
        self.assertFalse(names.same_company("苏州恒川", "苏州恒山"))
        self.assertFalse(names.same_company("", ""))
