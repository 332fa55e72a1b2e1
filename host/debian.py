"""Fetch Odoo 19 from Debian's unstable suite through a private apt, leaving the system alone.

The machine's own mirror and keyring are used, so signatures are checked as the system checks
them; nothing is installed, the packages are only unpacked below the user's cache.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import places, process
from .console import Stop

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
PACKAGE = "odoo-19"
#: What the package links to instead of carrying it, and the suite that has a fitting version.
COMPANIONS = {
    "sid": (
        "libjs-jquery",
        "libjs-jquery-form",
        "libjs-underscore",
        "fonts-roboto-unhinted",
        "fonts-montserrat",
    ),
    # the unstable suite has a Font Awesome whose files have other names
    "stable": ("fonts-font-awesome", "fonts-inconsolata", "fonts-ocr-b"),
}
#: Left out of the package for its licence; every page of the web client asks for it.
STUB = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
DIST = Path("usr/lib/python3/dist-packages")


def is_possible():
    """Tell whether this machine is a Debian with an apt that can be used privately."""
    release = Path("/etc/os-release")
    return (
        release.exists()
        and re.search(r"(?m)^ID=debian$", release.read_text())
        and KEYRING.exists()
        and shutil.which("apt-get")
        and shutil.which("dpkg-deb")
    )


def unpacked():
    """The newest complete unpacked package in the cache, or None."""
    found = sorted(home().glob("*/.complete"), key=lambda path: path.stat().st_mtime)
    return found[-1].parent / DIST if found else None


def home():
    return places.cache() / "host"


def obtain(console):
    """Download, check and unpack Odoo and what it links to.

    :return: the folder that holds the package ``odoo``
    """
    apt = PrivateApt(console)
    with console.step("reading the package lists of Debian's unstable suite"):
        apt.update()
    names = [f"{PACKAGE}/sid", *(f"{name}/sid" for name in COMPANIONS["sid"])]
    names += [f"{name}/{apt.stable}" for name in COMPANIONS["stable"]]
    with console.step("downloading Odoo 19"):
        files = apt.download(names)
    with console.step("unpacking Odoo 19"):
        return unpack(files, console)


def unpack(files, console):
    """Unpack into a folder that gets its name only when it is whole."""
    version = next(path.name for path in files if path.name.startswith(f"{PACKAGE}_"))
    target = home() / version.removesuffix("_all.deb")
    scratch = places.scratch(target)
    for number, path in enumerate(files, 1):
        console.progress(f"{number}/{len(files)} {path.name}")
        process.run(["dpkg-deb", "-x", path, scratch], problem=f"{path.name} cannot be unpacked")
    complete(scratch)
    shutil.rmtree(target, ignore_errors=True)
    scratch.chmod(0o755)
    scratch.rename(target)
    (target / ".complete").touch()
    return target / DIST


def complete(prefix):
    """Put the one missing file in place and make sure that no link leads nowhere."""
    stub = prefix / DIST / "odoo/addons" / STUB
    if not stub.exists():
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text("")
    dangling = [path for path in prefix.rglob("*") if path.is_symlink() and not path.exists()]
    if dangling:
        raise Stop(
            f"the Odoo package links to {dangling[0].name} of another package that was not "
            "fetched; set ODOO_HOME to a source checkout of Odoo 19 instead."
        )


class PrivateApt:
    """apt with lists, cache and sources of its own."""

    def __init__(self, console):
        self.console = console
        self.home = places.cache() / "apt"
        self.debs = places.cache() / "debs"
        for folder in ("lists/partial", "archives/partial", "etc"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        self.debs.mkdir(parents=True, exist_ok=True)
        self.stable = self._stable_suite()
        self._write_sources()

    def _stable_suite(self):
        text = Path("/etc/os-release").read_text()
        name = re.search(r"(?m)^VERSION_CODENAME=(\w+)$", text)
        return name.group(1) if name and "sid" not in text else "stable"

    def _write_sources(self):
        lines = [
            f"deb [signed-by={KEYRING}] {mirror()} {suite} main" for suite in ("sid", self.stable)
        ]
        (self.home / "etc/sources.list").write_text("\n".join(lines) + "\n")

    def _options(self):
        settings = {
            "Dir::Etc::sourcelist": self.home / "etc/sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::State::lists": self.home / "lists",
            "Dir::State::status": "/dev/null",
            "Dir::Cache": self.home,
            "APT::Default-Release": "",
            "Acquire::Retries": "3",
            "Acquire::Languages": "none",
        }
        if places.is_root():
            settings["APT::Sandbox::User"] = "root"  # _apt may not write to the user's cache
        return [part for key, value in settings.items() for part in ("-o", f"{key}={value}")]

    def update(self):
        """Read the lists; apt checks their signatures."""
        process.run(
            ["apt-get", *self._options(), "update"],
            problem="the Debian mirror of this machine does not offer its unstable suite",
            on_line=lambda line: self.console.progress(line[:100]),
        )

    def download(self, names):
        """Fetch packages, showing how much has arrived.

        :return: paths of the files, checked by apt against the signed lists
        """
        wanted = self._wanted(names)
        total = sum(wanted.values())
        with subprocess.Popen(
            ["apt-get", *self._options(), "-qq", "download", *names],
            cwd=self.debs,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as child:
            while True:
                try:
                    child.wait(timeout=0.5)
                    break
                except subprocess.TimeoutExpired:
                    self.console.progress(f"{self._arrived(wanted) >> 20} of {total >> 20} MB")
            errors = child.stderr.read().strip()
        files = [self.debs / name for name in wanted]
        if child.returncode or not all(path.exists() for path in files):
            raise Stop(f"downloading Odoo failed: {errors.splitlines()[-1] if errors else 'apt'}")
        return files

    def _wanted(self, names):
        """File name -> size, as the signed lists say."""
        printed = process.run(
            ["apt-get", *self._options(), "-qq", "--print-uris", "download", *names],
            problem=f"this machine's Debian mirror has no {PACKAGE}",
            cwd=self.home,  # where the files are, apt would not list them
        )
        found = re.findall(r"(?m)^'\S+' (\S+\.deb) (\d+)", printed)
        return {name: int(size) for name, size in found}

    def _arrived(self, wanted):
        places_ = [self.debs / name for name in wanted]
        places_ += list((self.home / "archives/partial").glob("*"))
        return sum(path.stat().st_size for path in places_ if path.exists())


def mirror():
    """The machine's own Debian mirror, from its apt configuration."""
    printed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)"],
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C"},
    ).stdout
    for address in dict.fromkeys(printed.split()):
        if re.search(r"/debian/?$", address):
            return address
    raise Stop("no Debian mirror is configured in this machine's apt sources")
