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
