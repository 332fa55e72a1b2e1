from datetime import timedelta
from xmlrpc.client import Fault

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import DevelopmentCommon
from .gate_ways import GateWays

#: kind of criterion -> values of a criterion of this kind
KINDS = {
    "field": {"field": "need_products"},
    "domain": {"domain": "[('expected_revenue', '>', 5)]"},
    "manual": {"evidence": "note"},
    "document": {},
    "stakeholder": {"role": "champion", "relation": "4"},
    "visit": {},
    "approval": {},
}

#: kinds that a new prospect can bring along, with what it brings
BROUGHT_ALONG = ("field", "domain", "manual", "document", "stakeholder")

#: ways that bring a prospect into the process, at its beginning
ARRIVALS = ("merge", "convert")


@tagged("post_install", "-at_install")
class TestGateMatrix(GateWays, DevelopmentCommon, HttpCase):
    """Each kind of criterion by each way into a stage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.criterion.active = False
        cls.person = cls.env["res.partner"].create({"name": "Ms Li"})

    def _make_criterion(self, kind):
        values = dict(KINDS[kind])
        if name := values.pop("field", None):
            values["field_id"] = self._field(name).id
        return self._criterion(self.one, kind=kind, name=f"Criterion {kind}", **values)

    # === WHAT MEETS EACH KIND ===

    def _met_values(self, kind, criterion):
        """Values that meet a criterion, as a form or a program would send them."""
        check = {"criterion_id": criterion.id, "state": "done", "note": "Seen"}
        files = self.env["ir.attachment"].with_user(self.rep)
        file = files.create({"name": "contract.pdf", "raw": b"1"})
        person = {"partner_id": self.person.id, "role": "champion", "relation": "4"}
        return {
            "field": {"need_products": "Valves"},
            "domain": {"expected_revenue": 6},
            "manual": {"check_ids": [(0, 0, check)]},
            "document": {"check_ids": [(0, 0, {**check, "attachment_ids": [(6, 0, file.ids)]})]},
            "stakeholder": {"stakeholder_ids": [(0, 0, person)]},
        }[kind]

    def _meet(self, lead, kind, criterion):
        if kind in BROUGHT_ALONG:
            lead.write(self._met_values(kind, criterion))
        elif kind == "visit":
            now = fields.Datetime.now()
            self.env["calendar.event"].create(
                {
                    "name": "Visit",
                    "opportunity_id": lead.id,
                    "start": now - timedelta(days=1),
                    "stop": now - timedelta(hours=23),
                }
            )
        else:
            request = self.env["crm.development.request"].create({"lead_id": lead.id})
            request._engine_write({"state": "approved"})

    # === WAYS ===

    def _way_remote(self, lead):
        self.env.flush_all()
        try:
            self.xmlrpc_object.execute_kw(
                self.env.cr.dbname,
                self.rep.id,
                self.rep.login.ljust(8, "x"),
                "crm.lead",
                "write",
                [lead.ids, {"stage_id": self.two.id}],
            )
        except Fault as fault:
            raise UserError(fault.faultString) from fault
        self.env.invalidate_all()

    def _arrive_merge(self):
        leads = self._lead(team_id=self.plain_team.id, stage_id=False) | self._lead(
            team_id=self.plain_team.id, stage_id=False, name="Twin"
        )
        leads.stage_id = self.env["crm.stage"].create({"name": "Late", "sequence": 999})
        return leads.with_user(self.manager).merge_opportunity(team_id=self.team.id)

    def _arrive_convert(self):
        lead = self._lead(type="lead", team_id=self.plain_team.id, stage_id=False)
        wizard = (
            self.env["crm.lead2opportunity.partner"]
            .with_user(self.manager)
            .with_context(active_model="crm.lead", active_id=lead.id, active_ids=lead.ids)
            .create({"name": "convert", "team_id": self.team.id})
        )
        wizard.action_apply()
        return lead

    # === THE MATRIX ===

    @mute_logger("odoo.addons.rpc.controllers.xmlrpc", "odoo.http", "odoo.models.unlink")
    def _each_kind(self, check, kinds=tuple(KINDS)):
        for kind in kinds:
            criterion = self._make_criterion(kind)
            check(kind, criterion)
            criterion.active = False

    def _check_move(self, kind, criterion, way):
        with self.subTest(kind=kind, way=way):
            lead = self._lead().with_user(self.rep)
            move = getattr(self, f"_way_{way}")
            with self.assertRaisesRegex(UserError, criterion.name), self.env.cr.savepoint():
                move(lead)
            self.env.invalidate_all()
            self.assertEqual(lead.stage_id, self.one)
            self._meet(lead, kind, criterion)
            move(lead)
            self.assertEqual(lead.stage_id, self.won if way == "won" else self.two)

    def _test_move(self, way):
        self._each_kind(lambda kind, criterion: self._check_move(kind, criterion, way))

    def test_drag_and_drop(self):
        self._test_move("drag_and_drop")

    def test_saving_the_form(self):
        self._test_move("save")

    def test_importing(self):
        self._test_move("importing")

    def test_remote_call(self):
        self._test_move("remote")

    def test_won_button(self):
        self._test_move("won")

    def test_losing_and_restoring(self):
        self._test_move("restore_and_move")

    def test_restoring_straight_into_the_stage(self):
        self._test_move("restore_into_it")

    def test_team_change(self):
        self._each_kind(self._check_team_change)

    def _check_team_change(self, kind, criterion):
        with self.subTest(kind=kind):
            outside = self._lead(team_id=self.plain_team.id, stage_id=False)
            lead = outside.with_user(self.rep)
            values = {"team_id": self.team.id, "stage_id": self.two.id}
            with self.assertRaisesRegex(UserError, criterion.name), self.env.cr.savepoint():
                lead.write(values)
            self.env.invalidate_all()
            self._meet(lead, kind, criterion)
            lead.write(values)
            self.assertEqual((lead.team_id, lead.stage_id), (self.team, self.two))

    def test_creation_in_a_later_stage(self):
        self._each_kind(self._check_creation)

    def _check_creation(self, kind, criterion):
        with self.subTest(kind=kind):
            leads = self.env["crm.lead"].with_user(self.rep)
            values = self._refused_prospect_values()
            with self.assertRaisesRegex(UserError, criterion.name), self.env.cr.savepoint():
                leads.create(values)
            if kind in BROUGHT_ALONG:
                met = self._met_values(kind, criterion)
                self.assertEqual(leads.create({**values, **met}).stage_id, self.two)
            with self.assertRaisesRegex(UserError, criterion.name), self.env.cr.savepoint():
                leads.with_context(default_stage_id=self.two.id).create(
                    {name: value for name, value in values.items() if name != "stage_id"}
                )
            lead = self._lead().with_user(self.rep)
            with self.assertRaisesRegex(UserError, criterion.name), self.env.cr.savepoint():
                lead.copy({"stage_id": self.two.id})

    def test_filling_and_moving_in_one_save(self):
        self._each_kind(self._check_one_save, BROUGHT_ALONG)

    def _check_one_save(self, kind, criterion):
        with self.subTest(kind=kind):
            lead = self._lead().with_user(self.rep)
            lead.write({"stage_id": self.two.id, **self._met_values(kind, criterion)})
            self.assertEqual(lead.stage_id, self.two)

    def test_merge_and_conversion_begin_at_the_beginning(self):
        self._each_kind(self._check_arrivals)

    def _check_arrivals(self, kind, _criterion):
        for way in ARRIVALS:
            with self.subTest(kind=kind, way=way):
                lead = getattr(self, f"_arrive_{way}")()
                self.assertEqual((lead.team_id, lead.stage_id), (self.team, self.one))

    def test_merging_two_of_the_process_keeps_what_was_earned(self):
        self._each_kind(self._check_merge_inside)

    def _check_merge_inside(self, kind, criterion):
        with self.subTest(kind=kind):
            ahead, behind = self._lead(self.two, name="Ahead"), self._lead(name="Behind")
            merged = (ahead | behind).with_user(self.manager).merge_opportunity()
            self.assertEqual(merged.stage_id, self.two)
            # what the other one brings along counts from then on
            merged.with_user(self.rep).stage_id = self.one
            self.assertEqual(
                [row["criterion_id"] for row in merged.get_gate_missing()], criterion.ids
            )

    def test_what_the_merged_one_knew_counts(self):
        self._each_kind(self._check_merge_brings)

    def _check_merge_brings(self, kind, criterion):
        with self.subTest(kind=kind):
            head, other = self._lead(priority="3", name="Head"), self._lead(name="Other")
            self._meet(other.with_user(self.rep), kind, criterion)
            merged = (head | other).with_user(self.manager).merge_opportunity()
            self.assertEqual(merged, head)
            merged.with_user(self.rep).stage_id = self.two
            self.assertEqual(merged.stage_id, self.two)

    def test_merging_those_who_know_nothing_opens_nothing(self):
        self._each_kind(self._check_merge_opens_nothing)

    def _check_merge_opens_nothing(self, kind, criterion):
        with self.subTest(kind=kind):
            leads = self._lead(name="Head") | self._lead(name="Other")
            merged = leads.with_user(self.manager).merge_opportunity().with_user(self.rep)
            with self.assertRaisesRegex(UserError, criterion.name), self.env.cr.savepoint():
                merged.stage_id = self.two
