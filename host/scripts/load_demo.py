# Load the demo data of the given modules into a database whose host carries none of its own:
# one coherent company instead of two mixed ones. Runs in an Odoo shell.
from odoo.modules.loading import load_demo
from odoo.modules.module_graph import ModuleGraph

graph = ModuleGraph(env.cr)
graph.extend(env["ir.module.module"].search([("state", "=", "installed")]).mapped("name"))
wanted = [node for node in graph if node.name in given["modules"]]
admin = env.ref("base.user_admin")
language = admin.lang
# reminders and tasks are written in the language of the person responsible, who is Chinese
admin.lang = given["languages"][0]
for node in sorted(wanted, key=lambda node: node.manifest.get("sequence", 100)):
    load_demo(env, node, {}, "init")
    env["ir.module.module"].search([("name", "=", node.name)]).demo = True
failures = env["ir.demo_failure"].search([])
if failures:
    raise SystemExit("\n".join(failures.mapped("error")))
admin.lang = language
env["ir.module.module"]._load_module_terms(given["modules"], given["languages"])
if env.ref("demo_trading_company.user_salesperson", raise_if_not_found=False):
    from odoo.addons.demo_trading_company.demo_work import hand_out

    hand_out(env)
env.cr.commit()
