from datetime import date

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestPeople(DevelopmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.env["res.partner"].create({"name": "Ms Li"})
        cls.keeper = cls._user("dev_keeper", "customer_dev.group_private_facts")

    def _stakeholder(self, lead, **values):
        return self.env["crm.lead.stakeholder"].create(
            {"lead_id": lead.id, "partner_id": self.person.id, **values}
        )

    def test_each_step_of_the_ladder_is_kept(self):
        person = self._stakeholder(self._lead(), relation="1").with_user(self.rep)
        person.relation = "3"
        person.write({"relation": "3", "next_step": "Invite"})
        steps = person.relation_ids.sorted("id")
        self.assertEqual(
            steps.mapped(lambda s: (s.relation_from, s.relation_to)), [(False, "1"), ("1", "3")]
        )
        self.assertEqual(steps[1].user_id, self.rep)

    def test_history_cannot_be_rewritten(self):
        person = self._stakeholder(self._lead()).with_user(self.rep)
        with self.assertRaises(AccessError):
            person.relation_ids.write({"relation_to": "5"})
        with self.assertRaises(AccessError):
            person.write({"relation_ids": [(5,)]})

    @mute_logger("odoo.sql_db")
    def test_a_person_is_listed_once(self):
        lead = self._lead()
        self._stakeholder(lead)
        with self.assertRaises(IntegrityError):
            self._stakeholder(lead)

    def test_decision_relation_is_the_weakest_decision_maker(self):
        lead = self._lead()
        self._stakeholder(lead, role="decision_maker", relation="4")
        other = self.env["res.partner"].create({"name": "Mr Wu"})
        self._stakeholder(lead, partner_id=other.id, role="decision_maker", relation="2")
        self.assertEqual(lead.decision_relation, "2")

    def test_private_facts_are_for_their_group(self):
        profiles = self.env["crm.contact.profile"]
        values = {
            "partner_id": self.person.id,
            "interests": "Tea",
            "purpose": "Talks",
            "keep_until": date.today() + relativedelta(months=6),
        }
        profile = profiles.with_user(self.keeper).create(values)
        for user in (self.rep, self.head, self.director, self.manager, self.boss):
            with self.assertRaises(AccessError):
                profile.with_user(user).read(["interests"])
            with self.assertRaises(AccessError):
                profiles.with_user(user).search([])

    def test_private_facts_expire(self):
        profile = self.env["crm.contact.profile"].create(
            {"partner_id": self.person.id, "purpose": "x", "keep_until": date.today()}
        )
        profile._gc_expired()
        self.assertTrue(profile.exists())
        profile.keep_until = date.today() - relativedelta(days=1)
        profile._gc_expired()
        self.assertFalse(profile.exists())

    def test_private_facts_are_not_kept_for_ever(self):
        with self.assertRaises(ValidationError):
            self.env["crm.contact.profile"].create(
                {
                    "partner_id": self.person.id,
                    "purpose": "x",
                    "keep_until": date.today() + relativedelta(years=4),
                }
            )

    # === FACTS ===

    def test_exclusion_thresholds(self):
        lead = self._lead(fact_margin=8, fact_market_share=0, fact_growth=60)
        self.assertIn("margin", lead.exclusion_reasons)
        self.assertNotIn("share", lead.exclusion_reasons)
        self.assertNotIn("growth", lead.exclusion_reasons)
        self.env.company.exclude_margin = 5
        lead.invalidate_recordset()
        self.assertFalse(lead.exclusion_reasons)

    def test_four_bigs(self):
        lead = self._lead(big_volume=True, big_profit=True, big_strength=True)
        self.assertFalse(lead.is_four_bigs)
        lead.big_potential = True
        self.assertTrue(lead.is_four_bigs)

    def test_horizon_buckets_and_search_agree(self):
        today = date.today()
        days = (10, 60, 150, 300, 800)
        leads = self.env["crm.lead"]
        for days_ahead in days:
            leads |= self._lead(date_deadline=today + relativedelta(days=days_ahead))
        leads |= self._lead()
        expected = ["1", "3", "6", "12", "99", False]
        self.assertEqual(leads.mapped("horizon"), expected)
        for lead, value in zip(leads, expected, strict=True):
            found = leads.search([("id", "in", leads.ids), ("horizon", "=", value)])
            self.assertEqual(found, lead, value)

    def test_screening_score(self):
        lead = self._lead()
        rows = self.env.ref("customer_dev.screening_set_four").criterion_ids
        lead.screening_ids = [(0, 0, {"criterion_id": row.id, "score": "5"}) for row in rows]
        self.assertEqual(lead.screening_score, 100)
        lead.screening_ids[0].score = "1"
        self.assertEqual(lead.screening_score, 70)

    def test_matrix_shows_what_one_may_see(self):
        scores = dict.fromkeys(
            (
                "va_share",
                "va_effort",
                "va_deal_risk",
                "va_value",
                "va_customer_risk",
                "va_ability",
                "va_technical",
            ),
            "5",
        )
        mine = self._lead(**scores)
        self._lead(user_id=self.other_rep.id, **scores)
        matrix = self.env["crm.lead"].with_user(self.rep).get_development_matrix()
        self.assertEqual([p["id"] for p in matrix["points"]], mine.ids)
        self.assertEqual(matrix["points"][0]["quadrant"], "b")

    def test_purchase_steps_are_laid_out_once(self):
        lead = self._lead()
        lead.action_fill_purchase_steps()
        lead.action_fill_purchase_steps()
        self.assertEqual(lead.purchase_step_ids.mapped("step"), list("abcdef"))
