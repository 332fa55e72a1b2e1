# Installing all our addons on a database with many orders; --size 20 gives the fixed cost.
# database: host
# size: 400000
import time
from pathlib import Path

import measure
from measure import Bench

from odoo.modules import get_module_path
from odoo.tools.populate import populate_models

ROOT = Path(measure.__file__).parents[2]
LINES = 3


def filled(orders):
    """Many orders, multiplied by the host from a few real ones."""
    partners = env["res.partner"].create([{"name": f"Customer {n}"} for n in range(20)])
    products = env["product.product"].create(
        [{"name": f"Valve {n}", "list_price": 10 + n} for n in range(20)]
    )
    lines = [(0, 0, {"product_id": product.id}) for product in products[:LINES]]
    env["sale.order"].create(
        [{"partner_id": partners[n].id, "order_line": lines} for n in range(20)]
    )[:15].action_confirm()
    env.cr.commit()  # populating rolls back when the role may not switch constraints off
    if orders > 20:
        populate_models({env["sale.order"]: orders // 20}, ord("_"))
        env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()


def ours():
    modules = env["ir.module.module"].search([("state", "=", "uninstalled")])
    return modules.filtered(
        lambda module: (
            (path := get_module_path(module.name, display_warning=False))
            and ROOT in Path(path).parents
        )
    )


filled(given["size"])
modules, count = ours(), env["sale.order.line"].search_count([])
started = time.perf_counter()
modules.button_immediate_install()
seconds = time.perf_counter() - started
Bench(env).figure(
    f"{len(modules)} addons on {count:,} order lines",
    f"{seconds:.1f} s",
    goal="fixed cost + 10 s",
)
