from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.customer_dev.tests.common import DevelopmentCommon
from odoo.addons.customer_dev.tests.gate_ways import GateWays

WAYS = (
    "drag_and_drop",
    "save",
    "importing",
    "won",
    "restore_and_move",
    "restore_into_it",
    "team",
)


@tagged("post_install", "-at_install")
class TestVisitMatrix(GateWays, DevelopmentCommon):
    """A visit of the log opens the gate by each way into the stage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.criterion.active = False
        cls._criterion(cls.one, kind="visit", name="Visited")
        cls.customer = cls.env["res.partner"].create({"name": "Acme"})
        cls.team.stop_approval = False

    def _visit(self, lead):
        values = {
            "partner_id": self.customer.id,
            "lead_id": lead.id,
            "date": fields.Datetime.now() - timedelta(hours=2),
            "record": "<p>Talked about valves</p>",
        }
        return self.env["crm.visit"].with_user(self.rep).create(values)

    def _way_team(self, lead):
        lead.write({"team_id": self.team.id, "stage_id": self.two.id})

    def _prospect(self, way):
        outside = {"team_id": self.plain_team.id, "stage_id": False} if way == "team" else {}
        return self._lead(**outside).with_user(self.rep)

    def test_each_way(self):
        for way in WAYS:
            move = getattr(self, f"_way_{way}")
            with self.subTest(way=way):
                lead = self._prospect(way)
                visit = self._visit(lead)
                with self.assertRaisesRegex(UserError, "Visited"), self.env.cr.savepoint():
                    move(lead)
                self.env.invalidate_all()
                visit.action_done()
                move(lead)
                self.assertEqual(lead.stage_id, self.won if way == "won" else self.two)

    def test_creation_in_a_later_stage(self):
        leads = self.env["crm.lead"].with_user(self.rep)
        values = self._refused_prospect_values()
        visit = {"partner_id": self.customer.id, "record": "<p>Talked</p>"}
        with self.assertRaisesRegex(UserError, "Visited"), self.env.cr.savepoint():
            leads.create({**values, "visit_ids": [(0, 0, visit)]})
        # one that took place and is written down may come along
        done = {**visit, "state": "done", "date": fields.Datetime.now() - timedelta(hours=2)}
        self.assertEqual(leads.create({**values, "visit_ids": [(0, 0, done)]}).stage_id, self.two)

    def test_merging_brings_the_visit_along(self):
        head, other = self._lead(priority="3", name="Head"), self._lead(name="Other")
        self._visit(other).action_done()
        merged = (head | other).with_user(self.manager).merge_opportunity()
        self.assertEqual(merged, head)
        merged.with_user(self.rep).stage_id = self.two
        self.assertEqual(merged.stage_id, self.two)
