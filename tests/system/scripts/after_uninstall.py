# Look for what an uninstalled addon left behind, and use the host. Runs in an Odoo shell.
problems = []


def rows(query, *args):
    env.cr.execute(query, args)
    return env.cr.fetchall()


if left := rows("SELECT model, name FROM ir_model_data WHERE module = %s", given["addon"]):
    problems.append(f"external ids: {left}")
for table in given["tables"]:
    if rows("SELECT 1 FROM pg_class WHERE relname = %s", table):
        problems.append(f"table or view {table}")
for model in ("res.partner", "sale.order", "crm.lead", "product.template", "stock.picking"):
    if model in env:
        for kind in ("form", "list", "kanban", "search"):
            try:
                env[model].get_views([(False, kind)])
            except Exception as error:  # noqa: BLE001
                problems.append(f"{kind} of {model}: {error}")
partner = env["res.partner"].create({"name": "After the addon"})
if "sale.order" in env:
    product = env["product.product"].create({"name": "Valve", "list_price": 10})
    order = env["sale.order"].create(
        {"partner_id": partner.id, "order_line": [(0, 0, {"product_id": product.id})]}
    )
    order.action_confirm()
    if order.state != "sale":
        problems.append(f"an order cannot be confirmed: {order.state}")
if "crm.lead" in env:
    lead = env["crm.lead"].create({"name": "Lead", "type": "opportunity"})
    lead.action_set_won()
if "survey.survey" in env:
    env["survey.survey"].create({"title": "Survey"}).copy()
print("problems:", problems)
