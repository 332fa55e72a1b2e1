"""Run every test as a job of its own, two at a time, and count what came out."""

import os
import re
import subprocess
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from . import places, process, server, templates
from .console import Stop

SYSTEM = places.ROOT / "tests" / "system"
BROWSER = places.ROOT / "tests" / "browser"
#: Test files that commit or need two connections: they get a database of their own.
COMMITTED = "test_*_committed.py"
#: What Odoo's browser cases say when they skip for want of a browser: that is a failure here.
NO_BROWSER = re.compile(r"chrome|devtools", re.I)


@dataclass
class Job:
    """One pytest run."""

    title: str
    paths: list
    template: str = ""  # database to clone; none for tests that make their own
    in_odoo: bool = True  # run inside an Odoo process (pytest-odoo), or outside it
    weight: int = 1  # heavy ones start first
    script: str = ""  # of host/scripts, run on the clone first
    commits: bool = False  # its tests commit; each test file gets a database of its own


@dataclass
class Outcome:
    """What a job counted."""

    title: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    details: list = field(default_factory=list)
    broken: set = field(default_factory=set)  # names of the tests that failed


class Runner:
    """Plan the jobs, run them, report."""

    def __init__(self, databases, prepared, console, keyword=""):
        self.databases = databases
        self.templates = prepared
        self.console = console
        self.keyword = keyword
        self.settings = databases.settings
        self.environment = databases.environment
        self.results = places.local() / "results"

    def plan(self, targets):
        """The jobs for the given targets, all when there are none.

        :param targets: names of addons, guarded modules, or files below tests/ without ``.py``
        """
        jobs = [*self._addon_jobs(), *self._guarded_jobs(), *self._suite_jobs()]
        chosen = [job for job in jobs if not targets or job.title in targets]
        unknown = set(targets) - {job.title for job in jobs}
        if unknown:
            known = ", ".join(job.title for job in jobs)
            raise Stop(f"no tests called {', '.join(sorted(unknown))}; there are: {known}, lint.")
        return sorted(chosen, key=lambda job: -job.weight)

    def _addon_jobs(self):
        for addon in self.settings.addons.values():
            if any(addon.path.glob("tests/test_*.py")):
                yield Job(addon.name, [addon.path / "tests"], "full", weight=2)
            for path in sorted(addon.path.glob(f"tests/{COMMITTED}")):
                yield Job(f"{addon.name}_{path.stem}", [path], "full", commits=True)

    def _guarded_jobs(self):
        for name in templates.guarded_modules():
            yield Job(name, [self._module_path(name) / "tests"], "full")

    def _module_path(self, name):
        roots = [*self.environment.home.glob("lib/python3*/site-packages/odoo/addons")]
        roots += [self.environment.odoo.addons, self.environment.odoo.packages / "addons"]
        for root in roots:
            if (root / name / "__manifest__.py").exists():
                return root / name
        raise Stop(f"{templates.GUARDED} names {name}, which is not installed.")

    def _suite_jobs(self):
        for path in sorted(SYSTEM.glob("test_*.py")):
            yield Job(path.stem, [path], in_odoo=False, weight=_weight(path))
        for path in sorted(BROWSER.glob("test_*.py")):
            yield Job(path.stem, [path], "demo", weight=_weight(path))

    def run(self, jobs):
        """Run the jobs.

        :return: list of :class:`Outcome`
        """
        self.results.mkdir(exist_ok=True)
        for kind in dict.fromkeys(job.template for job in jobs if job.template):
            getattr(self.templates, kind)()
        lanes = max(1, min(4, os.cpu_count() or 1))
        outcomes = []
        with ThreadPoolExecutor(max_workers=lanes) as pool:
            waiting = [pool.submit(self._run_job, job) for job in jobs]
            for done in as_completed(waiting):
                outcome = done.result()
                outcomes.append(outcome)
                self._show(outcome, len(outcomes), len(jobs))
        return sorted(outcomes, key=lambda outcome: outcome.title)

    def _run_job(self, job):
        started = time.monotonic()
        slug = re.sub(r"\W+", "_", job.title).strip("_")
        database = f"test_{places.checkout_name()[4:]}_{slug}"[:63]
        report, log = self.results / f"{slug}.xml", self.results / f"{slug}.log"
        report.unlink(missing_ok=True)
        if job.template:
            self.databases.clone(getattr(self.templates, job.template)(), database)
        if job.script:
            self.databases.run_script(job.script, database)
        try:
            with open(log, "w", encoding="utf-8") as kept:
                done = subprocess.run(
                    self._command(job, database, report),
                    cwd=places.ROOT,
                    env=self._variables(job),
                    stdin=subprocess.DEVNULL,
                    stdout=kept,
                    stderr=subprocess.STDOUT,
                    preexec_fn=process.end_with_parent,
                )
        finally:
            if job.template:
                self.databases.drop(database)
        return _counted(job, done.returncode, report, log, time.monotonic() - started)

    def _command(self, job, database, report):
        command = [self.environment.python, "-m", "pytest", "-p", "no:cacheprovider", "-q"]
        command += ["--tb=short", f"--junit-xml={report}", *self._keyword_options()]
        # the same examples in every run, and none too slow for a busy machine
        command += ["--hypothesis-profile=ci"]
        if not job.commits:
            command += [f"--ignore-glob=*/{COMMITTED}"]
        if job.in_odoo:
            conf = self.databases.configuration(
                database, http_port=server.free_port(), gevent_port=server.free_port()
            )
            command += [f"--odoo-config={conf}", f"--odoo-database={database}", "--odoo-http"]
        else:
            command += ["-p", "no:odoo"]
        return [str(part) for part in (*command, *job.paths)]

    def _variables(self, job):
        committing = {"ODOO_TEST_COMMIT": "1"} if job.commits else {}
        return {**os.environ, **self.databases.server.environment, **committing}

    def _keyword_options(self):
        return ["-k", self.keyword] if self.keyword else []

    def _show(self, outcome, number, total):
        verdict = "FAILED" if outcome.failed else "ok"
        self.console.say(
            f"({number}/{total}) {outcome.title}: {verdict}, {outcome.passed} passed, "
            f"{outcome.failed} failed, {outcome.skipped} skipped in {outcome.seconds:.0f} s"
        )
        for detail in outcome.details:
            self.console.say(detail)


def _weight(path):
    """Order hint that a test file may carry in its first lines: ``# weight: 9``."""
    found = re.search(r"(?m)^# weight: (\d+)$", path.read_text(encoding="utf-8")[:400])
    return int(found.group(1)) if found else 1


def _counted(job, code, report, log, seconds):
    """Read pytest's report; a run that ended without one has failed."""
    outcome = Outcome(job.title, seconds=seconds)
    if not report.exists():
        outcome.failed = 1
        outcome.broken = {job.title}
        outcome.details = [_tail(log)]
        return outcome
    for case in ET.parse(report).getroot().iter("testcase"):
        _count_case(case, outcome)
    if code not in (0, 1, 5) and not outcome.failed:  # 5: nothing matched the keyword
        outcome.failed = 1
        outcome.details.append(_tail(log))
    return outcome


def _count_case(case, outcome):
    name = f"{case.get('classname')}.{case.get('name')}"
    broken = [child for child in case if child.tag in ("failure", "error")]
    skipped = case.find("skipped")
    if skipped is not None and NO_BROWSER.search(skipped.get("message") or ""):
        broken.append(skipped)
    if broken:
        outcome.failed += 1
        outcome.broken.add(name)
        outcome.details.append(f"FAILED {name}\n{(broken[0].text or broken[0].get('message'))}")
    elif skipped is not None:
        outcome.skipped += 1
    else:
        outcome.passed += 1


def _tail(log):
    lines = Path(log).read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join([f"the end of {log}:", *lines[-40:]])


def table(outcomes):
    """Counts per job and a total, the last line in the plain form that programs read."""
    rows = [(o.title, o.passed, o.failed, o.skipped, o.seconds) for o in outcomes]
    width = max([len(row[0]) for row in rows] + [8])
    lines = [f"{'':{width}}  passed  failed  skipped  seconds"]
    lines += [f"{t:{width}}  {p:6}  {f:6}  {s:7}  {n:7.0f}" for t, p, f, s, n in rows]
    passed, failed, skipped = (sum(row[i] for row in rows) for i in (1, 2, 3))
    return "\n".join([*lines, f"{passed} passed, {failed} failed, {skipped} skipped"])
