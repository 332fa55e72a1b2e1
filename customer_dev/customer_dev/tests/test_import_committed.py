import os
import unittest

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name

COLUMNS = ["name", "type", "team_id/.id", "stage_id/.id", "need_reason"]
BAD = (0, 7, 199, 200, 1234, 2500, 2501, 4999)


@tagged("post_install", "-at_install", "-standard", "database_breaking")
@unittest.skipUnless(
    os.environ.get("ODOO_TEST_COMMIT"), "commits: for a database that is thrown away"
)
class TestImportCommitted(BaseCase):
    """A file of 5,000 prospects, on a connection that commits."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            team = env["crm.team"].create({"name": "Imported", "own_stages": True})
            one, two = env["crm.stage"].create(
                [
                    {"name": name, "sequence": 900 + index, "team_ids": [(6, 0, team.ids)]}
                    for index, name in enumerate(("First", "Second"))
                ]
            )
            field = env["ir.model.fields"]._get("crm.lead", "need_reason")
            env["crm.stage.criterion"].create(
                {"stage_id": one.id, "kind": "field", "field_id": field.id, "name": "Reason known"}
            )
            self.team, self.stage = team.id, two.id

    def _rows(self, count, bad=()):
        fixed = ["opportunity", str(self.team), str(self.stage)]
        return [[f"Row {i}", *fixed, "" if i in bad else "known"] for i in range(count)]

    def _leads(self, cr):
        context = {"tracking_disable": True}
        return api.Environment(cr, SUPERUSER_ID, context)["crm.lead"]

    def _count(self):
        with self.registry.cursor() as cr:
            return self._leads(cr).search_count([("team_id", "=", self.team)])

    def test_good_rows_are_kept_and_each_bad_row_is_named(self):
        with self.registry.cursor() as cr:
            result = self._leads(cr).import_prospects(COLUMNS, self._rows(5000, BAD), True)
        self.assertEqual([error["row"] for error in result["errors"]], list(BAD))
        for error in result["errors"]:
            self.assertIn(f"Row {error['row']} ", error["message"])
            self.assertIn("Reason known", error["message"])
            self.assertEqual(error["message"].count("Row "), 1)
        self.assertEqual(len(result["ids"]), 5000 - len(BAD))
        self.assertEqual(self._count(), 5000 - len(BAD))

    def test_none_is_kept_when_one_is_wrong(self):
        with self.registry.cursor() as cr:
            result = self._leads(cr).import_prospects(COLUMNS, self._rows(1000, (998,)))
        self.assertEqual([error["row"] for error in result["errors"]], [998])
        self.assertEqual((result["ids"], self._count()), ([], 0))

    def test_each_batch_costs_the_same(self):
        """Two queries a row are the host's own; whatever is asked beside them does not grow."""
        with self.registry.cursor() as cr:
            leads = self._leads(cr)
            leads.import_prospects(COLUMNS, self._rows(10))
            beside = [self._spend(leads, count) - 2 * count for count in (200, 400, 1200)]
            cr.rollback()
        self.assertLessEqual(beside[1], 2 * beside[0])
        self.assertLessEqual(beside[2], 6 * beside[0])

    def _spend(self, leads, count):
        before = leads.env.cr.sql_log_count
        leads.import_prospects(COLUMNS, self._rows(count))
        leads.env.flush_all()
        return leads.env.cr.sql_log_count - before
