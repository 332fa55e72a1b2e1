"""What the benchmark scripts share: timing on a fresh cache, memory, and rows for the table."""

import json
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

STATUS = Path("/proc/self/status")


@dataclass
class Measured:
    """One action, repeated."""

    ms: float  # median, milliseconds
    queries: int
    memory: float  # MB the process grew by at its highest
    result: object
    cpu: float  # milliseconds of the processor, the fastest round: no other process disturbs it


class Bench:
    """Measure actions of an environment and report them."""

    def __init__(self, env):
        self.env = env

    def time(self, action, repeat=5, prepare=None):
        """Median of an action on a fresh cache, everything it left to write included.

        :param action: called with no argument, or with what ``prepare`` returned
        :param prepare: called before each round, not measured
        """
        rounds = [self._round(action, prepare) for _number in range(repeat)]
        return Measured(
            ms=statistics.median(one.ms for one in rounds),
            queries=rounds[-1].queries,
            memory=max(one.memory for one in rounds),
            result=rounds[-1].result,
            cpu=min(one.cpu for one in rounds),
        )

    def _round(self, action, prepare):
        given = [prepare()] if prepare else []
        self.env.flush_all()
        self.env.invalidate_all()
        idle = _resident_at_start()
        before, started = self.env.cr.sql_log_count, time.perf_counter()
        worked = time.process_time()
        result = action(*given)
        self.env.flush_all()
        seconds, worked = time.perf_counter() - started, time.process_time() - worked
        queries = self.env.cr.sql_log_count - before
        return Measured(seconds * 1000, queries, _status("VmHWM") - idle, result, worked * 1000)

    def row(self, title, ours_ms, other=None, other_ms=None, goal=None, queries=None):
        """Report milliseconds, beside a rival's where there is one."""
        _report(title=title, ms=ours_ms, other=other, other_ms=other_ms, goal=goal, queries=queries)

    def figure(self, title, figure, goal=None):
        """Report a number that has no rival, with its unit."""
        _report(title=title, figure=figure, goal=goal)


def _report(**row):
    print("row:", json.dumps(row, ensure_ascii=False), flush=True)


def _resident_at_start():
    """Megabytes in use now; the kernel's high-water mark starts again from here."""
    if not STATUS.exists():
        return 0.0
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _status(name):
    if not STATUS.exists():
        return 0.0
    for line in STATUS.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    return 0.0
