from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestHandOn(DevelopmentCommon):
    """Prospects go to a colleague: one by one by area, or many together."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.province = cls.env.ref("base.state_cn_ZJ")
        cls.env["crm.team.member"].search(
            [("user_id", "=", cls.other_rep.id), ("crm_team_id", "=", cls.team.id)]
        ).area_state_ids = cls.province

    # === AREA ===

    def test_inquiry_from_another_area_names_whose_it_is(self):
        lead = self._lead(state_id=self.province.id).with_user(self.rep)
        self.assertEqual(lead.area_user_id, self.other_rep)

    def test_own_area_and_unknown_place_say_nothing(self):
        self.assertFalse(self._lead().area_user_id)
        own = self._lead(state_id=self.province.id, user_id=self.other_rep.id)
        self.assertFalse(own.area_user_id)

    def test_handed_to_the_area_with_a_trace(self):
        lead = self._lead(state_id=self.province.id)
        lead.with_user(self.rep).action_hand_to_area()
        self.assertEqual((lead.user_id, lead.team_id), (self.other_rep, self.team))
        self.assertIn("dev_other", lead.message_ids[0].body)

    def test_nobody_hands_on_what_others_own(self):
        lead = self._lead(state_id=self.province.id, user_id=self.head.id)
        with self.assertRaises(AccessError):
            lead.with_user(self.director).action_hand_to_area()

    def test_without_another_area_there_is_nothing_to_hand_on(self):
        with self.assertRaises(UserError):
            self._lead().with_user(self.rep).action_hand_to_area()

    # === MANY TOGETHER ===

    def _transfer(self, leads, user, **values):
        wizard = (
            self.env["crm.lead.transfer"]
            .with_user(user)
            .with_context(active_model="crm.lead", active_ids=leads.ids)
            .create({"note": "New areas", **values})
        )
        self.assertEqual(wizard.lead_count, len(leads))
        return wizard.action_apply()

    def test_head_hands_many_to_another(self):
        leads = self._lead() | self._lead()
        self._transfer(leads, self.head, user_id=self.other_rep.id)
        self.assertEqual(leads.user_id, self.other_rep)
        self.assertEqual(leads.team_id, self.team)
        self.assertTrue(all("New areas" in lead.message_ids[0].body for lead in leads))

    def test_many_go_to_the_pool(self):
        leads = self._lead() | self._lead()
        self._transfer(leads, self.head, target="pool")
        self.assertFalse(leads.user_id)
        self.assertTrue(all(leads.mapped("pool_date")))

    def test_salesperson_hands_on_his_own_only(self):
        own, pooled = self._lead(), self._lead(user_id=False)
        self._transfer(own, self.rep, user_id=self.other_rep.id)
        self.assertEqual(own.user_id, self.other_rep)
        with self.assertRaises(AccessError):
            self._transfer(pooled, self.rep, user_id=self.other_rep.id)

    def test_reason_and_new_owner_are_needed(self):
        lead = self._lead()
        with self.assertRaises(UserError):
            self._transfer(lead, self.head, user_id=self.other_rep.id, note=" ")
        with self.assertRaises(UserError):
            self._transfer(lead, self.head)
