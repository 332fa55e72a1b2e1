"""The host's own tests, without and with our addons: what passes without must pass with."""

from . import places, templates, testing

MODULES = places.ROOT / "tests" / "core_modules.txt"
WITHOUT, WITH = "host", "suite"


class Runner(testing.Runner):
    """Run the tests of the host's modules twice and compare."""

    def plan(self, targets):
        """Two jobs for each of the host's modules: the given ones, else those listed."""
        return [
            self._job(name, kind)
            for name in targets or templates.listed(MODULES)
            for kind in (WITHOUT, WITH)
        ]

    def _job(self, name, kind):
        paths = [self._module_path(name) / "tests"]
        return testing.Job(f"{name} ({kind})", paths, kind, script="only_english.py")

    def run(self, jobs):
        """Run the jobs and keep of each pair what our addons broke.

        :return: list of :class:`testing.Outcome`, one a module
        """
        found = {outcome.title: outcome for outcome in super().run(jobs)}
        names = list(dict.fromkeys(title.split(" ")[0] for title in found))
        outcomes = [
            compared(name, found[f"{name} ({WITHOUT})"], found[f"{name} ({WITH})"])
            for name in names
        ]
        self.console.say("compared with the host alone")
        for number, outcome in enumerate(outcomes, 1):
            self._show(outcome, number, len(outcomes))
        return outcomes


def compared(title, without, with_ours):
    """What a module's tests say with our addons, counting as failed only what passes without.

    :return: :class:`testing.Outcome`
    """
    outcome = testing.Outcome(title, with_ours.passed, skipped=with_ours.skipped)
    outcome.seconds = without.seconds + with_ours.seconds
    broken = with_ours.broken - without.broken
    outcome.failed = len(broken)
    outcome.details = [f"fails only with our addons: {name}" for name in sorted(broken)]
    if known := with_ours.broken & without.broken:
        outcome.details.append(f"{title}: {len(known)} fail without our addons as well")
    return outcome
