"""The Python environment the host runs in: pinned libraries, checked by their hashes."""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from . import places, process, system
from .console import Stop

VERSIONS = ((3, 10), (3, 13))
RUN = ("requirements.txt", "requirements-addons.txt")
TEST = ("requirements-test.txt",)
BENCH = ("requirements-bench.txt",)


def interpreter():
    """A Python that Odoo 19 supports: the one that runs this, else one on the path."""
    low, high = VERSIONS
    if low <= sys.version_info[:2] <= high:
        return sys.executable
    for minor in range(high[1], low[1] - 1, -1):
        if found := shutil.which(f"python3.{minor}"):
            return found
    raise Stop(
        f"Odoo 19 needs Python {low[0]}.{low[1]} to {high[0]}.{high[1]}, this is "
        f"{sys.version_info[0]}.{sys.version_info[1]}; install one of them and call this again."
    )


class Environment:
    """A virtual environment, shared by checkouts with the same requirements and host.

    The addons that benchmarks measure ours against have an environment of their own: Odoo finds
    every addon that is installed, and the tests are to find ours and what ours depend on.
    """

    def __init__(self, odoo, with_peers=False):
        self.odoo = odoo
        self.known = (*RUN, *TEST, *(BENCH if with_peers else ()))
        self.home = places.cache() / "venv" / self._key()
        self.python = self.home / "bin" / "python"

    def _key(self):
        read = [(places.ROOT / name).read_bytes() for name in self.known]
        told = subprocess.run(
            [interpreter(), "-c", "import sys; print(sys.version)"], capture_output=True
        )
        seed = [*read, told.stdout, str(self.odoo.packages).encode()]
        return hashlib.sha256(b"\0".join(seed)).hexdigest()[:12]

    def tool(self, name):
        """Path of a program that the environment brings."""
        return self.home / "bin" / name

    def ensure(self, console, files=RUN):
        """Make what is missing; a part that was not finished is made again."""
        if not (self.home / ".made").exists():
            self._make(console)
        for name in files:
            mark = self.home / f".{name}"
            if not mark.exists():
                self._install(name, console)
                mark.touch()

    def _make(self, console):
        with console.step("making the Python environment"):
            shutil.rmtree(self.home, ignore_errors=True)
            if not process.succeeds([interpreter(), "-c", "import ensurepip"]):
                self._install_venv_support(console)
            process.run(
                [interpreter(), "-m", "venv", self.home],
                problem="the Python environment cannot be made",
            )
            self._link_host()
            (self.home / ".made").touch()

    def _install_venv_support(self, console):
        """Debian keeps the means to make an environment in a package of its own."""
        if not (places.is_root() and shutil.which("apt-get")):
            raise Stop(f"Python cannot make environments: {system.advice(['python3-venv'])}.")
        system.install(["python3-venv"], console)

    def _link_host(self):
        """Make ``import odoo`` work and let pip see the host, so that OCA addons find it."""
        (site,) = self.home.glob("lib/python3*/site-packages")
        Path(site / "odoo-host.pth").write_text(f"{self.odoo.packages}\n")

    def _install(self, name, console):
        path = places.ROOT / name
        total = len(re.findall(r"(?m)^[\w.-]+==", path.read_text()))
        seen = set()

        def follow(line):
            if found := re.match(r"(?:Collecting|Requirement already satisfied:) (\S+)", line):
                seen.add(found.group(1))
                console.progress(f"{len(seen)} of at most {total}: {found.group(1)}")
            elif line.startswith("Installing"):
                console.progress(f"unpacking {len(seen)} libraries")

        with console.step(f"installing the Python libraries of {name}"):
            process.run(
                [
                    *(self.python, "-m", "pip", "install", "--disable-pip-version-check"),
                    *("--progress-bar", "off", "--no-deps", "--require-hashes", "-r", path),
                ],
                problem=f"pip cannot install {name}; check the network and call this again",
                log=places.local() / "pip.log",
                on_line=follow,
            )
