from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.tests import tagged
from odoo.tests.common import warmup

from .common import DevelopmentCommon

KANBAN = ("gate_missing_count", "gate_missing_names", "quadrant", "decision_relation")


@tagged("post_install", "-at_install")
class TestPerformance(DevelopmentCommon):
    """What the addon adds to the host does not grow with the number of records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._criterion(cls.one, kind="manual", name="Talked", evidence="none")
        cls._criterion(cls.one, kind="document", name="Contract")
        cls._criterion(cls.one, kind="stakeholder", name="T", role="champion", relation="3")
        cls._criterion(cls.one, kind="visit", name="Visited")
        cls._criterion(cls.one, kind="approval", name="Approved")
        cls.leads = cls.env["crm.lead"]
        for _index in range(80):
            cls.leads |= cls._lead()

    def _count(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        function()  # warms the ormcaches, not the records
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _read(self, leads, names):
        spec = {name: {} for name in ("name", "stage_id", "user_id", "team_id", *names)}
        return lambda: leads.with_user(self.rep).web_search_read(
            [("id", "in", leads.ids)], spec, limit=99
        )

    def test_kanban_of_80_cards(self):
        core = self._count(self._read(self.leads, ()))
        ours = self._count(self._read(self.leads, KANBAN))
        self.assertLessEqual(ours - core, 6)

    def test_kanban_does_not_grow(self):
        few = self._count(self._read(self.leads[:4], KANBAN))
        many = self._count(self._read(self.leads, KANBAN))
        self.assertEqual(few, many)

    def test_list_of_80_rows(self):
        core = self._count(self._read(self.leads, ()))
        ours = self._count(self._read(self.leads, ("gate_missing_count", "quadrant")))
        self.assertLessEqual(ours - core, 6)

    def _shown(self, view, kind):
        """What the client asks of a shipped view, and the part of it that is the host's own."""
        arch = self.leads.with_user(self.rep).get_view(self.env.ref(view).id, kind)["arch"]
        nodes = etree.fromstring(arch).xpath("//field[not(ancestor::field)]/@name")
        names = {name: self.leads._fields[name] for name in nodes}
        spec = {
            name: {"fields": {"display_name": {}}} if field.type == "many2one" else {}
            for name, field in names.items()
        }
        return spec, {
            name: value
            for name, value in spec.items()
            if not names[name]._module.startswith("customer_")
        }

    def _ask(self, spec):
        leads = self.leads.with_user(self.rep)
        return lambda: leads.web_search_read([("id", "in", self.leads.ids)], spec, limit=80)

    def test_shipped_views_of_80_prospects(self):
        """All that the shipped kanban and list show, columns that are hidden at first as well."""
        partners = self.env["res.partner"].create([{"name": f"Firm {i}"} for i in range(80)])
        for lead, partner in zip(self.leads, partners, strict=True):
            lead.partner_id = partner
        for view, kind in (
            ("crm.crm_case_kanban_view_leads", "kanban"),
            ("crm.crm_case_tree_view_oppor", "list"),
        ):
            with self.subTest(view=view):
                spec, host = self._shown(view, kind)
                self.assertGreater(len(spec), len(host))
                ours, core = self._count(self._ask(spec)), self._count(self._ask(host))
                self.assertLessEqual(ours - core, 6)

    def _plain(self, count):
        return self.env["crm.lead"].create(
            [
                {"name": f"Plain {index}", "team_id": self.plain_team.id, "user_id": self.rep.id}
                for index in range(count)
            ]
        )

    def _move_cost(self, leads):
        stage = leads._stage_find(team_id=self.plain_team.id, domain=[("is_won", "=", True)])
        self.env.flush_all()
        self.env.invalidate_all()
        leads.mapped("stage_id.name")
        before = self.env.cr.sql_log_count
        needed = leads._gate_needed(
            {lead.id: (lead.team_id.id, lead.stage_id.id) for lead in leads}
        )
        leads._gate_check_process({})
        self.assertFalse(needed)
        self.assertTrue(stage)
        return self.env.cr.sql_log_count - before

    @warmup
    def test_teams_without_process_pay_nothing(self):
        """What the guards add to moving leads of ordinary teams: no query at all."""
        leads = self._plain(30)
        self._move_cost(leads)
        self.assertEqual(self._move_cost(leads), 0)

    def test_moving_many_costs_as_many_queries_as_moving_few(self):
        now = fields.Datetime.now()
        for lead in self.leads:
            lead.need_reason = "known"
        self.leads.stage_id.criterion_ids.filtered(lambda c: c.kind != "field").active = False
        few, many = self.leads[:10], self.leads[10:50]
        needed = self._gate_cost(few)
        self.assertEqual(needed, self._gate_cost(many))
        self.assertTrue(now - timedelta(days=1))

    def _gate_cost(self, leads):
        return self._count(lambda: leads._gate_find_missing(leads._gate_current()))
