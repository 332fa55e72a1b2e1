"""A PostgreSQL to work with: the user's own server, or a private cluster over a Unix socket."""

import os
import pwd
import re
import shutil
from pathlib import Path

from . import places, process, system
from .console import Stop

ROLE = "odoo"  # Odoo refuses "postgres", and its web side only lists what its role owns
SUPERUSER = "admin"
CONF = """
listen_addresses = ''
max_connections = 200
shared_buffers = 256MB
max_wal_size = 2GB
# for trying out and testing: speed comes before surviving a power cut
synchronous_commit = off
fsync = off
full_page_writes = off
"""


def connect(settings):
    """The server to use.

    :return: :class:`OwnServer` where the environment or ``odoo.conf`` name one, else
        :class:`Cluster`
    """
    if os.environ.get("PGHOST") or settings.get("db_host"):
        return OwnServer(settings)
    return Cluster()


class OwnServer:
    """The server the user named; it is used as it is and never started or stopped."""

    def __init__(self, settings):
        self.host = os.environ.get("PGHOST") or settings.get("db_host")
        self.port = os.environ.get("PGPORT") or settings.get("db_port") or "5432"
        self.user = os.environ.get("PGUSER") or settings.get("db_user") or ROLE
        self.password = os.environ.get("PGPASSWORD") or settings.get("db_password")

    description = property(lambda self: f"your server {self.host}:{self.port} as {self.user}")

    @property
    def environment(self):
        """Variables that make PostgreSQL's programs use this server."""
        found = {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user}
        return {**found, **({"PGPASSWORD": self.password} if self.password else {})}

    @property
    def options(self):
        """Odoo's options that make it use this server."""
        return {
            "db_host": self.host,
            "db_port": self.port,
            "db_user": self.user,
            "db_password": self.password,
        }

    def start(self, console):
        if not shutil.which("psql"):
            raise Stop("psql is missing: install the client programs of PostgreSQL first.")
        reached = ["psql", "-d", "postgres", "-c", "SELECT 1"]
        if not process.succeeds(reached, env=self.environment):
            raise Stop(f"{self.description} does not answer; correct PGHOST or odoo.conf.")

    def stop(self, console):
        console.say(f"{self.description} is left as it is")


class Cluster:
    """A cluster of our own; nobody reaches it over the network."""

    def __init__(self):
        self.bin = programs()

    @property
    def home(self):
        version = re.search(r"(\d+)", self._told("postgres", "--version")).group(1)
        return places.state() / f"postgresql-{version}"

    description = property(lambda self: f"private cluster in {self.home}")

    @property
    def account(self):
        """PostgreSQL refuses to run as root."""
        if not places.is_root():
            return None
        names = {entry.pw_name for entry in pwd.getpwall()}
        return "postgres" if "postgres" in names else "nobody"

    @property
    def environment(self):
        return {"PGHOST": str(self.home), "PGUSER": ROLE, "PGPORT": "5432"}

    @property
    def options(self):
        return {"db_host": str(self.home), "db_user": ROLE, "db_port": "5432"}

    def start(self, console):
        """Make the cluster if there is none, and start it if it is not running."""
        self.bin = programs(console)
        if len(str(self.home / ".s.PGSQL.5432")) > 100:
            raise Stop(f"{self.home} is too long for a socket; set XDG_STATE_HOME to a short path.")
        if not (self.home / "data").exists():
            self._make(console)
        if not self._is_running():
            with console.step("starting PostgreSQL"):
                self._control("start", "-w", "-t", "120", "-l", self.home / "log")
        self._ensure_role()

    def stop(self, console):
        if self.bin and (self.home / "data").exists() and self._is_running():
            self._control("stop", "-w", "-m", "fast")
            console.say("PostgreSQL stopped")

    def _make(self, console):
        with console.step("making a private PostgreSQL cluster"):
            self.home.mkdir(parents=True, exist_ok=True)
            scratch = places.scratch(self.home / "data")
            if self.account:
                shutil.chown(self.home, self.account)
                shutil.chown(scratch, self.account)
            self.home.chmod(0o700)
            self._run(
                *("initdb", "-D", scratch, "-U", SUPERUSER, "--auth=trust", "--no-sync"),
                *("--encoding=UTF8", "--locale=C.UTF-8"),
            )
            with open(scratch / "postgresql.conf", "a", encoding="utf-8") as conf:
                conf.write(f"{CONF}unix_socket_directories = '{self.home}'\n")
            scratch.rename(self.home / "data")

    def _ensure_role(self):
        psql = ("psql", "-h", self.home, "-U", SUPERUSER, "-d", "postgres", "-Atc")
        known = self._run(*psql, f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'")
        if not known.strip():
            self._run(*psql, f"CREATE ROLE {ROLE} LOGIN CREATEDB")

    def _is_running(self):
        command = [self.bin / "pg_ctl", "-D", self.home / "data", "status"]
        return process.succeeds(command, user=self.account)

    def _control(self, *arguments):
        self._run("pg_ctl", "-D", self.home / "data", *arguments)

    def _run(self, program, *arguments):
        return process.run(
            [self.bin / program, *arguments],
            problem=f"PostgreSQL's {program} failed; see {self.home / 'log'}",
            user=self.account,
            cwd="/",
            log=places.local() / "postgresql.log",
        )

    def _told(self, program, *arguments):
        if not self.bin:
            raise Stop(f"PostgreSQL is missing: {system.advice(['postgresql'])}.")
        return process.run([self.bin / program, *arguments], problem=f"{program} does not run")


def programs(console=None):
    """Folder of PostgreSQL's server programs, the newest version; installed if it can be."""
    if console:
        system.ensure(["postgresql"], console, needed=["postgresql"])
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parts[4]), default=None)
    return newest.parent if newest else None
