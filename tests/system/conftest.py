"""Fixtures of the system tests: databases cloned from templates, and a served Odoo to talk to
over real sockets. They run outside Odoo."""

import re
import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from clients import Served  # noqa: E402
from host import cli, places, server  # noqa: E402
from host.console import Console  # noqa: E402

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture(scope="session")
def erp():
    """The host, ready: databases, templates, settings."""
    found = cli.Erp(cli.parser().parse_args(["test"]), Console())
    found.prepare(testing_too=True)
    return found


@pytest.fixture(scope="session")
def addons(erp):
    """Addon name -> addon of this repository."""
    return erp.settings.addons


@pytest.fixture
def scratch(erp, request):
    """Clone a template into a database that is thrown away after the test."""
    names = []

    def clone(template):
        title = re.sub(r"\W+", "_", request.node.name)[:30]
        name = f"test_{places.checkout_name()[4:]}_{title}_{len(names)}"
        names.append(name)
        erp.databases.clone(template, name)
        return name

    yield clone
    for name in names:
        erp.databases.drop(name)


@pytest.fixture(scope="module")
def served(erp, request):
    """A served copy of the demo company."""
    name = f"test_{places.checkout_name()[4:]}_{request.module.__name__.rsplit('.', 1)[-1]}"
    erp.databases.clone(erp.templates.demo(), name)
    port = server.free_port()
    child = server.start(erp.databases, name, port, places.local() / f"{name}.log")
    yield Served(erp, name, port)
    child.terminate()
    child.wait()
    erp.databases.drop(name)
