"""The linters, configured by the files at the root of the repository."""

import os
import shutil
import subprocess

from . import places, process
from .console import Stop

PYTHON = ("erp", "host", "tests")


class Linter:
    """Run every linter over the addons and the project's own Python."""

    def __init__(self, environment, settings, console):
        self.environment = environment
        self.settings = settings
        self.console = console
        self.findings = []

    def run(self):
        """Run all linters; show what they find.

        :return: number of linters that found something
        """
        addons = list(self.settings.addons.values())
        folders = [str(addon.path.relative_to(places.ROOT)) for addon in addons]
        python = [*(name for name in PYTHON if (places.ROOT / name).exists()), *folders]
        self._check("ruff", "check", *python)
        self._check("ruff format", "format", "--check", *python, program="ruff")
        # the fragments in readme/ describe an addon, a README.rst would say it twice
        unwanted = "--disable=missing-readme,unknown-option-value"
        self._check("pylint-odoo", unwanted, *folders, program="pylint")
        for addon in addons:
            manifest = str((addon.path / "__manifest__.py").relative_to(places.ROOT))
            self._check(f"oca checks of {addon.name}", manifest, program="oca-checks-odoo-module")
        catalogues = [str(path) for addon in addons for path in addon.path.glob("i18n/*.po")]
        if catalogues:
            self._check("oca checks of translations", *catalogues, program="oca-checks-po")
        self._host_checkers(folders)
        self._node("prettier", "--check", "--ignore-unknown", *folders)
        scripts = [str(path) for addon in addons for path in addon.path.glob("static/**/*.js")]
        if scripts:
            self._node("eslint", *scripts)
        return len(self.findings)

    def format_catalogues(self):
        """Write the translations the way the linter wants them."""
        addons = self.settings.addons.values()
        catalogues = [path for addon in addons for path in addon.path.glob("i18n/*.po")]
        tool = self.environment.tool("oca-checks-po")
        subprocess.run([tool, "--fix", "--no-exit", "--no-verbose", *catalogues], cwd=places.ROOT)

    def _check(self, title, *arguments, program=None, env=None):
        tool = self.environment.tool(program or title)
        self._run(title, [tool, *arguments], env)

    def _host_checkers(self, folders):
        """Odoo's own pylint checkers, which its test suite runs over its own addons only."""
        checkers = self.environment.odoo.addons / "test_lint/tests"
        plugins = "_odoo_checker_sql_injection,_odoo_checker_gettext,_odoo_checker_unlink_override"
        messages = (
            "sql-injection,missing-gettext,gettext-variable,gettext-placeholders,"
            "gettext-repr,raise-unlink-override"
        )
        self._check(
            "Odoo's checkers",
            *("--rcfile=/dev/null", "--disable=all", "--disable=unknown-option-value"),
            *(f"--enable={messages}", "--reports=n"),
            *("--score=n", f"--load-plugins={plugins}", *folders),
            program="pylint",
            env={"PYTHONPATH": str(checkers)},
        )

    def _node(self, name, *arguments):
        program = node_tool(name, self.console)
        self._run(name, [program, *arguments])

    def _run(self, title, command, env=None):
        done = subprocess.run(
            [str(part) for part in command],
            cwd=places.ROOT,
            capture_output=True,
            text=True,
            env={**os.environ, **(env or {})},
        )
        printed = "\n".join(filter(None, (done.stdout.strip(), done.stderr.strip())))
        if done.returncode:
            self.findings.append(title)
            self.console.say(f"{title}:\n{printed}")
        else:
            self.console.say(f"{title}: nothing found")


def node_tool(name, console):
    """Path of a pinned program of the npm registry, installed when it is missing."""
    lock = places.ROOT / "package-lock.json"
    installed = places.ROOT / "node_modules/.package-lock.json"
    program = places.ROOT / "node_modules/.bin" / name
    if not program.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        npm = shutil.which("npm")
        if not npm:
            raise Stop("npm is missing: install Node.js with npm and call this again.")
        with console.step("installing the formatters for views and scripts"):
            process.run(
                [npm, "ci", "--no-audit", "--no-fund"],
                problem="npm cannot install the formatters",
                cwd=places.ROOT,
                log=places.local() / "npm.log",
            )
    return program
