"""Benchmarks: scripts that run in an Odoo shell on a throw-away database and report rows.

A script says what it compares in its first comment, and on lines of their own
``# database: suite`` (the template it runs on; two of them, as in ``host suite``, compare the
first with the second) and ``# size: 100000`` (what ``--size`` is when not given).
"""

import json
import re
from dataclasses import dataclass

from . import places
from .console import Stop

FOLDER = places.ROOT / "tests" / "benchmarks"
ROW = re.compile(r"(?m)^row: (.*)$")


@dataclass
class Script:
    """One benchmark."""

    path: object

    @property
    def topic(self):
        return self.path.stem.removeprefix("bench_")

    @property
    def title(self):
        text = self.path.read_text(encoding="utf-8")
        return re.match(r"# (.+)", text).group(1)

    def setting(self, name, default):
        text = self.path.read_text(encoding="utf-8")[:2000]
        found = re.search(rf"(?m)^# {name}: (.+)$", text)
        return found.group(1).strip() if found else default

    @property
    def templates(self):
        return self.setting("database", "suite").split()

    @property
    def size(self):
        return int(self.setting("size", "0").replace("_", ""))


def plan(topics):
    """The scripts of the given topics, all when there are none."""
    scripts = {script.topic: script for script in map(Script, sorted(FOLDER.glob("bench_*.py")))}
    if unknown := set(topics) - scripts.keys():
        raise Stop(
            f"no benchmark called {', '.join(sorted(unknown))}; there are: {', '.join(scripts)}."
        )
    return [scripts[topic] for topic in topics or scripts]


class Bench:
    """Run scripts and print what they report."""

    def __init__(self, databases, templates, console):
        self.databases = databases
        self.templates = templates
        self.console = console

    def run(self, script, size=None):
        """Run one script on each of its databases.

        :return: list of rows
        """
        size = size or script.size
        measured = {kind: self._measured(script, kind, size) for kind in script.templates}
        if len(measured) == 1:
            return next(iter(measured.values()))
        return compared(*measured.items())

    def _measured(self, script, kind, size):
        name = f"bench_{places.checkout_name()[4:]}_{script.topic}_{kind}"[:60]
        template = getattr(self.templates, kind)()
        with self.console.step(f"{script.topic} on {kind}" + (f", size {size}" if size else "")):
            self.databases.clone(template, name)
            try:
                printed = self.databases.run_script(script.path, name, size=size)
            finally:
                self.databases.drop(name)
        return [json.loads(found) for found in ROW.findall(printed)]


def compared(reference, ours):
    """The rows of a script that ran on two databases, the first one being the rival."""
    (rival, theirs), (_name, rows) = reference, ours
    known = {row["title"]: row for row in theirs}
    for row in rows:
        if other := known.get(row["title"]):
            row.update(other=rival, other_ms=other["ms"], other_queries=other.get("queries"))
    return rows


def table(rows):
    """Rows as text: our milliseconds and queries, the rival's, the ratio, the goal."""
    if not rows:
        return "nothing was reported"
    width = max(len(row["title"]) for row in rows)
    lines = [f"{'':{width}}{'ours':>14}{'rival':>14}{'ratio':>7}{'queries':>12}  goal"]
    return "\n".join([*lines, *(_line(row, width) for row in rows)])


def _line(row, width):
    ours, other = row.get("ms"), row.get("other_ms")
    shown = row.get("figure") or _milliseconds(ours)
    ratio = f"{ours / other:.2f}" if ours and other else ""
    queries = [row.get("other_queries"), row.get("queries")]
    counted = " → ".join(str(count) for count in queries if count is not None)
    rival = f"  ({row['other']})" if row.get("other") else ""
    return (
        f"{row['title']:{width}}{shown:>14}{_milliseconds(other):>14}{ratio:>7}{counted:>12}"
        f"  {row.get('goal') or ''}{rival}"
    ).rstrip()


def _milliseconds(value):
    return "" if value is None else f"{value:,.1f} ms"
