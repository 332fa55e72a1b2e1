"""The commands."""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from . import (
    bench,
    core,
    database,
    lint,
    places,
    postgres,
    process,
    python_env,
    server,
    settings,
    source,
    system,
    templates,
    testing,
)
from .console import Console, Stop

PORT = 8069


class Erp:
    """What the commands share: the host, found or fetched in this order."""

    def __init__(self, options, console):
        self.options = options
        self.console = console
        self.settings = settings.Settings()
        self.name = options.db or places.checkout_name()

    # Set-up

    def prepare(self, testing_too=False, with_peers=False):
        """Have Odoo, its libraries and a PostgreSQL ready."""
        names = system.TO_TEST if testing_too else system.TO_RUN
        own_server = os.environ.get("PGHOST") or self.settings.get("db_host")
        names = [name for name in names if not (own_server and name == "postgresql")]
        optional = () if testing_too else system.OPTIONAL
        needed = [name for name in names if name not in optional]
        with places.locked("setup", self.console):
            system.ensure(names, self.console, needed=needed)
            self.odoo = source.ensure(self.console)
            self.environment = python_env.Environment(self.odoo, with_peers)
            files = (*python_env.RUN, *(python_env.TEST if testing_too else ()))
            files += python_env.BENCH if with_peers else ()
            self.environment.ensure(self.console, files)
            self.server = postgres.connect(self.settings)
            self.server.start(self.console)
        self.databases = database.Databases(
            self.server, self.environment, self.settings, self.console
        )
        self.templates = templates.Templates(self.databases, self.odoo, self.console)

    def prepare_database(self):
        """Make the database if there is none; bring it up to the addons' present state."""
        if self.name not in self.databases.names():
            with self.console.step(f"making the database {self.name} (a few minutes, once)"):
                self.databases.make(self.name, self._fill)
            self.databases.remember(self.name, self.options.demo)
            return
        new, changed = self.databases.outdated(self.name)
        if new or changed:
            with self.console.step(f"updating {', '.join(new + changed)}"):
                self._bring_up_to_date(new, changed)

    def _fill(self, name):
        self.databases.clone(self.templates.host(), name)
        self.databases.install(name, sorted(self.settings.addons))
        if self.options.demo:
            self.templates.load_demo(name, sorted(self.settings.addons))
        if self.options.lang:
            self.databases.run_script("set_language.py", name, language=self.options.lang)

    def _bring_up_to_date(self, new, changed):
        arguments = ["-i", ",".join(new)] if new else []
        arguments += ["-u", ",".join(changed)] if changed else []
        self.databases.call(self.name, *arguments, problem="updating the addons failed")
        if new and self.databases.has_demo(self.name):
            self.templates.load_demo(self.name, new)
        self.databases.remember(self.name)

    # Commands

    def run(self):
        """Set everything up and serve the web client until interrupted."""
        if found := server.running(self.name):
            self.console.say(f"already served on http://localhost:{found[1]}")
            return 0
        self.prepare()
        self.prepare_database()
        log = places.local() / "odoo.log"
        child = server.start(self.databases, self.name, self.options.port, log)
        self._welcome(log)
        signal.signal(signal.SIGTERM, lambda *_args: child.terminate())
        try:
            return 0 if child.wait() in (0, -signal.SIGTERM) else 1
        except KeyboardInterrupt:
            child.terminate()
            child.wait()
            return 0
        finally:
            server.pid_file(self.name).unlink(missing_ok=True)

    def _welcome(self, log):
        self.console.say(
            f"Odoo {self.odoo.version} is served on http://localhost:{self.options.port}"
        )
        printed = self.databases.run_script("logins.py", self.name)
        for line in printed.splitlines():
            if line.startswith("login: "):
                login, name = line.removeprefix("login: ").split("\t")
                self.console.say(f"  login {login}, password {login} ({name})")
        self.console.say(f"Ctrl+C stops it; its log is {log}")

    def test(self):
        """Set everything up and run the linters and every test."""
        self.prepare(testing_too=True)
        if self.options.core:
            return self._report(self._run_tests(core.Runner, self.options.targets))
        targets = [name for name in self.options.targets if name != "lint"]
        failed = 0
        outcomes = []
        if not self.options.targets or "lint" in self.options.targets:
            failed = self._linter().run()
            outcomes.append(testing.Outcome("lint", passed=int(not failed), failed=failed))
        if targets or not self.options.targets:
            outcomes += self._run_tests(testing.Runner, targets)
        return self._report(outcomes)

    def _run_tests(self, kind, targets):
        runner = kind(self.databases, self.templates, self.console, self.options.keyword)
        return runner.run(runner.plan(targets))

    def _report(self, outcomes):
        self.console.say("results")
        print(testing.table(outcomes))
        return 1 if any(outcome.failed for outcome in outcomes) else 0

    def bench(self):
        """Measure what people do, beside the host, other addons or bare SQL in the same run."""
        scripts = bench.plan(self.options.topics)
        self.prepare(testing_too=True, with_peers=True)
        runner = bench.Bench(self.databases, self.templates, self.console)
        for script in scripts:
            rows = runner.run(script, self.options.size)
            print(f"\n{script.title}\n{bench.table(rows)}\n", flush=True)
        return 0

    def lint(self):
        """Run the linters."""
        self.prepare(testing_too=True)
        return 1 if self._linter().run() else 0

    def _linter(self):
        return lint.Linter(self.environment, self.settings, self.console)

    def stop(self):
        """Stop the server of this checkout and the private PostgreSQL."""
        server.stop(self.name, self.console)
        postgres.connect(self.settings).stop(self.console)
        return 0

    def shell(self):
        """Open an Odoo shell on the database."""
        self.prepare()
        self.prepare_database()
        command = self.databases.odoo("shell", self.name, "--no-http")
        return subprocess.call([str(part) for part in command], cwd=places.ROOT)

    def update(self):
        """Update addons of the database: those named, else those that changed."""
        self.prepare()
        unknown = set(self.options.addons) - self.settings.addons.keys()
        if unknown:
            raise Stop(f"there is no addon called {', '.join(sorted(unknown))}.")
        if self.name not in self.databases.names():
            self.prepare_database()
            return 0
        new, changed = self.databases.outdated(self.name)
        changed = sorted(set(self.options.addons) - set(new)) or changed
        if new or changed:
            with self.console.step(f"updating {', '.join(new + changed)}"):
                self._bring_up_to_date(new, changed)
        else:
            self.console.say("nothing changed since the database was brought up to date")
        return 0

    def reset(self):
        """Throw the database away, after asking."""
        self.prepare()
        if self.name not in self.databases.names():
            self.console.say(f"there is no database {self.name}")
            return 0
        if not self.options.yes:
            answer = input(f"Throw away the database {self.name} with all its data? [y/N] ")
            if answer.strip().lower() not in ("y", "yes"):
                self.console.say("nothing was thrown away")
                return 1
        server.stop(self.name, self.console)
        self.databases.drop(self.name)
        self.console.say(f"the database {self.name} is gone; ./erp run makes a new one")
        return 0

    def i18n(self):
        """Export the translation templates, merge them into the catalogues, and check these."""
        self.prepare(testing_too=True)
        template = self.templates.demo()
        name = f"i18n_{places.checkout_name()[4:]}"
        exports = places.local() / "i18n"
        exports.mkdir(exist_ok=True)
        for old in exports.glob("*.pot"):
            old.unlink()
        self.databases.clone(template, name)
        addons = self.settings.addons
        self.databases.run_script(
            "export_terms.py", name, modules=sorted(addons), folder=str(exports)
        )
        self.databases.drop(name)
        mode = "check" if self.options.check else "merge"
        paths = [addon.path for addon in addons.values()]
        script = database.SCRIPTS / "catalogues.py"
        command = [self.environment.python, script, mode, exports, *paths]
        code = subprocess.call([str(part) for part in command], cwd=places.ROOT)
        if mode == "merge":
            self._linter().format_catalogues()
        return code

    def doctor(self):
        """Say what was found, without fetching anything."""
        for label, value in self._findings():
            self.console.say(f"{label:12} {value}")
        return 0

    def _findings(self):
        odoo = source.find()
        yield "Odoo", f"{odoo.version} from {odoo.origin} ({odoo.packages})" if odoo else "none yet"
        yield "Python", f"{python_env.interpreter()} ({sys.version.split()[0]} runs this)"
        if odoo:
            environment = python_env.Environment(odoo)
            made = (environment.home / ".made").exists()
            yield "libraries", environment.home if made else "not installed yet"
        try:
            yield "PostgreSQL", postgres.connect(self.settings).description
        except Stop as problem:
            yield "PostgreSQL", problem
        for name, found in system.PACKAGES.items():
            yield name, found() or "missing"
        yield "browser", _version(system.PACKAGES["chromium"]())
        yield "addons", ", ".join(self.settings.addons)
        yield "database", self.name
        yield "cache", places.cache()
        yield "state", places.state()


def _version(program):
    if not program:
        return "missing"
    printed = process.run([program, "--version"], problem="the browser does not start")
    return printed.strip().splitlines()[-1]


def parser():
    """Command line of ``./erp``."""
    top = argparse.ArgumentParser(
        prog="./erp", description="Odoo 19 with the addons of this folder."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    for name in (
        "run",
        "test",
        "bench",
        "stop",
        "shell",
        "update",
        "reset",
        "lint",
        "i18n",
        "doctor",
    ):
        text = getattr(Erp, name).__doc__
        one = commands.add_parser(name, help=text, description=text)
        one.add_argument("--db", default="", help="database (default: one for each checkout)")
        one.add_argument("--port", type=int, default=PORT, help="port of the web client")
        one.add_argument("--no-demo", dest="demo", action="store_false", help="no demo company")
        one.add_argument("--lang", default="", help="language of the users, for instance zh_CN")
        _special_arguments(name, one)
    return top


def _special_arguments(name, one):
    if name == "test":
        one.add_argument("targets", nargs="*", help="addons or files of tests/ (default: all)")
        one.add_argument(
            "--core",
            action="store_true",
            help="the host's own tests instead, without and with our addons (long)",
        )
        one.add_argument("-k", dest="keyword", default="", help="only tests that match")
    elif name == "bench":
        one.add_argument("topics", nargs="*", help="benchmarks (default: all)")
        one.add_argument("--size", type=int, help="how much data (default: the benchmark's own)")
    elif name == "update":
        one.add_argument("addons", nargs="*", help="addons (default: those that changed)")
    elif name == "reset":
        one.add_argument("--yes", action="store_true", help="do not ask")
    elif name == "i18n":
        one.add_argument("--check", action="store_true", help="change nothing, only check")


def main(arguments=None):
    """Run one command.

    :return: exit code
    """
    options = parser().parse_args(arguments)
    console = Console()
    os.chdir(Path(places.ROOT))
    try:
        return getattr(Erp(options, console), options.command)()
    except Stop as problem:
        console.say(f"stopped: {problem}")
        return 1
    except KeyboardInterrupt:
        console.say("interrupted; call the same command again to go on")
        return 130
