from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestRelationPlan(DevelopmentCommon):
    """Planned, signed by department manager and general manager, carried out, evaluated."""

    def setUp(self):
        super().setUp()
        self.lead = self._lead(partner_name="Relation Ltd")
        self.person = self.env["crm.lead.stakeholder"].create(
            {
                "lead_id": self.lead.id,
                "partner_id": self.env["res.partner"].create({"name": "Mr Gu"}).id,
                "role": "decision_maker",
                "relation": "1",
            }
        )

    def _plan(self, user=None, **values):
        line = {
            "stakeholder_id": self.person.id,
            "method": "technical",
            "goal": "He asks for a sample",
            "relation": "3",
            "budget": 2000,
            "tangible_value": "Two weeks less stock",
        }
        return (
            self.env["crm.relation.plan"]
            .with_user(user or self.rep)
            .create(
                {
                    "lead_id": self.lead.id,
                    "reason": "Nobody there knows us",
                    "line_ids": [(0, 0, line)],
                    **values,
                }
            )
        )

    def _sign(self, plan, user, decision="approve"):
        waiting = plan.sudo().review_ids.filtered(lambda r: r.status in ("waiting", "pending"))
        waiting.with_user(user)._filter_signable(user)[:1].with_user(user).sign(decision, "Seen")

    def _approved(self):
        plan = self._plan()
        plan.action_submit()
        self._sign(plan, self.head)
        self._sign(plan, self.boss)
        return plan

    def test_manager_signs_then_the_general_manager(self):
        plan = self._plan()
        plan.action_submit()
        self.assertEqual((plan.state, plan.budget), ("submitted", 2000))
        self._sign(plan, self.head)
        self.assertEqual(plan.state, "submitted")
        self._sign(plan, self.boss)
        self.assertEqual(plan.state, "approved")
        self.assertEqual(plan.line_ids.target, "Mr Gu")

    def test_a_step_without_goal_is_not_submitted(self):
        plan = self._plan()
        plan.line_ids.goal = False
        with self.assertRaisesRegex(UserError, "goal"):
            plan.action_submit()

    def test_what_was_approved_stays_and_results_are_entered(self):
        plan = self._approved()
        line = plan.line_ids
        line.write({"date_done": "2026-03-01", "effect": "He came", "outcome": "reached"})
        plan.write({"line_ids": [(1, line.id, {"effect": "He came and asked"})]})
        for values in ({"budget": 9}, {"goal": "other"}, {"plan_id": self._plan().id}):
            with self.assertRaises(UserError, msg=values):
                line.write(values)
        for values in ({"reason": "other"}, {"line_ids": [(0, 0, {"target": "x"})]}):
            with self.assertRaises(UserError, msg=values):
                plan.write(values)
        with self.assertRaises(UserError):
            line.unlink()

    def test_a_missed_goal_becomes_a_task(self):
        plan = self._approved()
        plan.line_ids.write({"outcome": "missed"})
        plan.evaluation = "Nobody came"
        with self.assertRaisesRegex(UserError, "missed"):
            plan.action_evaluate()
        plan.line_ids.improvement = "Invite through the distributor"
        plan.action_evaluate()
        self.assertEqual((plan.state, plan.result), ("done", "missed"))
        self.assertIn("distributor", plan.activity_ids.note)

    def test_every_step_is_judged_before_the_end(self):
        plan = self._approved()
        plan.evaluation = "Good"
        with self.assertRaisesRegex(UserError, "each step"):
            plan.action_evaluate()

    def test_the_budget_is_compared_with_expenses(self):
        plan = self._approved()
        self.env["crm.development.expense"].with_user(self.rep).create(
            {
                "lead_id": self.lead.id,
                "relation_plan_id": plan.id,
                "name": "Room",
                "amount": 2500,
            }
        )
        self.assertEqual((plan.spent, plan.is_over_budget), (2500, True))

    def test_state_cannot_be_forged(self):
        plan = self._plan()
        for values in (
            {"state": "approved"},
            {"needs_gm": False},
            {"date_evaluated": "2026-01-01"},
        ):
            with self.assertRaises(AccessError, msg=values):
                plan.write(values)
        with self.assertRaises(AccessError):
            self._plan(state="approved")
        sneaky = self.env["crm.relation.plan"].with_user(self.rep)
        made = sneaky.with_context(default_state="approved").create(
            {"lead_id": self.lead.id, "reason": "x"}
        )
        self.assertEqual(made.state, "draft")

    def test_nobody_plans_for_a_prospect_he_does_not_see(self):
        with self.assertRaises(AccessError):
            self._plan(self.other_rep)
        with self.assertRaises(AccessError):
            self.env["crm.development.request"].with_user(self.other_rep).create(
                {"lead_id": self.lead.id}
            )

    def test_a_default_of_the_context_opens_no_other_prospect(self):
        context = {"default_lead_id": self.lead.id}
        for model, values in (
            ("crm.relation.plan", {"reason": "x"}),
            ("crm.development.request", {"reason": "x"}),
            ("crm.development.expense", {"name": "x", "amount": 1}),
        ):
            sneaky = self.env[model].with_user(self.other_rep).with_context(**context)
            with self.assertRaises(AccessError, msg=model):
                sneaky.create(values)

    def test_persons_of_other_prospects_are_refused(self):
        other = self._lead(name="Other", user_id=self.rep.id)
        with self.assertRaises(UserError):
            self._plan(lead_id=other.id)

    def test_others_do_not_see_the_plan_and_the_signer_does(self):
        plan = self._plan()
        plan.action_submit()
        self.assertFalse(self.env["crm.relation.plan"].with_user(self.other_rep).search([]))
        seen = self.env["crm.relation.plan"].with_user(self.boss).search([])
        self.assertEqual(seen.line_ids.mapped("goal"), ["He asks for a sample"])

    def test_merge_takes_a_plan_under_review_along(self):
        plan = self._plan()
        plan.action_submit()
        other = self._lead(self.two, name="Other", priority="3")
        merged = (self.lead | other).with_user(self.manager).merge_opportunity()
        self.assertEqual(plan.lead_id, merged)
        self.assertEqual(plan.state, "submitted")

    def test_a_criterion_can_ask_for_the_plan(self):
        domain = "[('relation_plan_ids.state', 'in', ('approved', 'done'))]"
        criterion = self._criterion(self.one, kind="domain", name="Plan", domain=domain)
        missing = [row["criterion_id"] for row in self.lead.get_gate_missing()]
        self.assertIn(criterion.id, missing)
        self._approved()
        missing = [row["criterion_id"] for row in self.lead.get_gate_missing()]
        self.assertNotIn(criterion.id, missing)

    def test_a_plan_is_printed_with_its_steps(self):
        plan = self._approved()
        report = self.env["ir.actions.report"].with_user(self.rep)
        html, _kind = report._render_qweb_html("customer_dev.action_report_relation_plan", plan.ids)
        for text in ("Relation Ltd", "Mr Gu", "He asks for a sample", "Two weeks less stock"):
            self.assertIn(text, html.decode())
