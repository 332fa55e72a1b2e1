"""What ``./erp bench`` and ``./erp test --core`` make of what they were told."""

import pytest

from host import bench, core, testing
from host.console import Stop


def test_an_unknown_benchmark_is_named_with_those_there_are():
    with pytest.raises(Stop, match="no benchmark called nonsense; there are: .*host"):
        bench.plan(["nonsense"])


def test_every_benchmark_says_what_it_compares_and_on_what():
    for script in bench.plan([]):
        assert len(script.title) > 20, script.topic
        assert set(script.templates) <= {"host", "suite", "full", "demo"}, script.topic


def test_two_databases_are_compared_row_by_row():
    host = [{"title": "write", "ms": 2.0, "queries": 1}, {"title": "only there", "ms": 1.0}]
    ours = [{"title": "write", "ms": 3.0, "queries": 2, "goal": "+2 queries"}]
    (line,) = bench.table(bench.compared(("host", host), ("suite", ours))).splitlines()[1:]
    assert line.split() == "write 3.0 ms 2.0 ms 1.50 1 → 2 +2 queries (host)".split()


def test_a_figure_without_a_rival_keeps_its_unit():
    (line,) = bench.table(
        [{"title": "memory", "figure": "12 MB", "goal": "< 200 MB"}]
    ).splitlines()[1:]
    assert line.split() == "memory 12 MB < 200 MB".split()


def test_only_what_passes_without_our_addons_counts_as_broken():
    without = testing.Outcome("stock (host)", passed=9, failed=1, broken={"a.known"})
    with_ours = testing.Outcome("stock (suite)", passed=8, failed=2, broken={"a.known", "a.new"})
    outcome = core.compared("stock", without, with_ours)
    assert (outcome.failed, outcome.passed) == (1, 8)
    assert outcome.details == [
        "fails only with our addons: a.new",
        "stock: 1 fail without our addons as well",
    ]


def test_tests_that_commit_get_a_database_of_their_own(tmp_path):
    job = testing.Job("addon_test_race_committed", [tmp_path], "full", commits=True)
    runner = testing.Runner.__new__(testing.Runner)
    runner.databases = type("Databases", (), {"server": type("Server", (), {"environment": {}})})
    assert runner._variables(job)["ODOO_TEST_COMMIT"] == "1"
    job.commits = False
    assert "ODOO_TEST_COMMIT" not in runner._variables(job)
