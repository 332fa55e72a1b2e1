"""Which Odoo 19 to use: the user's own, Debian's package, or a clone of the public repository."""

import importlib.util
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import debian, places, process
from .console import Stop

SERIES = "19.0"
REPOSITORY = "https://github.com/odoo/odoo.git"
NONE_WORKED = (
    "No Odoo 19 could be had: set ODOO_HOME to a source checkout or an unpacked package, or run "
    "on a Debian whose mirror has the package odoo-19 in its unstable suite, or give this machine "
    "git and access to Odoo's public repository"
)


@dataclass(frozen=True)
class Odoo:
    """An Odoo 19 that was found."""

    packages: Path  # the folder that holds the Python package ``odoo``
    origin: str
    version: str

    @property
    def addons(self):
        return self.packages / "odoo/addons"


def find(console=None):
    """The Odoo 19 that is there already, or None; nothing is fetched."""
    return _from_home() or _from_environment() or _from_cache()


def ensure(console):
    """The Odoo 19 to use, fetched when none is there."""
    return find() or _from_debian(console) or _from_git(console)


def _at(folder, origin):
    """An Odoo of the right series in ``folder``, or None."""
    release = Path(folder) / "odoo/release.py"
    if not release.exists():
        return None
    text = release.read_text(encoding="utf-8")
    found = re.search(r"version_info = \((\d+), (\d+), (\d+)", text)
    if not found or ".".join(found.groups()[:2]) != SERIES:
        return None
    return Odoo(Path(folder).resolve(), origin, ".".join(found.groups()))


def _from_home():
    home = os.environ.get("ODOO_HOME")
    if not home:
        return None
    found = _at(home, "ODOO_HOME") or _at(Path(home) / debian.DIST, "ODOO_HOME")
    if not found:
        raise Stop(f"ODOO_HOME is {home}, where no Odoo {SERIES} is; correct it or unset it.")
    return found


def _from_environment():
    spec = importlib.util.find_spec("odoo")
    for folder in (spec and spec.submodule_search_locations) or ():
        if found := _at(Path(folder).parent, "this Python environment"):
            return found
    return None


def _from_cache():
    prefix = debian.unpacked()
    if prefix:
        package = prefix.relative_to(debian.home()).parts[0]
        return _at(prefix, f"Debian package {package}")
    return _at(_clone(), "clone of the public repository")


def _from_debian(console):
    if not debian.is_possible():
        return None
    try:
        debian.obtain(console)
    except Stop as problem:
        console.say(f"Debian's package cannot be used: {problem}")
        return None
    return _from_cache()


def _clone():
    return places.cache() / "host" / "git"


def _from_git(console):
    if not shutil.which("git"):
        raise Stop(f"{NONE_WORKED}.")
    scratch = places.scratch(_clone())
    with console.step("cloning Odoo 19"):
        process.run(
            ["git", "clone", "--progress", "--depth", 1, "--branch", SERIES, REPOSITORY, scratch],
            problem=NONE_WORKED,
            on_line=lambda line: console.progress(line[-100:]),
        )
    scratch.rename(_clone())
    return _from_cache()
