"""What is installed in a database, and what an addon owns there."""

import re

from host import process


def warnings(printed):
    """Lines of a log that an admin would have to look at."""
    return re.findall(r"(?m)^.* (?:WARNING|ERROR|CRITICAL) .*$", printed)


def installed(erp, database):
    """Names of the modules that are installed in a database."""
    printed = process.run(
        [
            "psql",
            "-XAtd",
            database,
            "-c",
            "SELECT name FROM ir_module_module WHERE state = 'installed'",
        ],
        problem="PostgreSQL refused",
        env=erp.server.environment,
    )
    return set(printed.split())


def tables(erp, database, addon):
    """Tables and views that belong to the models of one addon alone."""
    query = f"""
        SELECT replace(m.model, '.', '_') FROM ir_model m
        JOIN ir_model_data d ON d.model = 'ir.model' AND d.res_id = m.id
        GROUP BY m.model HAVING array_agg(DISTINCT d.module) = ARRAY['{addon}'::varchar]
    """
    printed = process.run(
        ["psql", "-XAtd", database, "-c", query],
        problem="PostgreSQL refused",
        env=erp.server.environment,
    )
    return printed.split()
