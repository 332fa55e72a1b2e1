from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.gate import Criterion, Layout, Stage, Team


def make_layout(sequences, own=True):
    stages = tuple(
        Stage(id=i, sequence=seq, team_ids=frozenset({1}), criteria=(Criterion(i, "manual"),))
        for i, seq in enumerate(sequences, 1)
    )
    return Layout(stages=(*stages, Stage(id=900, sequence=0)), teams=(Team(1, own_stages=own),))


@tagged("post_install", "-at_install")
class TestGateTools(BaseCase):
    @settings(deadline=None)
    @given(st.lists(st.integers(1, 50), min_size=3, max_size=9, unique=True), st.data())
    def test_way_does_not_matter(self, sequences, data):
        """Whatever stops are made on the way up, the same criteria are asked for in the end."""
        layout = make_layout(sequences)
        ordered = [stage.id for stage in layout.stages if stage.id != 900]
        low, high = sorted(data.draw(st.tuples(*[st.integers(0, len(ordered) - 1)] * 2)))
        stops = sorted(data.draw(st.sets(st.integers(low, high)))) if high > low else []
        way = [ordered[i] for i in [low, *stops, high]]
        asked = [c.id for a, b in zip(way, way[1:], strict=False) for c in layout.needed(1, a, b)]
        direct = [c.id for c in layout.needed(1, ordered[low], ordered[high])]
        self.assertEqual(asked, direct)

    @settings(deadline=None)
    @given(st.lists(st.integers(1, 50), min_size=2, max_size=9, unique=True))
    def test_back_is_free(self, sequences):
        layout = make_layout(sequences)
        ordered = [stage.id for stage in layout.stages if stage.id != 900]
        for index, stage_id in enumerate(ordered):
            for earlier in ordered[: index + 1]:
                self.assertEqual(layout.needed(1, stage_id, earlier), ())

    def test_new_lead_must_earn_everything_before(self):
        layout = make_layout([10, 20, 30])
        self.assertEqual([c.id for c in layout.needed(1, False, 3)], [1, 2])

    def test_shared_stage_is_foreign_to_a_team_with_its_own(self):
        self.assertTrue(make_layout([10]).is_foreign(1, 900))
        self.assertFalse(make_layout([10], own=False).is_foreign(1, 900))

    def test_archived_stage_asks_nothing(self):
        stage = Stage(1, 10, criteria=(Criterion(1, "manual"),), active=False)
        layout = Layout(stages=(stage, Stage(2, 20)))
        self.assertEqual(layout.needed(False, 1, 2), ())
        self.assertEqual(layout.criteria(1), ())

    def test_advice_and_broken_criteria_do_not_bind(self):
        criteria = (Criterion(1, "manual", required=False), Criterion(2, "field", problem="gone"))
        layout = Layout(stages=(Stage(1, 10, criteria=criteria), Stage(2, 20)))
        self.assertEqual(layout.needed(False, 1, 2), ())
