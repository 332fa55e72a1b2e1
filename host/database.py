"""Databases: made whole or not at all, cloned from templates, brought up to date."""

import json
import re
import shutil
from pathlib import Path

from . import places, process
from .console import Stop

SCRIPTS = Path(__file__).parent / "scripts"


class Databases:
    """The databases of one server, and Odoo run on them."""

    def __init__(self, server, environment, settings, console):
        self.server = server
        self.environment = environment
        self.settings = settings
        self.console = console

    # PostgreSQL

    def query(self, statement):
        """Rows of a statement on the maintenance database, as lists of text."""
        printed = process.run(
            [
                "psql",
                "-X",
                "-d",
                "postgres",
                "-AtF",
                "\t",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                statement,
            ],
            problem="PostgreSQL refused",
            env=self.server.environment,
            cwd="/",
        )
        return [line.split("\t") for line in printed.splitlines() if line]

    def names(self):
        return {row[0] for row in self.query("SELECT datname FROM pg_database")}

    def drop(self, name):
        """Drop a database with its files, ending the connections that are ours to end.

        Not ``WITH (FORCE)``: that wants to end an autovacuum worker too, which belongs to the
        superuser, and is refused; the plain statement sends the worker away itself.
        """
        self.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{name}' AND usename = current_user"
        )
        self.query(f'DROP DATABASE IF EXISTS "{name}"')
        shutil.rmtree(self.filestore(name), ignore_errors=True)

    def clone(self, template, name):
        """Copy a database and its files; seconds, whatever its size."""
        self.drop(name)
        self.query(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        if self.filestore(template).exists():
            shutil.copytree(self.filestore(template), self.filestore(name))

    def rename(self, name, new):
        self.query(f'ALTER DATABASE "{name}" RENAME TO "{new}"')
        shutil.rmtree(self.filestore(new), ignore_errors=True)
        if self.filestore(name).exists():
            self.filestore(name).rename(self.filestore(new))

    @staticmethod
    def data_dir():
        return places.state() / "data"

    def filestore(self, name):
        return self.data_dir() / "filestore" / name

    # Odoo

    def configuration(self, name, **options):
        """Configuration file for Odoo on one database."""
        return self.settings.write(
            places.local() / f"{name}.conf",
            **{
                "data_dir": self.data_dir(),
                "db_name": name,
                "dbfilter": f"^{re.escape(name)}$",
                **self.server.options,
                **options,
            },
        )

    def odoo(self, subcommand, name, *arguments, **options):
        """The command line of an Odoo subcommand on a database."""
        conf = self.configuration(name, **options)
        return [self.environment.python, "-m", "odoo", subcommand, "-c", conf, *arguments]

    def call(self, name, *arguments, problem, **options):
        """Run Odoo to its end, showing which module it is at."""

        def follow(line):
            if found := re.search(r"Loading module (\S+) \((\d+)/(\d+)\)", line):
                self.console.progress("module {1} of {2}: {0}".format(*found.groups()))

        log = places.local() / f"{name}.log"
        command = self.odoo("server", name, "--stop-after-init", "--no-http", *arguments, **options)
        printed = process.run(command, problem=problem, log=log, cwd=places.ROOT, on_line=follow)
        broken = re.search(r"(?m)^.*(?: ERROR | CRITICAL ).*$", printed)
        if broken:
            raise Stop(f"{problem}: {broken.group(0).strip()} (the whole output is in {log})")
        return printed

    def run_script(self, script, name, **values):
        """Run a script in an Odoo shell, with ``values`` as the dict ``given``. It may import
        the modules that lie beside it.

        :param script: path of the script, relative to our own ones
        """
        source = SCRIPTS / script
        head = f"import sys; sys.path.insert(0, {str(source.parent)!r}); given = {values!r}\n"
        text = head + source.read_text(encoding="utf-8")
        path = places.local() / f"{source.stem}.{name}.py"
        path.write_text(text, encoding="utf-8")
        return process.run(
            self.odoo("shell", name, "--no-http"),
            given=path,
            problem=f"{script} failed on database {name}",
            log=places.local() / f"{name}.log",
            cwd=places.ROOT,
        )

    def install(self, name, modules):
        self.call(name, "-i", ",".join(modules), problem="installing the addons failed")

    def make(self, name, build):
        """Let ``build`` fill a database that gets its name only when it is whole."""
        scratch = f"{name}_part"
        self.drop(scratch)
        build(scratch)
        self.rename(scratch, name)

    def create_empty(self, name):
        self.query(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")

    # Which code a database was last brought to

    @staticmethod
    def _mark(name):
        return places.local() / f"{name}.installed.json"

    def remember(self, name, demo=None):
        """Note the addons' checksums, so that the next start knows what changed.

        :param demo: whether the database shows the demo company; as before when not given
        """
        demo = self._known(name).get("demo", False) if demo is None else demo
        known = {"demo": demo, "addons": self.settings.checksums()}
        self._mark(name).write_text(json.dumps(known, indent=1))

    def _known(self, name):
        mark = self._mark(name)
        return json.loads(mark.read_text()) if mark.exists() else {}

    def has_demo(self, name):
        """Tell whether the database was made with the demo company."""
        return self._known(name).get("demo", False)

    def outdated(self, name):
        """Names of the addons that are new or changed since the database was brought to date.

        :return: (new, changed)
        """
        known = self._known(name).get("addons", {})
        now = self.settings.checksums()
        new = sorted(now.keys() - known.keys())
        changed = sorted(key for key in now.keys() & known.keys() if now[key] != known[key])
        return new, changed
