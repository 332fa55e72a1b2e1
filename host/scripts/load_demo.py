# Load the demo data of the given modules into a database whose host carries none of its own:
# one coherent company instead of two mixed ones. Runs in an Odoo shell.
from odoo.modules.loading import load_demo
from odoo.modules.module_graph import ModuleGraph

graph = ModuleGraph(env.cr)
graph.extend(env["ir.module.module"].search([("state", "=", "installed")]).mapped("name"))
wanted = [node for node in graph if node.name in given["modules"]]
for node in sorted(wanted, key=lambda node: node.manifest.get("sequence", 100)):
    load_demo(env, node, {}, "init")
    env["ir.module.module"].search([("name", "=", node.name)]).demo = True
failures = env["ir.demo_failure"].search([])
if failures:
    raise SystemExit("\n".join(failures.mapped("error")))
env["ir.module.module"]._load_module_terms(given["modules"], given["languages"])
env.cr.commit()
