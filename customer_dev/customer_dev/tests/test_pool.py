from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestPool(DevelopmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write({"pool_days": 30, "pool_warn_days": 5, "pool_pick_limit": 2})

    def _idle(self, days, **values):
        lead = self._lead(**values)
        self.env.flush_all()
        then = fields.Datetime.now() - timedelta(days=days)
        self.env.cr.execute(
            SQL(
                "UPDATE crm_lead SET create_date = %(then)s, date_open = %(then)s,"
                " date_last_stage_update = %(then)s WHERE id = %(id)s",
                then=then,
                id=lead.id,
            )
        )
        lead.invalidate_recordset()
        return lead

    def _run(self):
        # no commit inside a test
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1):
            self.env["crm.lead"]._cron_return_to_pool()

    def test_without_progress_it_goes_back(self):
        lead = self._idle(31)
        self._run()
        self.assertFalse(lead.user_id)
        self.assertTrue(lead.pool_date)
        self.assertEqual(lead.pool_user_id, self.rep)
        self.assertEqual(lead.team_id, self.team)

    def test_warning_before_and_only_once(self):
        lead = self._idle(27)
        self._run()
        self._run()
        self.assertEqual(lead.user_id, self.rep)
        warnings = lead.activity_search(["customer_dev.mail_activity_pool_warning"])
        self.assertEqual(len(warnings), 1)
        self.assertEqual(warnings.user_id, self.rep)

    def test_progress_keeps_it(self):
        talked, met = self._idle(40), self._idle(40)
        talked.with_user(self.rep).message_post(body="called", message_type="comment")
        now = fields.Datetime.now()
        self.env["calendar.event"].create(
            {
                "name": "Visit",
                "opportunity_id": met.id,
                "start": now - timedelta(days=2),
                "stop": now - timedelta(days=1),
            }
        )
        self._run()
        self.assertEqual(talked.user_id | met.user_id, self.rep)

    def test_won_prospects_and_other_teams_stay(self):
        won = self._idle(99, stage_id=self.won.id)
        plain = self._idle(99, team_id=self.plain_team.id, stage_id=False)
        self._run()
        self.assertTrue(won.user_id and plain.user_id)

    def test_pick(self):
        lead = self._lead(user_id=False)
        lead.with_user(self.rep).action_pick_from_pool()
        self.assertEqual((lead.user_id, lead.team_id), (self.rep, self.team))

    def test_second_one_is_told_who_won(self):
        lead = self._lead(user_id=False)
        theirs = lead.with_user(self.other_rep)
        lead.with_user(self.rep).action_pick_from_pool()
        with self.assertRaises(UserError):
            theirs.with_user(self.director).action_pick_from_pool()

    def _pooled(self, former=None):
        lead = self._lead(user_id=(former or self.other_rep).id)
        lead.with_user(former or self.other_rep).action_release_to_pool("no time")
        return lead

    def test_daily_limit_holds_by_any_way(self):
        leads = [self._pooled() for _index in range(3)]
        leads[0].with_user(self.rep).action_pick_from_pool()
        leads[1].with_user(self.rep).user_id = self.rep
        with self.assertRaisesRegex(UserError, "2 prospects"):
            leads[2].with_user(self.rep).action_pick_from_pool()
        with self.assertRaisesRegex(UserError, "2 prospects"):
            leads[2].with_user(self.rep).write({"user_id": self.rep.id})

    def test_prospects_that_never_had_an_owner_count_too(self):
        leads = [self._lead(user_id=False) for _index in range(3)]
        for lead in leads[:2]:
            lead.with_user(self.rep).action_pick_from_pool()
        with self.assertRaisesRegex(UserError, "2 prospects"):
            leads[2].with_user(self.rep).user_id = self.rep

    def test_late_comer_is_told_the_new_owner_and_nothing_of_others(self):
        lead = self._lead(user_id=False)
        lead.with_user(self.other_rep).action_pick_from_pool()
        with self.assertRaisesRegex(UserError, "taken by dev_other"):
            lead.with_user(self.rep).action_pick_from_pool()
        with self.assertRaises(AccessError):
            self._lead(user_id=self.other_rep.id).with_user(self.rep).action_pick_from_pool()

    def test_former_owner_waits(self):
        lead = self._pooled(self.rep)
        with self.assertRaisesRegex(UserError, "before"):
            lead.with_user(self.rep).action_pick_from_pool()
        lead.pool_date = fields.Datetime.now() - timedelta(days=self.team.pool_cooldown_days + 1)
        lead.with_user(self.rep).action_pick_from_pool()
        self.assertEqual(lead.user_id, self.rep)

    def test_head_hands_out_freely(self):
        lead = self._pooled(self.rep)
        lead.with_user(self.head).user_id = self.rep
        self.assertFalse(lead.pool_date)

    def test_pool_records_cannot_be_forged(self):
        lead = self._pooled(self.rep).with_user(self.rep)
        with self.assertRaises(AccessError):
            lead.write({"pool_user_id": False})
        with self.assertRaises(AccessError):
            lead.create({"name": "x", "pool_date": "2020-01-01 00:00:00"})
        with self.assertRaises(AccessError):
            self.env["crm.pool.log"].with_user(self.rep).search([]).unlink()

    def test_nobody_releases_what_others_own(self):
        lead = self._lead(user_id=self.other_rep.id)
        with self.assertRaises(AccessError):
            lead.with_user(self.director).action_release_to_pool()
        lead.with_user(self.head).action_release_to_pool("new plan")
        self.assertFalse(lead.user_id)

    # === ALREADY OWNED BY ===

    def test_ownership_tells_only_the_owner(self):
        self._lead(partner_name="苏州恒川有限公司", user_id=self.other_rep.id)
        answer = self.env["crm.lead"].with_user(self.rep).check_ownership("苏州恒川")
        self.assertEqual(answer, {"owned": True, "owner": "dev_other"})
        answer = self.env["crm.lead"].with_user(self.rep).check_ownership("苏州")
        self.assertEqual(answer, {"owned": False, "owner": ""})

    def test_ownership_warns_on_the_form(self):
        self._lead(partner_name="Acme Ltd", user_id=self.other_rep.id, name="Secret project")
        lead = self._lead(partner_name="ACME").with_user(self.rep)
        self.assertIn("dev_other", lead.ownership_warning)
        self.assertNotIn("Secret", lead.ownership_warning)

    def test_ownership_is_refused_where_the_company_says_so(self):
        self.env.company.owned_prospect_policy = "refuse"
        self._lead(partner_name="Acme Ltd", user_id=self.other_rep.id)
        with self.assertRaises(UserError):
            self._lead(partner_name="acme")
        self.assertTrue(self._lead(partner_name="acme", user_id=self.other_rep.id))
