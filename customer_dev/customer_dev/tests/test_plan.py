from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestPlan(DevelopmentCommon):
    def _plan(self, *lines, **values):
        base = {"date_from": "2026-01-01", "date_to": "2026-12-31", "user_id": self.rep.id}
        return self.env["crm.development.plan"].create(
            {
                "name": "2026",
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "line_ids": [(0, 0, {**base, **line}) for line in lines],
                **values,
            }
        )

    def _won_in(self, day, **values):
        with freeze_time(day):
            lead = self._lead(expected_revenue=100, need_reason="x", **values)
            lead.action_set_won()
        return lead

    def test_actuals_count_what_was_won_in_the_period(self):
        self._won_in("2026-03-10")
        self._won_in("2026-05-10")
        self._won_in("2026-03-12", user_id=self.other_rep.id)
        plan = self._plan({"target_customers": 4, "date_to": "2026-04-30"})
        line = plan.line_ids
        self.assertEqual((line.actual_customers, line.actual_revenue), (1, 100))
        self.assertEqual(line.progress, 25)

    def test_actuals_by_segment(self):
        self._won_in("2026-03-10", development_type="dealer")
        lines = self._plan(
            {"segment": "dealer", "target_customers": 1}, {"segment": "key", "target_customers": 1}
        ).line_ids
        self.assertEqual(sorted(lines.mapped("actual_customers")), [0, 1])

    def test_actuals_of_many_lines_cost_one_query(self):
        plan = self._plan(*({"segment": s} for s in ("new", "key", "dealer", "reactivated", False)))
        self.env.flush_all()
        plan.line_ids.invalidate_recordset()
        plan.line_ids.mapped("date_from")
        with self.assertQueryCount(1):
            plan.line_ids.mapped("actual_customers")

    def test_overlap_is_refused(self):
        self._plan({})
        with self.assertRaisesRegex(ValidationError, "already plans"):
            self._plan({"date_from": "2026-06-01"})
        self.assertTrue(self._plan({"user_id": self.other_rep.id}))
        self.assertTrue(self._plan({"segment": "key"}))

    def test_closed_plan_does_not_stand_in_the_way(self):
        self._plan({}).action_close()
        self.assertTrue(self._plan({}))

    def test_division_by_month_keeps_the_sum(self):
        plan = self._plan({"target_customers": 14, "target_revenue": 1200})
        plan.action_split_months()
        self.assertEqual(len(plan.line_ids), 12)
        self.assertEqual(sum(plan.line_ids.mapped("target_customers")), 14)
        self.assertAlmostEqual(sum(plan.line_ids.mapped("target_revenue")), 1200)

    def test_money_that_does_not_divide_stays_whole(self):
        plan = self._plan({"target_revenue": 1000, "target_customers": 1})
        plan.action_split_months()
        self.assertEqual(plan.currency_id.round(plan.target_revenue), 1000)

    def test_targets_lie_in_the_period(self):
        with self.assertRaises(ValidationError):
            self._plan({"date_to": "2027-01-31"})

    def test_empty_plan_is_not_started(self):
        with self.assertRaises(UserError):
            self._plan().action_start()

    def test_rights(self):
        plan = self._plan({}, {"user_id": self.other_rep.id})
        mine = plan.line_ids.with_user(self.rep).search([("plan_id", "=", plan.id)])
        self.assertEqual(mine.user_id, self.rep)
        with self.assertRaises(AccessError):
            plan.with_user(self.rep).name = "mine"
        plan.with_user(self.head).name = "ours"

    def test_report_adds_plan_and_actuals(self):
        plan = self._plan({"target_customers": 3})
        plan.action_start()
        self._won_in("2026-03-10")
        self.env.flush_all()
        [(target, actual)] = self.env["crm.development.plan.report"]._read_group(
            [("user_id", "=", self.rep.id)], [], ["target_customers:sum", "actual_customers:sum"]
        )
        self.assertEqual((target, actual), (3, 1))

    # === NO NEW CUSTOMER ===

    def test_flag_after_two_months(self):
        member = self.team.crm_team_member_ids.filtered(lambda m: m.user_id == self.rep)
        with freeze_time("2026-03-10"):
            member.create_date = "2026-01-01"
        self._won_in("2026-03-10")
        with freeze_time("2026-05-09"):
            member.invalidate_recordset()
            self.assertFalse(member.is_without_customer)
        with freeze_time("2026-05-11"):
            member.invalidate_recordset()
            self.assertTrue(member.is_without_customer)
            self.assertIn(member, member.search([("is_without_customer", "=", True)]))
        self.env.company.no_customer_months = 0
        member.invalidate_recordset()
        self.assertFalse(member.is_without_customer)
