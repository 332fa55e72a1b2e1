"""Databases prepared once and cloned for every test: the host alone, with our addons, with the
demo data. They are keyed by what went into them, so a change makes a new one and nothing else."""

import hashlib

from . import places

#: Modules of others whose own tests must stay green with our addons installed, one a line.
GUARDED = places.ROOT / "tests" / "guarded_modules.txt"
#: Modules of the host that ours must get along with, though none of ours needs them.
COMPANIONS = places.ROOT / "tests" / "companion_modules.txt"
LANGUAGE = "zh_CN"
KEPT = 4


class Templates:
    """Prepared databases of one checkout."""

    def __init__(self, databases, odoo, console):
        self.databases = databases
        self.odoo = odoo
        self.console = console
        self.settings = databases.settings

    def _host_key(self):
        requirements = (places.ROOT / "requirements-addons.txt").read_text()
        return _hash(str(self.odoo.packages), self.odoo.origin, requirements)

    def _code_key(self, *others):
        sums = self.settings.checksums()
        ours = (f"{name}:{sums[name]}" for name in sorted(sums))
        return _hash(self._host_key(), *others, *ours)

    def empty(self):
        """A database with nothing but ``base``."""

        def build(name):
            self.databases.create_empty(name)
            self.databases.install(name, ["base"])

        return self._ensure(f"tpl_base_{self._host_key()}", "an empty database", build)

    def host(self):
        """The host modules our addons stand on, without ours."""
        modules = [*self.settings.host_modules(), "rpc"]

        def build(name):
            self.databases.clone(self.empty(), name)
            self.databases.call(
                name,
                *("-i", ",".join(modules), f"--load-language={LANGUAGE}"),
                problem="installing the host's modules failed",
            )

        name = f"tpl_host_{_hash(self._host_key(), *modules)}"
        return self._ensure(name, "the host's modules", build)

    def suite(self):
        """All addons and what they need, no demo data."""

        def build(name):
            self.databases.clone(self.host(), name)
            self.databases.install(name, sorted(self.settings.addons))

        return self._ensure(f"tpl_suite_{self._code_key()}", "all addons", build)

    def full(self):
        """All addons beside the modules of others they must get along with, no demo data."""
        others = [*guarded_modules(), *companion_modules()]

        def build(name):
            self.databases.clone(self.suite(), name)
            self.databases.install(name, others)

        name = f"tpl_full_{self._code_key(*others)}"
        return self._ensure(name, "the modules beside ours", build)

    def demo(self):
        """All addons with the demo company."""

        def build(name):
            self.databases.clone(self.full(), name)
            self.load_demo(name, sorted(self.settings.addons))

        name = f"tpl_demo_{self._code_key(*guarded_modules(), *companion_modules())}"
        return self._ensure(name, "the demo company", build)

    def load_demo(self, name, modules):
        """Load the demo data of our addons only: the host's own shows another company."""
        self.databases.run_script("load_demo.py", name, modules=modules, languages=[LANGUAGE])

    def _ensure(self, name, title, build):
        with places.locked(name, self.console):
            if name not in self.databases.names():
                with self.console.step(f"preparing {title}"):
                    self.databases.make(name, build)
                self._forget(name)
        return name

    def _forget(self, name):
        """Drop the oldest templates of the same kind."""
        kind = name.rsplit("_", 1)[0]
        rows = self.databases.query(
            f"SELECT datname FROM pg_database WHERE datname LIKE '{kind}\\_%' ORDER BY oid DESC"
        )
        for (old,) in rows[KEPT:]:
            self.databases.drop(old)


def guarded_modules():
    """Names of the modules of others that we promise not to break."""
    return listed(GUARDED)


def companion_modules():
    """Names of the host's modules that are installed beside ours while the tests run."""
    return listed(COMPANIONS)


def listed(path):
    """Lines of a file that name something: neither empty nor comments."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _hash(*parts):
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]
