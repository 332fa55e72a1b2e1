# Rounds of a 100-line quotation beside OCA revisions, and confirming with our addons installed.
# database: host suite
# size: 1000
# On the host alone a round is what sale_order_revision does: a copy of the whole order.
import peers
from measure import Bench

from odoo.tools.misc import mute_logger

LINES = 100
ROUNDS = 11
SALES = "sales_team.group_sale_manager"
bench = Bench(env)


def products(count):
    return env["product.product"].create(
        [{"name": f"Valve {n}", "type": "consu", "list_price": 10 + n % 90} for n in range(count)]
    )


def quotation(goods, **values):
    return env["sale.order"].create(
        {
            "partner_id": customer.id,
            "require_signature": False,
            "require_payment": False,
            "order_line": [
                (0, 0, {"product_id": product.id, "product_uom_qty": 2}) for product in goods
            ],
            **values,
        }
    )


def changed(order):
    """A quotation with other prices than those last captured."""
    for line in order.order_line[:5]:
        line.price_unit += 1
    return order


def host_revisions():
    """Rounds as OCA makes them."""
    made = bench.time(lambda fresh: fresh.create_revision(), ROUNDS, lambda: quotation(goods))
    for title in (CAPTURE, LOAD):
        bench.row(title, made.ms, queries=made.queries)


def our_rounds():
    """The same round frozen, and an old one written back."""
    order = quotation(goods)
    captured = bench.time(lambda each: each.capture_offer(), ROUNDS, lambda: changed(order))
    bench.row(CAPTURE, captured.ms, goal="≤ 1/10", queries=captured.queries)
    offers = order.offer_ids.sorted("id")
    turns = iter(range(100))
    loaded = bench.time(lambda: offers.browse(offers.ids[next(turns) % 2]).action_load(), 4)
    bench.row(LOAD, loaded.ms, queries=loaded.queries)


def confirmations():
    confirmed = bench.time(lambda order: order.action_confirm(), 7, lambda: quotation(goods))
    bench.row(
        f"confirm an order of {LINES} lines", confirmed.ms, goal="≤ 1.10", queries=confirmed.queries
    )


def seconds(action, repeat=1):
    done = bench.time(action, repeat)
    return done, f"{done.ms / 1000:.1f} s, +{max(done.memory, 0):.0f} MB"


def large(count):
    """One large quotation through a round: seconds and memory above the idle worker."""
    order = quotation(products(count))
    title = f"{count:,} lines"
    goal = "seconds, < 200 MB"
    made = seconds(order.capture_offer)
    bench.figure(f"{title}: capture", made[1], goal)
    # by id, as a client calls: records of an earlier look would fetch their lines one by one
    first = env["sale.offer"].browse(made[0].result)
    with mute_logger("odoo.addons.mail"):
        bench.figure(f"{title}: send with PDF", seconds(first.action_send)[1], goal)
    second = changed(order).capture_offer()
    bench.figure(f"{title}: load", seconds(first.action_load)[1], goal)
    both = first.browse([first.id, second])
    bench.figure(f"{title}: compare two", seconds(both.compare)[1], goal)
    bench.figure(f"{title}: price memory", seconds(order.get_price_memory)[1], goal)


CAPTURE = f"a round of {LINES} lines: capture (host: OCA revision)"
LOAD = f"back to an old round of {LINES} lines: load (host: OCA revision)"
ours = "sale.offer" in env
there = ours or peers.installed(env, "sale_order_revision")
env.user.group_ids += env.ref(SALES)
customer = env["res.partner"].create({"name": "Customer", "email": "customer@example.com"})
goods = products(LINES)
confirmations()
if ours:
    our_rounds()
    large(given["size"])
elif there:
    host_revisions()
else:
    bench.figure("OCA sale_order_revision", "not installed")
env.cr.rollback()
