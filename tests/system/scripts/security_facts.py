# Collect facts about the models that the given addons define. Runs in an Odoo shell.
import inspect
import json

outsiders = env.ref("base.group_portal") + env.ref("base.group_public")
facts = {}
for name in sorted(env.registry):
    model = env[name]
    origin = model._original_module if hasattr(model, "_original_module") else model._module
    if origin not in given["addons"] or model._abstract:
        continue
    record = env["ir.model"]._get(name)
    access = env["ir.model.access"].search([("model_id", "=", record.id)])
    outside = access.filtered(lambda line: line.group_id in outsiders or not line.group_id)
    rules = env["ir.rule"].search([("model_id", "=", record.id)])
    own = [
        f"{name}.{attribute}"
        for attribute, method in inspect.getmembers(type(model), inspect.isfunction)
        if not attribute.startswith("_")
        and method.__module__.split(".")[2:3]
        and method.__module__.split(".")[2] in given["addons"]
        and not getattr(method, "_onchange", None)
        and not (inspect.getdoc(method) or "").strip()
    ]
    company = model._fields.get("company_id")
    facts[name] = {
        "acl": bool(access),
        "outsiders_write": bool(
            outside.filtered(lambda line: line.perm_write or line.perm_create or line.perm_unlink)
        ),
        "outsiders_read": bool(outside.filtered("perm_read")),
        "outsiders_rule": bool(
            rules.filtered(lambda rule: not rule.groups or rule.groups & outsiders)
        ),
        "company": bool(company and company.store and not model._transient),
        "company_rule": any("company" in (rule.domain_force or "") for rule in rules),
        "undocumented": own,
    }
print("facts:", json.dumps(facts))
