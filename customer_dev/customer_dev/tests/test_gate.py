from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import tagged

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestGate(DevelopmentCommon):
    """The gate holds on every way of moving a prospect."""

    def _as_rep(self, lead):
        return lead.with_user(self.rep)

    def test_write_is_refused_and_names_what_is_missing(self):
        lead = self._as_rep(self._lead())
        with self.assertRaisesRegex(UserError, "Reason known"):
            lead.write({"stage_id": self.two.id})

    def test_filling_and_moving_in_one_save_passes(self):
        lead = self._as_rep(self._lead())
        lead.write({"stage_id": self.two.id, "need_reason": "Supplier is late"})
        self.assertEqual(lead.stage_id, self.two)

    def test_emptying_and_moving_in_one_save_is_refused(self):
        lead = self._as_rep(self._lead(need_reason="Supplier is late"))
        with self.assertRaises(UserError):
            lead.write({"stage_id": self.two.id, "need_reason": False})

    def test_won_button(self):
        lead = self._as_rep(self._lead())
        with self.assertRaises(UserError):
            lead.action_set_won()
        lead.need_reason = "Supplier is late"
        lead.action_set_won()
        self.assertEqual(lead.stage_id, self.won)

    def test_skipping_a_stage_needs_the_criteria_of_both(self):
        self._criterion(
            self.two, kind="field", field_id=self._field("barriers").id, name="Barriers"
        )
        lead = self._as_rep(self._lead(need_reason="x"))
        with self.assertRaisesRegex(UserError, "Barriers"):
            lead.stage_id = self.three

    def test_going_back_is_free(self):
        lead = self._as_rep(self._lead(self.three))
        lead.stage_id = self.one
        self.assertEqual(lead.stage_id, self.one)

    def test_creation_in_a_later_stage(self):
        values = {
            "name": "New",
            "type": "opportunity",
            "team_id": self.team.id,
            "stage_id": self.won.id,
            "user_id": self.rep.id,
        }
        leads = self.env["crm.lead"].with_user(self.rep)
        with self.assertRaises(UserError):
            leads.create(values)
        self.assertTrue(leads.create({**values, "need_reason": "x"}))

    def test_import_tells_the_bad_row(self):
        leads = self.env["crm.lead"].with_user(self.rep)
        result = leads.load(
            ["name", "type", "team_id/.id", "stage_id/.id", "need_reason"],
            [
                ["Good", "opportunity", self.team.id, self.two.id, "known"],
                ["Bad", "opportunity", self.team.id, self.two.id, ""],
            ],
        )
        self.assertFalse(result["ids"])
        self.assertEqual([m["rows"]["from"] for m in result["messages"]], [1])
        self.assertIn("Reason known", result["messages"][0]["message"])

    def _rows(self, *names):
        """Rows to import; a name that begins with Bad has no reason."""
        return [
            [
                name,
                "opportunity",
                str(self.team.id),
                str(self.two.id),
                "" if name.startswith("Bad") else "known",
            ]
            for name in names
        ]

    def test_import_prospects_all_or_none(self):
        leads = self.env["crm.lead"].with_user(self.rep)
        columns = ["name", "type", "team_id/.id", "stage_id/.id", "need_reason"]
        rows = self._rows("Fine 1", "Bad 1", "Fine 2", "Bad 2")
        result = leads.import_prospects(columns, rows)
        self.assertEqual(result["ids"], [])
        self.assertEqual([error["row"] for error in result["errors"]], [1, 3])
        self.assertFalse(leads.search_count([("name", "=like", "Fine _")]))

    def test_import_prospects_keeps_the_good_rows(self):
        leads = self.env["crm.lead"].with_user(self.rep)
        columns = ["name", "type", "team_id/.id", "stage_id/.id", "need_reason"]
        names = [f"Bad {i}" if i % 7 == 3 else f"Fine {i}" for i in range(40)]
        result = leads.import_prospects(columns, self._rows(*names), keep_good=True)
        bad = [i for i in range(40) if i % 7 == 3]
        self.assertEqual([error["row"] for error in result["errors"]], bad)
        self.assertEqual(len(result["ids"]), 40 - len(bad))
        self.assertIn("Reason known", result["errors"][0]["message"])

    def test_team_change_to_a_later_stage(self):
        lead = self._lead(team_id=self.plain_team.id, stage_id=False)
        with self.assertRaises(UserError):
            self._as_rep(lead).write({"team_id": self.team.id, "stage_id": self.three.id})

    def test_team_change_starts_in_the_first_stage(self):
        shared = self.env["crm.stage"].create({"name": "Shared", "sequence": 900})
        lead = self._as_rep(self._lead(team_id=self.plain_team.id, stage_id=shared.id))
        lead.team_id = self.team
        self.assertEqual(lead.stage_id, self.one)

    def test_rep_cannot_take_a_prospect_out_of_its_process(self):
        lead = self._lead(self.two)
        with self.assertRaises(UserError):
            self._as_rep(lead).team_id = self.plain_team
        lead.with_user(self.manager).team_id = self.plain_team
        self.assertFalse(lead.stage_id.team_ids)

    def test_shared_stage_is_not_part_of_the_process(self):
        shared = self.env["crm.stage"].create({"name": "Shared", "sequence": 600})
        with self.assertRaisesRegex(UserError, "not a stage of the process"):
            self._as_rep(self._lead()).stage_id = shared

    def test_lead_type_does_not_open_a_back_door(self):
        lead = self._lead(type="lead")
        with self.assertRaises(UserError):
            self._as_rep(lead).write({"stage_id": self.three.id, "type": "opportunity"})

    def test_merge_keeps_what_was_earned_and_the_rows(self):
        ahead = self._lead(self.two, need_reason="x", name="Ahead")
        behind = self._lead(name="Behind")
        person = self.env["res.partner"].create({"name": "Mr Wang"})
        behind.stakeholder_ids = [(0, 0, {"partner_id": person.id})]
        merged = (ahead | behind).with_user(self.manager).merge_opportunity()
        self.assertEqual(merged.stage_id, self.two)
        self.assertEqual(merged.stakeholder_ids.partner_id, person)

    def test_merge_keeps_the_facts_of_both(self):
        head = self._lead(self.two, name="Head", need_reason="Late", need_strength="strong")
        other = self._lead(
            name="Other", need_reason="Dear", need_strength="weak", payment_cycle_days=60
        )
        rivals = self.env["res.partner"].create([{"name": "Rival A"}, {"name": "Rival B"}])
        head.competitor_ids, other.competitor_ids = rivals
        merged = (head | other).with_user(self.manager).merge_opportunity()
        self.assertEqual(merged.need_reason, "Late\n\nDear")
        self.assertEqual(merged.competitor_ids, rivals)
        self.assertEqual((merged.need_strength, merged.payment_cycle_days), ("strong", 60))

    def test_merge_into_another_process_starts_at_its_beginning(self):
        leads = self._lead(team_id=self.plain_team.id, stage_id=False) | self._lead(
            team_id=self.plain_team.id, stage_id=False
        )
        merged = leads.with_user(self.manager).merge_opportunity(team_id=self.team.id)
        self.assertEqual(merged.stage_id, self.one)

    def test_advice_lets_pass_and_leaves_a_note(self):
        self.team.gate_mode = "advise"
        lead = self._as_rep(self._lead())
        lead.stage_id = self.two
        self.assertIn("Reason known", lead.message_ids[0].body)

    def test_forged_context_does_not_help(self):
        lead = self._as_rep(self._lead())
        for value in (True, "GatePass", "<class 'GatePass'>"):
            with self.assertRaises(UserError):
                lead.with_context(gate_pass=value).stage_id = self.two

    def test_sudo_does_not_help_either(self):
        # the superuser could override, but has to do so with a reason
        with self.assertRaises(RedirectWarning):
            self._lead().sudo().stage_id = self.two

    def test_archived_stage_lets_its_prospects_go_on(self):
        lead = self._as_rep(self._lead())
        self.one.active = False
        self.assertEqual(lead.gate_missing_count, 0)
        lead.stage_id = self.two
        self.assertEqual(lead.stage_id, self.two)

    # === OVERRIDE ===

    def test_head_is_offered_to_override(self):
        lead = self._lead().with_user(self.head)
        with self.assertRaises(RedirectWarning):
            lead.stage_id = self.two

    def test_override_leaves_its_reason(self):
        lead = self._lead().with_user(self.head)
        lead.action_override_gate(self.two.id, "Agreed with the board")
        self.assertEqual(lead.stage_id, self.two)
        self.assertIn("Agreed with the board", lead.message_ids[:1].body)
        self.assertIn("Reason known", lead.message_ids[:1].body)

    def test_rep_cannot_override(self):
        with self.assertRaises(AccessError):
            self._as_rep(self._lead()).action_override_gate(self.two.id, "please")

    def test_override_needs_a_reason(self):
        with self.assertRaises(UserError):
            self._lead().with_user(self.head).action_override_gate(self.two.id, "  ")

    def test_override_stays_inside_the_process(self):
        shared = self.env["crm.stage"].create({"name": "Shared", "sequence": 600})
        with self.assertRaises(UserError):
            self._lead().with_user(self.head).action_override_gate(shared.id, "why not")

    # === WHAT IS SHOWN ===

    def test_get_gate_missing(self):
        lead = self._as_rep(self._lead())
        expected = {"criterion_id": self.criterion.id, "name": "Reason known", "kind": "field"}
        self.assertEqual(lead.get_gate_missing(), [expected])
        lead.need_reason = "x"
        self.assertEqual(lead.get_gate_missing(), [])

    def test_get_gate_missing_checks_access(self):
        with self.assertRaises(AccessError):
            self._lead().with_user(self.other_rep).get_gate_missing()

    def test_panel_items(self):
        self._criterion(self.one, kind="manual", name="Talked", required=False)
        items = self._as_rep(self._lead(need_reason="x")).gate_items
        self.assertEqual(
            [(i["name"], i["met"], i["required"]) for i in items],
            [("Reason known", True, True), ("Talked", False, False)],
        )
        self.assertEqual(items[0]["page"], "development_need")

    def test_teams_without_process_are_as_before(self):
        leads = self.env["crm.lead"].with_user(self.rep)
        lead = leads.create({"name": "Plain", "team_id": self.plain_team.id})
        lead.action_set_won()
        self.assertEqual(lead.won_status, "won")

    def test_kanban_columns_without_shared_ones(self):
        leads = self.env["crm.lead"].with_context(default_team_id=self.team.id)
        columns = leads._read_group_stage_ids(self.env["crm.stage"], [])
        self.assertEqual(columns, self.stages)
