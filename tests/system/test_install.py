# weight: 9
"""Every addon can be installed alone, and uninstalled again without leaving anything behind."""

import re

import pytest
from conftest import SCRIPTS

from host import places, process, settings

ADDONS = sorted(settings.Settings().addons)


def warnings(printed):
    """Lines of a log that an admin would have to look at."""
    return re.findall(r"(?m)^.* (?:WARNING|ERROR|CRITICAL) .*$", printed)


def installed(erp, database):
    """Names of the modules that are installed in a database."""
    printed = process.run(
        [
            "psql",
            "-XAtd",
            database,
            "-c",
            "SELECT name FROM ir_module_module WHERE state = 'installed'",
        ],
        problem="PostgreSQL refused",
        env=erp.server.environment,
    )
    return set(printed.split())


def tables(erp, database, addon):
    """Tables and views that belong to the models of one addon alone."""
    query = f"""
        SELECT replace(m.model, '.', '_') FROM ir_model m
        JOIN ir_model_data d ON d.model = 'ir.model' AND d.res_id = m.id
        GROUP BY m.model HAVING array_agg(DISTINCT d.module) = ARRAY['{addon}'::varchar]
    """
    printed = process.run(
        ["psql", "-XAtd", database, "-c", query],
        problem="PostgreSQL refused",
        env=erp.server.environment,
    )
    return printed.split()


@pytest.mark.parametrize("addon", ADDONS)
def test_installs_alone_into_an_empty_database(erp, scratch, addon):
    database = scratch(erp.templates.empty())
    printed = erp.databases.call(database, "-i", addon, problem=f"{addon} cannot be installed")
    assert addon in installed(erp, database)
    assert warnings(printed) == []


def test_all_install_together(erp):
    assert installed(erp, erp.templates.full()) >= set(ADDONS)


@pytest.mark.parametrize("addon", ADDONS)
def test_uninstalls_and_leaves_the_host_working(erp, scratch, addon):
    database = scratch(erp.templates.full())
    own = tables(erp, database, addon)
    conf = erp.databases.configuration(database)
    printed = process.run(
        [
            erp.environment.python,
            "-m",
            "odoo",
            "module",
            "uninstall",
            "-c",
            conf,
            "-d",
            database,
            addon,
        ],
        problem=f"{addon} cannot be uninstalled",
        cwd=places.ROOT,
    )
    assert warnings(printed) == []
    assert addon not in installed(erp, database)
    told = erp.databases.run_script(
        SCRIPTS / "after_uninstall.py", database, addon=addon, tables=own
    )
    assert "problems: []" in told, told[-2000:]
