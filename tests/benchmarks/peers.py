"""Addons of others a benchmark compares with: installed on the throw-away database, when the
environment has them."""


def installed(env, *names):
    """Install addons and return those that are there.

    :param names: technical names of addons
    :return: set of names
    """
    modules = env["ir.module.module"]
    modules.update_list()
    found = modules.search([("name", "in", names), ("state", "!=", "uninstallable")])
    there = set(found.mapped("name"))
    if missing := found.filtered(lambda module: module.state != "installed"):
        env.cr.commit()
        missing.button_immediate_install()
        env.transaction.reset()
    return there
