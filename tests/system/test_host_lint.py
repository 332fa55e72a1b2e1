# weight: 5
"""Odoo's own test_lint finds nothing in our addons."""

import re

from host import places, process, server

#: the first lints all of Odoo with pylint, the second wants Odoo's own eslint settings;
#: ./erp lint runs the same checkers over our addons
TAGS = "/test_lint,-/test_lint:TestPyLint,-/test_lint:TestESLint"


def test_the_hosts_own_lint_finds_nothing(erp, scratch, addons):
    name = scratch(erp.templates.full())
    command = erp.databases.odoo(
        "server",
        name,
        *("-i", "test_lint", "--stop-after-init", "--test-tags", TAGS),
        http_port=server.free_port(),
        gevent_port=server.free_port(),
    )
    log = places.local() / "test_lint.log"
    printed = process.run([*command], problem="test_lint found something", log=log, cwd=places.ROOT)
    counted = re.search(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests", printed)
    assert counted, printed[-2000:]
    failed, errors, total = map(int, counted.groups())
    assert total >= 20
    assert (failed, errors) == (0, 0), "\n".join(
        re.findall(r"(?m)^.*(?:FAIL|ERROR).*(?:\n.+)*", printed)
    )[-6000:]
