"""Many rows from one, in SQL: what the ORM would take an hour for."""

from odoo.tools import SQL


def drop_foreign_keys(env, *tables):
    """Checking a million references takes longer than writing them; the clone is dropped."""
    env.cr.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])",
        [list(tables)],
    )
    for table, name in env.cr.fetchall():
        env.cr.execute(
            SQL("ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(name))
        )


def multiply(record, count, **changed):
    """Copy the row of a record.

    :param int count: how many copies
    :param changed: SQL of the columns that differ, with ``g`` counting from 1 and ``new.id`` the
        id of the copy
    :return: id of the first copy; the others follow
    """
    env, table = record.env, record._table
    env.flush_all()
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    same = [name for (name,) in env.cr.fetchall() if name not in {"id", *changed}]
    env.cr.execute(SQL("SELECT max(id) FROM %s", SQL.identifier(table)))
    last = env.cr.fetchone()[0]
    env.cr.execute(
        SQL(
            "INSERT INTO %(table)s (id, %(names)s) SELECT new.id, %(values)s FROM %(table)s model,"
            " generate_series(1, %(count)s) g, LATERAL (SELECT %(last)s + g AS id) new"
            " WHERE model.id = %(model)s",
            table=SQL.identifier(table),
            names=SQL(", ").join(map(SQL.identifier, [*changed, *same])),
            values=SQL(", ").join(
                [
                    *(SQL(value.replace("%", "%%")) for value in changed.values()),
                    *(SQL.identifier("model", name) for name in same),
                ]
            ),
            count=count,
            last=last,
            model=record.id,
        )
    )
    env.cr.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last + count])
    env.invalidate_all()
    return last + 1
