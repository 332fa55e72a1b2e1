# Age, balance and debt of goods in other hands on many movements, beside bare SQL.
# database: suite
# size: 1_000_000
from measure import Bench
from rows_in_sql import drop_foreign_keys, multiply

DEALERS, PRODUCTS = 500, 200
STEPS = (0.1, 0.3, 1.0)  # of the size: the time should grow with the movements and no faster
# First in, first out over every place, product and lot, as somebody would write it by hand.
BARE_AGEING = """
    WITH mv AS (
        SELECT id, location_dest_id AS loc, product_id, lot_id, date,
               quantity_product_uom AS q_in, 0::numeric AS q_out
          FROM stock_move_line
         WHERE state = 'done' AND date <= %(at)s AND location_dest_id = ANY(%(places)s)
         UNION ALL
        SELECT id, location_id, product_id, lot_id, date, 0, quantity_product_uom
          FROM stock_move_line
         WHERE state = 'done' AND date <= %(at)s AND location_id = ANY(%(places)s)),
    bal AS (
        SELECT loc, product_id, lot_id, sum(q_in - q_out) AS qty
          FROM mv GROUP BY 1, 2, 3 HAVING sum(q_in - q_out) > 0),
    ins AS (
        SELECT *, sum(q_in) OVER (
                   PARTITION BY loc, product_id, lot_id ORDER BY date DESC, id DESC) AS cum
          FROM mv WHERE q_in > 0),
    layer AS (
        SELECT i.loc, i.date, least(i.q_in, b.qty - (i.cum - i.q_in)) AS open_qty
          FROM ins i
          JOIN bal b ON (b.loc, b.product_id) = (i.loc, i.product_id)
                    AND b.lot_id IS NOT DISTINCT FROM i.lot_id
         WHERE i.cum - i.q_in < b.qty)
    SELECT loc, width_bucket(%(at)s::date - date::date, ARRAY[30, 60, 90, 180]), sum(open_qty)
      FROM layer GROUP BY 1, 2"""
BARE_BALANCE = """
    SELECT product_id, lot_id, sum(qty) FROM (
        SELECT product_id, lot_id, quantity_product_uom AS qty
          FROM stock_move_line WHERE state = 'done' AND location_dest_id = %(place)s
         UNION ALL
        SELECT product_id, lot_id, -quantity_product_uom
          FROM stock_move_line WHERE state = 'done' AND location_id = %(place)s) moved
     GROUP BY 1, 2 HAVING sum(qty) <> 0"""
bench = Bench(env)


def agreements():
    """Many dealers with a place each."""
    partners = env["res.partner"].create([{"name": f"Dealer {n}"} for n in range(DEALERS)])
    made = env["consignment.agreement"].create(
        [{"partner_id": partner.id, "date_start": "2020-01-01"} for partner in partners]
    )
    made.action_activate()
    return made


def products():
    return env["product.product"].create(
        [
            {"name": f"Valve {n}", "is_storable": True, "standard_price": 5 + n}
            for n in range(PRODUCTS)
        ]
    )


def first_line(agreement, product):
    """One real movement, to be multiplied."""
    stock = agreement.warehouse_id.lot_stock_id
    env["stock.quant"]._update_available_quantity(product, stock, 10)
    picking = agreement.fill_up([{"product_id": product.id, "quantity": 10}])
    return env["stock.picking"].browse(picking).move_line_ids


def move(line, made, goods, count, already):
    """Two receipts of ten, then a sale of six, and so on, spread over three years."""
    stock = line.location_id.id
    customers = env.ref("stock.stock_location_customers").id
    places, products = made.location_id.ids, goods.ids
    number = f"(g + {already})"
    place = f"(ARRAY{places})[1 + {number} % {DEALERS}]"
    leaving = f"({number} / {DEALERS}) % 3 = 2"
    product = f"(ARRAY{products})[1 + ({number} / {DEALERS * 3}) % {PRODUCTS}]"
    quantity = f"CASE WHEN {leaving} THEN 6 ELSE 10 END"
    multiply(
        line,
        count,
        location_id=f"CASE WHEN {leaving} THEN {place} ELSE {stock} END",
        location_dest_id=f"CASE WHEN {leaving} THEN {customers} ELSE {place} END",
        product_id=product,
        quantity=quantity,
        quantity_product_uom=quantity,
        date=f"now() at time zone 'utc' - ({number} % 1095) * interval '1 day'",
    )
    env.cr.commit()
    env.cr.execute("ANALYZE stock_move_line, stock_location, consignment_agreement")


def bare(sql, **values):
    env.cr.execute(sql, values)
    return env.cr.fetchall()


def compare(lines, made):
    title = f"{lines // 1000} thousand movements"
    ageing = env["consignment.ageing"]
    now = env.cr.now()
    everything = bench.time(
        lambda: ageing.formatted_read_group(
            [], ["partner_id", "bucket"], ["quantity:sum", "value:sum"]
        ),
        repeat=5,
    )
    by_hand = bench.time(
        lambda _start: bare(BARE_AGEING, at=now, places=made.location_id.ids),
        repeat=5,
        prepare=env.cr.commit,  # what ours sets for its transaction is not the rival's
    )
    bench.row(
        f"age of all goods by dealer, {title}",
        everything.ms,
        other="bare SQL",
        other_ms=by_hand.ms,
        goal="≤ 1.5",
        queries=everything.queries,
    )
    bench.figure(f"memory, {title}", f"{everything.memory:.1f} MB", goal="< 200 MB")
    one = made[7]
    balance = bench.time(one.get_balance)
    by_hand = bench.time(lambda: bare(BARE_BALANCE, place=one.location_id.id))
    bench.row(
        f"balance and value of one dealer, {title}",
        balance.ms,
        other="bare SQL without value",
        other_ms=by_hand.ms,
        queries=balance.queries,
    )
    past = bench.time(lambda: one.get_ageing("2026-01-31"))
    bench.row(f"age at a past day of one dealer, {title}", past.ms, queries=past.queries)
    listed = bench.time(lambda: made[:80].read(["goods_quantity", "oldest_days", "goods_state"]))
    bench.row(f"list of 80 agreements, {title}", listed.ms, queries=listed.queries)
    there = bench.time(
        lambda: env["consignment.agreement"].search_count([("goods_quantity", ">", 0)])
    )
    bench.row(f"agreements with goods, {title}", there.ms, queries=there.queries)


drop_foreign_keys(env, "stock_move_line")
made, goods = agreements(), products()
line = first_line(made[0], goods[0])
already = 0
for part in STEPS:
    wanted = int(given["size"] * part)
    move(line, made, goods, wanted - already, already)
    already = wanted
    compare(already, made)
