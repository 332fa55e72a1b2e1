# weight: 9
"""Every addon can be uninstalled without leaving anything behind; the host works on."""

import pytest

from conftest import SCRIPTS
from host import places, process, settings
from modules import installed, tables, warnings

ADDONS = sorted(settings.Settings().addons)


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
