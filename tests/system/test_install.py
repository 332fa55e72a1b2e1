# weight: 9
"""Every addon can be installed alone into an empty database, and all can be installed together."""

import pytest

from host import settings
from modules import installed, warnings

ADDONS = sorted(settings.Settings().addons)


@pytest.mark.parametrize("addon", ADDONS)
def test_installs_alone_into_an_empty_database(erp, scratch, addon):
    database = scratch(erp.templates.empty())
    printed = erp.databases.call(database, "-i", addon, problem=f"{addon} cannot be installed")
    assert addon in installed(erp, database)
    assert warnings(printed) == []


def test_all_install_together(erp):
    assert installed(erp, erp.templates.full()) >= set(ADDONS)
