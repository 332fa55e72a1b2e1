from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

from ..tools import period, pinyin
from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestWorkbenchTools(BaseCase):
    """Periods and initials, without a database."""

    @given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(sorted(period.LENGTHS)))
    def test_every_day_lies_in_its_period(self, day, name):
        before, begin, end = period.bounds(name, day)
        self.assertTrue(before < begin <= day < end)
        self.assertEqual(period.bounds(name, begin)[1], begin)
        self.assertEqual(period.bounds(name, begin - timedelta(days=1))[1], before)

    def test_initials_of_names(self):
        for name, letters in {
            "苏州恒川机电设备有限公司": "SZHCJDSBYXGS",
            "鑫淼化工": "XMHG",
            "重庆水泵": "CQSB",
            "曾志伟": "ZZW",
            "ABB China": "ABBCHINA",
            "3M 中国": "3MZG",
            "(无名)": "WM",
            "": "",
        }.items():
            self.assertEqual(pinyin.initials(name), letters, name)

    @given(st.text(max_size=60))
    def test_any_name_has_initials(self, name):
        letters = pinyin.initials(name)
        self.assertLessEqual(len(letters), 32)
        self.assertTrue(all("A" <= c <= "Z" or c.isdigit() for c in letters))


@tagged("post_install", "-at_install")
class TestWorkbench(DevelopmentCommon):
    """Counts of a period with their records, the recycle bin, contacts by initial."""

    def _tiles(self, user=None, key="tiles", **values):
        told = self.env["crm.lead"].with_user(user or self.rep).get_workbench(**values)
        return {tile["key"]: tile for tile in told[key]}

    def test_counts_of_the_month_open_their_records(self):
        lead = self._lead(expected_revenue=500)
        self._lead(user_id=self.other_rep.id)
        tile = self._tiles()["new_deals"]
        self.assertEqual((tile["count"], tile["amount"], tile["before"]), (1, 500, 0))
        found = self.env[tile["model"]].with_user(self.rep).search(tile["domain"])
        self.assertEqual(found, lead)

    def test_won_prospects_are_new_customers_and_contracts(self):
        lead = self._lead(self.won, first_amount=70)
        today = fields.Date.context_today(lead)
        lead.write({"contract_kind": "first", "contract_start": today})
        tiles = self._tiles(period="day")
        self.assertEqual(tiles["new_customers"]["count"], 1)
        self.assertEqual(tiles["new_contracts"]["amount"], 70)

    def test_the_period_before_is_compared(self):
        lead = self._lead()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = create_date - interval '1 day' WHERE id = %s",
            [lead.id],
        )
        tile = self._tiles(period="day")["new_deals"]
        self.assertEqual((tile["count"], tile["before"]), (0, 1))

    def test_finished_activities_are_follow_ups(self):
        lead = self._lead()
        activity = lead.activity_schedule("mail.mail_activity_data_call", user_id=self.rep.id)
        self.assertEqual(self._tiles()["follow_ups"]["count"], 0)
        activity.with_user(self.rep).action_feedback("Called")
        self.assertEqual(self._tiles()["follow_ups"]["count"], 1)

    def test_scopes_end_at_the_rights(self):
        self._lead()
        self._lead(user_id=self.other_rep.id)
        counts = {
            (user.login, scope): self._tiles(user, scope=scope)["new_deals"]["count"]
            for user, scope in (
                (self.rep, "all"),
                (self.rep, "team"),
                (self.head, "mine"),
                (self.head, "team"),
            )
        }
        self.assertEqual(list(counts.values()), [1, 1, 0, 2])

    def test_what_waits(self):
        lead = self._lead()
        self.assertEqual(self._tiles(key="todo")["without_next"]["count"], 1)
        past = fields.Date.subtract(fields.Date.today(), days=3)
        lead.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.rep.id, date_deadline=past
        )
        todo = self._tiles(key="todo")
        self.assertEqual((todo["without_next"]["count"], todo["late"]["count"]), (0, 1))

    def test_unknown_period_is_the_month(self):
        told = self.env["crm.lead"].with_user(self.rep).get_workbench("century", "mine")
        self.assertTrue(told["date_from"].endswith("-01"))

    # === RECYCLE BIN ===

    def test_restored_from_the_bin(self):
        plain = self._lead(team_id=self.plain_team.id, stage_id=False)
        plain.with_user(self.rep).action_archive()
        guarded = self._lead()
        reason = self.env.ref("customer_dev.lost_reason_price")
        guarded.with_user(self.head).action_set_lost(lost_reason_id=reason.id)
        plain.with_user(self.rep).action_restore_prospects()
        self.assertTrue(plain.active)
        with self.assertRaises(UserError):
            guarded.with_user(self.rep).action_restore_prospects()
        guarded.with_user(self.head).action_restore_development("They asked again")
        self.assertEqual((guarded.active, guarded.won_status), (True, "pending"))

    # === INITIALS ===

    def test_contacts_carry_their_initials(self):
        partner = self.env["res.partner"].create({"name": "苏州恒川"})
        self.assertEqual((partner.name_initials, partner.name_initial), ("SZHC", "S"))
        partner.name = "(8) 号店"
        self.assertEqual((partner.name_initials, partner.name_initial), ("8HD", "#"))

    def test_contacts_that_exist_are_filled(self):
        partners = self.env["res.partner"].create([{"name": "杭州"}, {"name": "Zoe"}])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET name_initial = NULL, name_initials = NULL WHERE id IN %s",
            [tuple(partners.ids)],
        )
        self.env["res.partner"]._fill_initials(batch=1)
        partners.invalidate_recordset()
        self.assertEqual(partners.mapped("name_initials"), ["HZ", "ZOE"])
