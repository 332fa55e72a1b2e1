# Price memory of a 100-line order on few and on many sold lines, beside bare SQL and OCA addons.
# database: suite
# size: 1_000_000
import peers
from measure import Bench
from rows_in_sql import drop_foreign_keys, multiply

CUSTOMERS, PRODUCTS, LINES = 2000, 5000, 10
FEW = 10_000
# What somebody in a hurry would write: the last price alone, of the very same contacts.
LAST_SOLD = """
    SELECT DISTINCT ON (l.product_id) l.product_id, l.price_unit, o.date_order
      FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id
     WHERE l.state = 'sale' AND l.company_id = %(company)s
       AND l.order_partner_id = ANY(%(family)s) AND l.product_id = ANY(%(products)s)
     ORDER BY l.product_id, o.date_order DESC, l.id DESC"""
# The same answer the memory gives: last sold, last quoted, range of twelve months, units.
# Last sold, range of twelve months and last quoted, written by hand for the same contacts; it does
# without units, currencies, credit notes and returned goods.
WHOLE_ANSWER = """
    WITH sold AS (
        SELECT l.id, l.product_id, o.date_order AS date,
               l.price_unit * (1 - coalesce(l.discount, 0) / 100) AS price
          FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id
         WHERE l.state = 'sale' AND l.company_id = %(company)s AND l.display_type IS NULL
           AND l.product_uom_qty > 0 AND l.price_unit > 0
           AND l.order_partner_id = ANY(%(family)s) AND l.product_id = ANY(%(products)s)),
    year AS (
        SELECT product_id, min(price) AS low, max(price) AS high, avg(price) AS average,
               count(*) AS count
          FROM sold WHERE date >= now() at time zone 'utc' - interval '1 year' GROUP BY 1),
    last AS (SELECT DISTINCT ON (product_id) * FROM sold ORDER BY product_id, date DESC, id DESC),
    quoted AS (
        SELECT DISTINCT ON (product_id) product_id, date, price_net
          FROM sale_offer_line WHERE partner_id = %(customer)s AND company_id = %(company)s
           AND product_id = ANY(%(products)s) AND date IS NOT NULL
         ORDER BY product_id, date DESC, id DESC)
    SELECT * FROM last FULL JOIN year USING (product_id) FULL JOIN quoted USING (product_id)"""
bench = Bench(env)


def models():
    """One record of each kind to multiply, and the ids of many customers and products."""
    partner = env["res.partner"].create({"name": "Customer", "is_company": True})
    template = env["product.template"].create({"name": "Valve", "type": "consu"})
    product = template.product_variant_ids
    order = env["sale.order"].create(
        {
            "partner_id": partner.id,
            "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 2})],
        }
    )
    customers = multiply(
        partner, CUSTOMERS, name="'Customer ' || g", commercial_partner_id="new.id"
    )
    templates = multiply(template, PRODUCTS, name="jsonb_build_object('en_US', 'Valve ' || g)")
    products = multiply(product, PRODUCTS, product_tmpl_id=f"{templates - 1} + g")
    return order, customers, products


def sell(order, customers, products, lines, best="FALSE", spread=PRODUCTS):
    """Add sold lines: every thirteenth one of forty products everybody buys, every tenth order
    only a quotation.

    :param best: SQL telling which orders are the best customer's, whose memory is asked for
    :param spread: among how many products the others are
    """
    orders = lines // LINES
    anybody = f"{customers} + 1 + abs(hashint4(g) % {CUSTOMERS - 1})"
    customer = f"CASE WHEN {best} THEN {customers} ELSE {anybody} END"
    first = multiply(
        order,
        orders,
        name="'B' || new.id",
        access_token="NULL",
        state="CASE WHEN g % 10 = 7 THEN 'draft' ELSE 'sale' END",
        date_order="now() at time zone 'utc' - (g % 1000) * interval '1 day' - interval '1 hour'",
        **dict.fromkeys(("partner_id", "partner_invoice_id", "partner_shipping_id"), customer),
    )
    number = f"(g - 1) / {LINES}"
    product = (
        f"CASE WHEN g % 13 = 0 THEN {products} + g % 40"
        f" ELSE {products} + abs(hashint4(g) % {spread}) END"
    )
    dates = {}
    if "date_order_sale_last_price_info" in env["sale.order.line"]._fields:
        dates["date_order_sale_last_price_info"] = (
            f"(SELECT date_order FROM sale_order WHERE id = {first} + {number})"
        )
    multiply(
        order.order_line,
        lines,
        order_id=f"{first} + {number}",
        order_partner_id=f"(SELECT partner_id FROM sale_order WHERE id = {first} + {number})",
        state=f"(SELECT state FROM sale_order WHERE id = {first} + {number})",
        product_id=product,
        price_unit="5 + g % 97",
        qty_invoiced="CASE WHEN g % 5 = 0 THEN 0 ELSE 2 END",
        qty_delivered="CASE WHEN g % 7 = 0 THEN 0 ELSE 2 END",
        **dates,
    )
    env.cr.execute("ANALYZE sale_order, sale_order_line, res_partner, product_product")
    env.cr.commit()


def asking(customers, products):
    """A quotation of 100 lines for the best customer, and what bare SQL needs to know of it."""
    order = env["sale.order"].create(
        {
            "partner_id": customers,
            "order_line": [
                (0, 0, {"product_id": products + n * 7, "product_uom_qty": 1}) for n in range(100)
            ],
        }
    )
    env.flush_all()
    return order, {
        "company": order.company_id.id,
        "customer": customers,
        "family": [customers],
        "products": order.order_line.product_id.ids,
    }


def bare(statement, values):
    env.cr.execute(statement, values)
    return env.cr.fetchall()


def wizard_of(line):
    """Open the history of one line, as its button does."""
    wizard = env["sale.order.line.price.history"].with_context(active_id=line.id).new({})
    wizard._onchange_partner_id()
    return wizard.line_ids.mapped("price_unit")


with_info, with_history = "sale_last_price_info", "sale_order_line_price_history"
there = peers.installed(env, with_info, with_history)
for missing in sorted({with_info, with_history} - there):
    bench.figure(f"OCA {missing}", "not installed")
env.user.group_ids += env.ref("sales_team.group_sale_manager")
model, customers, products = models()
drop_foreign_keys(env, "sale_order", "sale_order_line")
sell(model, customers, products, FEW, "g % 5 = 0", 700)
order, values = asking(customers, products)
few = bench.time(order.get_price_memory, 15)
bench.row(f"memory of 100 lines, {FEW:,} sold", few.ms, queries=few.queries)
sell(model, customers, products, given["size"] - FEW)
ours = bench.time(order.get_price_memory, 15)
size = f"{given['size']:,} sold"
bench.row(f"memory of 100 lines, {size}, beside few", ours.ms, f"{FEW:,} sold", few.ms, "flat")
for title, statement, goal in (
    ("last prices alone", LAST_SOLD, None),
    ("the whole answer", WHOLE_ANSWER, "≤ 2"),
):
    rival = bench.time(lambda statement=statement: bare(statement, values), 15)
    bench.row(
        f"memory of 100 lines, {size}", ours.ms, f"bare SQL, {title}", rival.ms, goal, ours.queries
    )
if with_info in there:
    rival = bench.time(lambda: order.order_line.product_id.mapped("last_sale_price"), 3)
    bench.row(f"memory of 100 lines, {size}", ours.ms, f"OCA {with_info}", rival.ms, "≤ 1/10")
if with_history in there:
    rival = bench.time(lambda: [wizard_of(line) for line in order.order_line], 3)
    bench.row(f"memory of 100 lines, {size}", ours.ms, f"OCA {with_history}", rival.ms, "≤ 1/10")
one = order.order_line[:1]
history = bench.time(
    lambda: env["sale.price.memory"].get_history(one.product_id.id, customers, months=0), 5
)
bench.row(f"full history of one product, {size}", history.ms, queries=history.queries)
