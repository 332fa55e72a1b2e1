"""Programs the machine itself must have; installed when that is possible, named when not."""

import shutil
from pathlib import Path

from . import places, process
from .console import Stop

#: Debian package -> how to see that it is there
PACKAGES = {
    "postgresql": lambda: shutil.which("initdb") or any_glob("/usr/lib/postgresql/*/bin/initdb"),
    "wkhtmltopdf": lambda: shutil.which("wkhtmltopdf"),
    "fonts-noto-cjk": lambda: any_glob("/usr/share/fonts/**/NotoSansCJK*"),
    "chromium": lambda: next(filter(None, map(shutil.which, CHROMES)), None),
    "npm": lambda: shutil.which("npm"),
}
CHROMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
TO_RUN = ("postgresql", "wkhtmltopdf", "fonts-noto-cjk")
TO_TEST = (*TO_RUN, "chromium", "npm")
#: Without these the web client still works; only printing suffers.
OPTIONAL = ("wkhtmltopdf", "fonts-noto-cjk")


def any_glob(pattern):
    """First path that fits, or None."""
    return next(Path("/").glob(pattern.lstrip("/")), None)


def ensure(names, console, needed=()):
    """Install the missing Debian packages as root; otherwise say which are missing.

    :param needed: those of ``names`` the command cannot do without
    """
    missing = [name for name in names if not PACKAGES[name]()]
    if missing and places.is_root() and shutil.which("apt-get"):
        install(missing, console)
        missing = [name for name in missing if not PACKAGES[name]()]
    fatal = [name for name in missing if name in needed]
    if fatal:
        raise Stop(f"{' and '.join(fatal)} missing: {advice(missing)}, then call this again.")
    if missing:
        console.say(f"printing will be limited without {' and '.join(missing)}: {advice(missing)}")


def advice(names):
    return f"run 'sudo apt-get install {' '.join(names)}' or your system's like"


def install(names, console):
    """Install Debian packages; PostgreSQL's own main cluster is not wanted and not made."""
    with console.step(f"installing {', '.join(names)}"):
        log = places.local() / "apt.log"
        env = {"DEBIAN_FRONTEND": "noninteractive"}
        common = {"log": log, "env": env, "on_line": lambda line: console.progress(line[:100])}
        process.run(["apt-get", "update"], problem="apt-get update failed", **common)
        process.run(
            ["apt-get", "install", "-y", "--no-install-recommends", *names],
            problem=f"installing {' '.join(names)} failed",
            **common,
        )
