"""Installation on a database that already holds many leads."""

from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

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


#: the host does not translate names of sources, so they are given once, at installation
CHANNELS = {
    "utm_source_reactivated": _lt("Old customers won back"),
    "utm_source_customer": _lt("Recommended by a customer"),
    "utm_source_peer": _lt("Recommended in the trade"),
    "utm_source_advertising": _lt("Advertising"),
    "utm_source_fair": _lt("Trade fair"),
    "utm_source_web": _lt("Online promotion"),
    "utm_source_report": _lt("Industry report"),
    "utm_source_cold": _lt("Cold visit"),
}


def post_init_hook(env):
    """Name the acquisition channels in the language of the administrator."""
    lang = env.ref("base.user_admin").lang or env.lang
    for xml_id, name in CHANNELS.items():
        source = env.ref(f"customer_dev.{xml_id}", raise_if_not_found=False)
        translated = name._translate(lang)
        if source and source.name != translated:
            source.name = translated
