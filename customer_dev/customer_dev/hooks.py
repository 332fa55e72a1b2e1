"""Installation on a database that already holds many leads."""

from odoo.tools import SQL

STORED_COLUMNS = {
    "value_score": "double precision",
    "difficulty_score": "double precision",
    "screening_score": "double precision",
    "quadrant": "varchar",
}


def pre_init_hook(env):
    """Create the stored computed columns empty: a lead that was never assessed has no score, so
    there is nothing to compute for the leads that exist."""
    for name, kind in STORED_COLUMNS.items():
        env.cr.execute(
            SQL(
                "ALTER TABLE crm_lead ADD COLUMN IF NOT EXISTS %s %s",
                SQL.identifier(name),
                SQL(kind),
            )
        )


def post_init_hook(env):
    """Name the acquisition channels in the language of the administrator: the host does not
    translate names of sources, so they are given once, at installation."""
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
