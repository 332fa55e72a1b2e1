# Time what people do most in the host. Runs in an Odoo shell on a throw-away clone.
import json
import statistics
import time

from odoo.tools.misc import mute_logger


def timed(title, action, repeat=7):
    """Median milliseconds and queries of an action on a fresh cache."""
    milliseconds, queries = [], 0
    for _round in range(repeat):
        env.flush_all()
        env.invalidate_all()
        before = env.cr.sql_log_count
        started = time.perf_counter()
        action()
        env.flush_all()
        milliseconds.append((time.perf_counter() - started) * 1000)
        queries = env.cr.sql_log_count - before
    results[title] = (statistics.median(milliseconds), queries)


def filled(orders):
    """Many orders, copied in SQL from a few real ones."""
    partners = env["res.partner"].create([{"name": f"Customer {n}"} for n in range(20)])
    products = env["product.product"].create(
        [{"name": f"Valve {n}", "list_price": 10 + n} for n in range(20)]
    )
    made = env["sale.order"].create([prepared(partners[n], products, 3) for n in range(20)])
    made[:15].action_confirm()
    env.cr.commit()  # populate rolls back when the role may not switch constraints off
    populate(env, ["sale.order"], orders // 20)
    env.cr.execute("ANALYZE")
    return partners, products


def populate(env, models, factor):
    from odoo.tools.populate import populate_models

    populate_models({env[model]: factor for model in models}, ord("_"))


def prepared(partner, products, lines):
    return {
        "partner_id": partner.id,
        "order_line": [
            (0, 0, {"product_id": product.id, "product_uom_qty": 2}) for product in products[:lines]
        ],
    }


results = {}
with mute_logger("odoo.models.unlink"):
    partners, products = filled(given["orders"])
    Order = env["sale.order"]
    listed = {
        "name": {},
        "partner_id": {"fields": {"display_name": {}}},
        "amount_total": {},
        "state": {},
    }
    order = Order.create(prepared(partners[0], products, 10))
    shown = env["ir.ui.view"].browse(Order.get_view(view_type="form")["id"])
    fields = {name: {} for name in Order.get_view(shown.id, "form")["models"]["sale.order"]}
    timed("list of 80 quotations", lambda: Order.web_search_read([], listed, limit=80))
    timed("form of an order of 10 lines", lambda: order.web_read(fields))
    timed(
        "orders by month, summed",
        lambda: Order.formatted_read_group([], ["date_order:month"], ["amount_total:sum"]),
    )
    timed("create an order of 10 lines", lambda: Order.create(prepared(partners[1], products, 10)))
    timed(
        "create 20 orders of 3 lines",
        lambda: Order.create([prepared(partners[2], products, 3) for _n in range(20)]),
        3,
    )
    timed(
        "confirm an order of 10 lines",
        lambda: Order.create(prepared(partners[3], products, 10)).action_confirm(),
        5,
    )
    timed("write a reference", lambda: order.write({"client_order_ref": str(time.time())}))
    timed("copy an order of 10 lines", lambda: order.copy(), 5)
    if "crm.lead" in env:
        timed(
            "create 100 leads",
            lambda: env["crm.lead"].create([{"name": f"Lead {n}"} for n in range(100)]),
            3,
        )
print("measured:", json.dumps(results))
env.cr.rollback()
