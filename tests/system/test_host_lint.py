# weight: 5
"""Odoo's own test_lint finds nothing in our addons."""

import re
import subprocess

from host import places, server, templates

#: the first lints all of Odoo with pylint, the second wants Odoo's own eslint settings;
#: ./erp lint runs the same checkers over our addons
TAGS = "/test_lint,-/test_lint:TestPyLint,-/test_lint:TestESLint"
FINDING = re.compile(
    r"(?m)^[\d-]+ [\d:,]+ \d+ ERROR \S+ odoo\.addons\.\S+: .*\n(?:(?!\d{4}-).*\n)*"
)


def is_foreign(finding, addons, guarded):
    """Tell whether a finding is about a module of others and none of ours."""
    named = re.findall(r"\w+", finding)
    return any(name in named for name in guarded) and not any(name in named for name in addons)


def test_the_hosts_own_lint_finds_nothing(erp, scratch, addons):
    name = scratch(erp.templates.full())
    command = erp.databases.odoo(
        "server",
        name,
        *("-i", "test_lint", "--stop-after-init", "--test-tags", TAGS),
        http_port=server.free_port(),
        gevent_port=server.free_port(),
    )
    done = subprocess.run(
        [str(part) for part in command], cwd=places.ROOT, capture_output=True, text=True
    )
    printed = done.stdout + done.stderr
    (places.local() / "test_lint.log").write_text(printed)
    counted = re.search(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests", printed)
    assert counted, printed[-2000:]
    assert int(counted.group(3)) >= 20
    names = templates.guarded_modules()
    findings = [text for text in FINDING.findall(printed) if not is_foreign(text, addons, names)]
    assert findings == [], "\n".join(findings)
