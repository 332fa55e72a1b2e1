"""Turn the payload of frozen lines from jsonb into the very text their digest was made of.

The ORM would take a jsonb column that becomes text for a translated one, and empty it.
"""

import json

BATCH = 1000


def migrate(cr, version):
    """Convert the column and rewrite its rows with sorted keys, as new lines have them."""
    if version and _is_jsonb(cr):
        cr.execute("ALTER TABLE sale_offer_line ALTER COLUMN payload TYPE text USING payload::text")
        last_id = 0
        while rows := _get_rows(cr, last_id):
            _write_texts(cr, rows)
            last_id = rows[-1][0]


def _is_jsonb(cr):
    cr.execute(
        "SELECT udt_name = 'jsonb' FROM information_schema.columns"
        " WHERE table_schema = current_schema"
        " AND table_name = 'sale_offer_line' AND column_name = 'payload'"
    )
    return (cr.fetchone() or [False])[0]


def _get_rows(cr, last_id):
    cr.execute(
        "SELECT id, payload FROM sale_offer_line"
        " WHERE id > %s AND payload IS NOT NULL ORDER BY id LIMIT %s",
        [last_id, BATCH],
    )
    return cr.fetchall()


def _write_texts(cr, rows):
    texts = [
        json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False) for _line_id, text in rows
    ]
    cr.execute(
        "UPDATE sale_offer_line line SET payload = new.text"
        " FROM unnest(%s, %s) AS new(id, text) WHERE line.id = new.id",
        [[line_id for line_id, _text in rows], texts],
    )
