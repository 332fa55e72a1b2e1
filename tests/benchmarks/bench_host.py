# What people do most in the host, without our addons and with all of them installed but unused.
# database: host suite
# size: 20000
from measure import Bench

from odoo.tools.misc import mute_logger
from odoo.tools.populate import populate_models


def filled(orders):
    """Many orders, multiplied by the host from a few real ones."""
    partners = env["res.partner"].create([{"name": f"Customer {n}"} for n in range(20)])
    products = env["product.product"].create(
        [{"name": f"Valve {n}", "list_price": 10 + n} for n in range(20)]
    )
    made = env["sale.order"].create([prepared(partners[n], products, 3) for n in range(20)])
    made[:15].action_confirm()
    env.cr.commit()  # populating rolls back when the role may not switch constraints off
    populate_models({env["sale.order"]: orders // 20}, ord("_"))
    env.cr.execute("ANALYZE")
    return partners, products


def prepared(partner, products, lines):
    return {
        "partner_id": partner.id,
        "order_line": [
            (0, 0, {"product_id": product.id, "product_uom_qty": 2}) for product in products[:lines]
        ],
    }


def shown_fields(model):
    """What the form asks for: every field of the view, one level of the lines."""
    view = model.get_view(view_type="form")
    return {name: {} for name in view["models"][model._name]}


LISTED = {
    "name": {},
    "partner_id": {"fields": {"display_name": {}}},
    "amount_total": {},
    "state": {},
}
bench = Bench(env)


def report(title, action, goal="≤ 1.10", repeat=9, prepare=None):
    done = bench.time(action, repeat, prepare)
    bench.row(title, done.ms, goal=goal, queries=done.queries)


with mute_logger("odoo.models.unlink"):
    partners, products = filled(given["size"])
    Order = env["sale.order"]
    order = Order.create(prepared(partners[0], products, 10))
    fields = shown_fields(Order)
    report("list of 80 quotations", lambda: Order.web_search_read([], LISTED, limit=80))
    report("form of an order of 10 lines", lambda: order.web_read(fields))
    report(
        "orders by month, summed",
        lambda: Order.formatted_read_group([], ["date_order:month"], ["amount_total:sum"]),
    )
    report(
        "create an order of 10 lines",
        lambda: Order.create(prepared(partners[1], products, 10)),
        "+2 queries",
    )
    report(
        "create 20 orders of 3 lines",
        lambda: Order.create([prepared(partners[2], products, 3) for _n in range(20)]),
        "+2 queries",
        3,
    )
    report(
        "confirm an order of 10 lines",
        lambda made: made.action_confirm(),
        "+2 queries",
        7,
        lambda: Order.create(prepared(partners[3], products, 10)),
    )
    references = iter(range(1000))
    report(
        "write a reference",
        lambda: order.write({"client_order_ref": str(next(references))}),
        "+2 queries",
    )
    report("copy an order of 10 lines", lambda: order.copy(), "+2 queries")
    report(
        "create 100 leads",
        lambda: env["crm.lead"].create([{"name": f"Lead {n}"} for n in range(100)]),
        "+2 queries",
        3,
    )
env.cr.rollback()
