from odoo.tools.sql import column_exists, create_column

# Stored computed fields on the host's biggest table. Nobody knows afterwards where the price of
# an old line came from, so the columns start empty instead of being computed for every line.
LINE_COLUMNS = {
    "price_origin": "varchar",
    "price_rule_id": "int4",
    "price_rule_name": "varchar",
    "published_price": "numeric",
    "price_deviation": "float8",
}


def pre_init_hook(env):
    for name, kind in LINE_COLUMNS.items():
        if not column_exists(env.cr, "sale_order_line", name):
            create_column(env.cr, "sale_order_line", name, kind)
    if not column_exists(env.cr, "sale_order", "price_date"):
        create_column(env.cr, "sale_order", "price_date", "timestamp")


def post_init_hook(env):
    env["res.company"].search([])._create_price_sources()
