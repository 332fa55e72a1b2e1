#!/usr/bin/env python3
"""Ratios of Odoo with all our addons to Odoo without them, on the same data, in the same run.

    tests/benchmarks/against_the_host.py [--orders 100000]

Prints milliseconds (median) and queries of what people do most in the host, without and with the
addons installed but not used, and the ratio. Milliseconds mean something only as a ratio.
"""

import argparse
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from host import cli  # noqa: E402
from host.console import Console  # noqa: E402

SCRIPT = Path(__file__).with_name("measure.py")


def measured(erp, template, title, orders):
    """Operation -> (milliseconds, queries) on a clone of a template."""
    name = f"bench_{title}"
    with erp.console.step(f"{title}: {orders} orders"):
        erp.databases.clone(template, name)
        try:
            printed = erp.databases.run_script(SCRIPT, name, orders=orders)
        finally:
            erp.databases.drop(name)
    return json.loads(re.search(r"(?m)^measured: (.*)$", printed).group(1))


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--orders", type=int, default=20000)
    orders = options.parse_args().orders
    erp = cli.Erp(cli.parser().parse_args(["test"]), Console())
    erp.prepare(testing_too=True)
    alone = measured(erp, erp.templates.host(), "host", orders)
    with_ours = measured(erp, erp.templates.full(), "suite", orders)
    print(f"{'':34}{'host ms':>9}{'suite ms':>9}{'ratio':>7}{'host q':>8}{'suite q':>8}")
    for title, (milliseconds, queries) in alone.items():
        ours, our_queries = with_ours[title]
        ratio = ours / milliseconds
        print(f"{title:34}{milliseconds:9.1f}{ours:9.1f}{ratio:7.2f}{queries:8}{our_queries:8}")


if __name__ == "__main__":
    main()
