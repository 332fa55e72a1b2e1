"""What must hold for every model of ours, asked of the database instead of a list kept by hand."""

import json
import re

import pytest

from conftest import SCRIPTS
from host import settings

ADDONS = settings.Settings().addons


@pytest.fixture(scope="module")
def told(erp):
    """Facts about our models, collected inside Odoo on the template with all addons."""
    printed = erp.databases.run_script(
        SCRIPTS / "security_facts.py", erp.templates.full(), addons=sorted(ADDONS)
    )
    return json.loads(re.search(r"(?m)^facts: (.*)$", printed).group(1))


def test_every_model_has_access_rights(told):
    assert [name for name, facts in told.items() if not facts["acl"]] == []


def test_the_public_and_the_portal_may_write_nothing(told):
    assert [name for name, facts in told.items() if facts["outsiders_write"]] == []


def test_portal_users_only_read_what_a_rule_narrows(told):
    assert [n for n, f in told.items() if f["outsiders_read"] and not f["outsiders_rule"]] == []


def test_models_with_a_company_have_a_company_rule(told):
    assert [n for n, f in told.items() if f["company"] and not f["company_rule"]] == []


def test_public_methods_have_docstrings(told):
    assert [m for facts in told.values() for m in facts["undocumented"]] == []


@pytest.mark.parametrize("addon", sorted(ADDONS))
def test_every_sudo_says_why(addon):
    """A comment on the line of the call or right above the statement."""
    found = []
    for path in ADDONS[addon].path.rglob("*.py"):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if re.search(r"\.sudo\(\)", line) and not _explained(lines, number):
                found.append(f"{path.relative_to(ADDONS[addon].path)}:{number + 1}: {line.strip()}")
    assert found == []


def _explained(lines, number):
    near = lines[max(0, number - 6) : number + 2]
    return any("#" in line or '"""' in line for line in near)
