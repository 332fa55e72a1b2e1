"""What the README says is true: its examples run, its tables name every addon."""

import re

import pytest

from host import places, settings

READMES = ("README.md", "README.zh_CN.md")
EXAMPLE = re.compile(r"<!-- runs: (\w+) -->\n```python\n(.*?)```", re.S)
ROW = re.compile(r"(?m)^\| `([\w/]+)` \| ([^|]*) \|")


def examples(name):
    return dict(EXAMPLE.findall((places.ROOT / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("protocol", ["xmlrpc", "json2"])
def test_the_example_runs(served, readme, protocol):
    code = examples(readme)[protocol]
    assert "http://localhost:8069" in code
    code = code.replace("http://localhost:8069", served.url).replace('"erp"', repr(served.database))
    code = code.replace("your API key", served.api_key("chen.hao"))
    left = {}
    exec(compile(code, f"{readme}:{protocol}", "exec"), left)  # noqa: S102
    [state] = left["call"]("sale.order", "read", *_order(protocol, left), **_named(protocol, left))
    assert state["state"] == ("sale" if protocol == "xmlrpc" else "draft")


def _order(protocol, left):
    return ([left["order"]], ["state"]) if protocol == "xmlrpc" else ()


def _named(protocol, left):
    return {} if protocol == "xmlrpc" else {"ids": [left["order"]], "fields": ["state"]}


@pytest.mark.parametrize("readme", READMES)
def test_the_table_names_every_addon_and_what_it_stands_on(readme):
    rows = dict(ROW.findall((places.ROOT / readme).read_text(encoding="utf-8")))
    addons = settings.Settings().addons.values()
    expected = {
        str(addon.path.relative_to(places.ROOT)): ", ".join(sorted(addon.depends))
        for addon in addons
    }
    assert {path: told.strip() for path, told in rows.items()} == expected


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_described(readme):
    text = (places.ROOT / readme).read_text(encoding="utf-8")
    commands = ("run", "test", "stop", "shell", "update", "reset", "lint", "i18n", "doctor")
    assert [name for name in commands if f"`./erp {name}" not in text] == []


@pytest.mark.parametrize("readme", READMES)
def test_links_and_pictures_lead_somewhere(readme):
    text = (places.ROOT / readme).read_text(encoding="utf-8")
    targets = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert targets
    assert [target for target in targets if not (places.ROOT / target).exists()] == []
