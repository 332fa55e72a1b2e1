"""Installation on a database that already holds many leads."""

from odoo.tools import SQL

STORED_COLUMNS = {
    "value_score": "double precision",
    "difficulty_score": "double precision",
    "screening_score": "double precision",
    "quadrant": "varchar",
}


#: filled after the installation, faster than the ORM would
PARTNER_COLUMNS = {"name_initials": "varchar", "name_initial": "varchar"}


def pre_init_hook(env):
    """Create the stored computed columns empty: a lead that was never assessed has no score, so
    there is nothing to compute for the leads that exist."""
    _add_columns(env, "crm_lead", STORED_COLUMNS)
    _add_columns(env, "res_partner", PARTNER_COLUMNS)


def _add_columns(env, table, columns):
    for name, kind in columns.items():
        env.cr.execute(
            SQL(
                "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s",
                SQL.identifier(table),
                SQL.identifier(name),
                SQL(kind),
            )
        )


def post_init_hook(env):
    """Name the acquisition channels in the language of the administrator: the host does not
    translate names of sources, so they are given once, at installation."""
    env["res.partner"]._fill_initials()
    lang = env.ref("base.user_admin").lang or env.lang
    for xml_id, name in _get_channel_names(env(context={"lang": lang})).items():
        source = env.ref(f"customer_dev.{xml_id}", raise_if_not_found=False)
        if source and source.name != name:
            source.name = name


def _get_channel_names(env):
    return {
        "utm_source_reactivated": env._("Old customers won back"),
        "utm_source_customer": env._("Recommended by a customer"),
        "utm_source_peer": env._("Recommended in the trade"),
        "utm_source_advertising": env._("Advertising"),
        "utm_source_fair": env._("Trade fair"),
        "utm_source_web": env._("Online promotion"),
        "utm_source_report": env._("Industry report"),
        "utm_source_cold": env._("Cold visit"),
    }
