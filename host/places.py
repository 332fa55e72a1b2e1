"""Where things live: shared caches and state of the user, and what belongs to this checkout."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "odoo-trade-suite"


def is_root():
    return os.geteuid() == 0


def cache():
    """What can be fetched again: shared by every checkout of this user."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return _made(Path(base) / NAME)


def state():
    """The database cluster and its files. PostgreSQL refuses root, and root's home is closed to
    the account it then runs as, so root keeps its state in /var/lib."""
    base = os.environ.get("XDG_STATE_HOME")
    if not base:
        base = "/var/lib" if is_root() else Path.home() / ".local" / "state"
    return _made(Path(base) / NAME)


def local():
    """What belongs to this checkout alone: process ids, logs, results."""
    return _made(ROOT / ".erp")


def checkout_name():
    """A database name of its own for every checkout, as all share one cluster."""
    return f"erp_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]}"


def _made(path):
    path.mkdir(parents=True, exist_ok=True)
    return path


def scratch(target):
    """A new empty folder beside ``target``, to be filled and then renamed to it. What killed
    calls left is removed as far as nobody is still writing there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for old in target.parent.glob(f"{target.name}.part-*"):
        shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{target.name}.part-", dir=target.parent))


@contextmanager
def locked(name, console):
    """Let one set-up at a time touch the shared places; a killed one leaves no lock behind."""
    with open(cache() / f"{name}.lock", "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.say("another set-up is under way; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
