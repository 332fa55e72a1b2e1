"""Find or fetch Odoo 19, give it Python libraries and a PostgreSQL, run it, test addons on it.

Standard library only. Nothing in this package knows which addons there are: it reads the
``addons_path`` of ``odoo.conf`` and takes what it finds there.
"""
