from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import Form, tagged

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestOwnDecision(DevelopmentCommon):
    """Who may decide alone stops and restores prospects of a process with a reason, and only so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.price = cls.env.ref("customer_dev.lost_reason_price")

    def _lost(self, **values):
        lead = self._lead(self.two, **values).with_user(self.head)
        lead.action_set_lost(lost_reason_id=self.price.id)
        return lead

    def _bodies(self, lead):
        return "".join(lead.message_ids.mapped("body"))

    def _wizard(self, action):
        return Form(
            self.env[action["res_model"]].with_user(self.head).with_context(**action["context"])
        )

    # === RESTORE ===

    def test_head_restores_with_a_reason_that_stays(self):
        lead = self._lost()
        self.assertTrue(lead.action_restore_development("They <b>paid</b>"))
        self.assertEqual((lead.active, lead.won_status, lead.stage_id), (True, "pending", self.two))
        self.assertFalse(lead.lost_reason_id)
        self.assertIn("They &lt;b&gt;paid&lt;/b&gt;", self._bodies(lead))

    def test_restoring_without_a_reason_is_refused(self):
        lead = self._lost()
        for reason in ("", "  ", False):
            with self.assertRaises(UserError):
                lead.action_restore_development(reason)
        for call in (lead.action_unarchive, lambda: lead.write({"active": True})):
            with self.assertRaises(RedirectWarning):
                call()
        with self.assertRaises(RedirectWarning):
            lead.with_context(gate_pass=True).write({"active": True, "probability": 10})
        self.assertFalse(lead.active)

    def test_restore_button_asks_for_the_reason(self):
        lead = self._lost()
        action = lead.action_restore()
        self.assertFalse(lead.active)
        with self._wizard(action) as form:
            form.reason = "New owner"
        form.save().action_apply()
        self.assertTrue(lead.active)
        self.assertIn("New owner", self._bodies(lead))

    def test_rep_cannot_restore_with_a_reason_either(self):
        lead = self._lost().with_user(self.rep)
        for call in (
            lead.action_restore,
            lead.action_unarchive,
            lambda: lead.action_restore_development("Because I want to"),
        ):
            with self.assertRaises(UserError) as caught:
                call()
            self.assertNotIsInstance(caught.exception, RedirectWarning)
        self.assertFalse(lead.active)

    def test_bin_restores_plain_ones_and_asks_for_the_others(self):
        own = {"team_id": self.plain_team.id, "stage_id": False, "user_id": self.head.id}
        plain = self._lead(**own)
        plain.action_archive()
        guarded = self._lost() | self._lost(name="Second")
        action = (plain | guarded).with_user(self.head).action_restore_prospects()
        self.assertEqual(plain.mapped("active") + guarded.mapped("active"), [True, False, False])
        with self._wizard(action) as form:
            form.reason = "All of them"
        form.save().action_apply()
        self.assertEqual(guarded.mapped("active"), [True, True])

    # === STOP ===

    def test_head_stops_with_a_reason_only(self):
        lead = self._lead().with_user(self.head)
        for call in (lead.action_set_lost, lead.action_archive, lambda: lead.write({"active": 0})):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                call()
        self.assertTrue(lead.active)
        lead.action_set_lost(lost_reason_id=self.price.id)
        self.assertEqual((lead.won_status, lead.lost_reason_id), ("lost", self.price))

    def test_the_dialog_of_the_host_serves_the_head(self):
        lead = self._lead().with_user(self.head)
        wizards = (
            self.env["crm.lead.lost"]
            .with_user(self.head)
            .with_context(default_lead_ids=[(6, 0, lead.ids)])
        )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizards.create({}).action_lost_reason_apply()
        wizards.create({"lost_reason_id": self.price.id}).action_lost_reason_apply()
        self.assertEqual(lead.won_status, "lost")

    def test_won_prospects_are_put_away_without_a_reason(self):
        lead = self._lead(self.won).with_user(self.head)
        lead.action_archive()
        lead.action_unarchive()
        self.assertTrue(lead.active)

    # === THE HOST'S WAY ELSEWHERE ===

    def test_plain_leads_and_teams_keep_the_way_of_the_host(self):
        for values in ({"type": "lead"}, {"team_id": self.plain_team.id, "stage_id": False}):
            lead = self._lead(**values).with_user(self.rep)
            self.assertFalse(lead.stop_needs_approval)
            lead.action_set_lost()
            self.assertFalse(lead.action_restore())
            self.assertEqual((lead.active, lead.won_status), (True, "pending"))
            lead.action_archive()
            lead.action_unarchive()
            self.assertTrue(lead.active)

    def test_salesperson_does_not_turn_a_prospect_into_a_lead_to_lose_it(self):
        lead = self._lead(self.two).with_user(self.rep)
        for values in ({"type": "lead"}, {"type": "lead", "active": False}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                lead.write(values)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._lead().with_user(self.rep).write({"type": "lead", "active": False})
        lead.with_user(self.head).write({"type": "lead"})
        self.assertEqual(lead.type, "lead")
