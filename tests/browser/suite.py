"""Which addons and views are ours, seen from inside Odoo."""

from odoo.modules.module import Manifest
from odoo.tools import config


def our_addons():
    """Names of the addons on the configured path, which does not hold the host's."""
    paths = tuple(config["addons_path"])
    return [m.name for m in Manifest.all_addon_manifests() if str(m.path).startswith(paths)]


def our_records(env, model):
    """Records of a model that our addons brought as data."""
    data = env["ir.model.data"].search([("model", "=", model), ("module", "in", our_addons())])
    return env[model].browse(data.mapped("res_id")).exists()
