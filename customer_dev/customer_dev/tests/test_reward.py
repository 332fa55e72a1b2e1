from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestReward(DevelopmentCommon):
    """Expenses with the salesperson's advance, and what milestones earn."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls._rule(stage_id=cls.two.id, amount_min=1000, amount_max=2000)

    @classmethod
    def _rule(cls, **values):
        values = {"name": "Milestone", "team_id": cls.team.id, **values}
        return cls.env["crm.reward.rule"].create(values)

    def _expense(self, lead, user=None, **values):
        return (
            self.env["crm.development.expense"]
            .with_user(user or self.rep)
            .create({"lead_id": lead.id, "name": "Train", "amount": 500, **values})
        )

    def _earned(self, lead):
        return self.env["crm.development.reward"].search([("lead_id", "=", lead.id)])

    def _move(self, lead, stage):
        lead.with_user(self.rep).write({"need_reason": "known", "stage_id": stage.id})

    # === REWARDS ===

    def test_a_milestone_earns_once(self):
        lead = self._lead()
        self._move(lead, self.two)
        lead.with_user(self.rep).stage_id = self.one
        self._move(lead, self.two)
        reward = self._earned(lead)
        self.assertEqual(
            (reward.user_id, reward.amount, reward.state), (self.rep, 1000, "proposed")
        )

    def test_skipped_milestones_earn_too(self):
        self._rule(stage_id=self.three.id, amount_min=10, amount_max=10)
        lead = self._lead()
        self._move(lead, self.three)
        self.assertEqual(sorted(self._earned(lead).mapped("amount")), [10, 1000])

    def test_a_refused_move_earns_nothing(self):
        lead = self._lead()
        with self.assertRaises(UserError):
            lead.with_user(self.rep).stage_id = self.two
        self.assertFalse(self._earned(lead))

    def test_value_and_difficulty_raise_the_proposal(self):
        scores = ("share", "effort", "deal_risk", "value", "customer_risk", "technical")
        lead = self._lead(**{f"va_{name}": "5" for name in scores}, va_ability="1")
        self._move(lead, self.two)
        self.assertEqual(self._earned(lead).amount, 2000)

    def test_commission_of_the_first_deal(self):
        self._rule(stage_id=self.won.id, kind="commission", rate=2)
        lead = self._lead(expected_revenue=50000)
        self._move(lead, self.won)
        commission = self._earned(lead).filtered(lambda r: r.kind == "commission")
        self.assertEqual(commission.amount, 1000)
        lead.first_amount = 80000
        lead._update_commission()
        self.assertEqual(commission.amount, 1600)

    def test_rules_of_other_processes_do_not_apply(self):
        self.rule.team_id = False
        self.rule.stage_id = self.three
        lead = self._lead()
        self._move(lead, self.two)
        self.assertFalse(self._earned(lead))

    def test_the_head_approves_and_nobody_his_own(self):
        lead = self._lead()
        self._move(lead, self.two)
        reward = self._earned(lead)
        with self.assertRaises(AccessError):
            reward.with_user(self.rep).action_approve()
        with self.assertRaises(AccessError):
            reward.with_user(self.rep).write({"amount": 9999})
        reward = reward.with_user(self.head)
        with self.assertRaises(AccessError):
            reward.write({"state": "paid"})
        reward.amount = 3000
        with self.assertRaisesRegex(UserError, "bounds"):
            reward.action_approve()
        reward.note = "Against three rivals"
        reward.action_approve()
        with self.assertRaises(UserError):
            reward.amount = 1
        reward.action_pay()
        self.assertEqual((reward.state, reward.approved_id), ("paid", self.head))

    def test_a_head_who_owns_the_prospect_does_not_reward_himself(self):
        lead = self._lead(user_id=self.head.id)
        lead.with_user(self.head).write({"need_reason": "known", "stage_id": self.two.id})
        with self.assertRaises(AccessError):
            self._earned(lead).with_user(self.head).action_approve()
        self._earned(lead).with_user(self.manager).action_approve()

    def test_rewards_are_seen_by_who_gets_them(self):
        lead = self._lead()
        self._move(lead, self.two)
        lead.sudo().user_id = self.other_rep
        rewards = self.env["crm.development.reward"]
        self.assertFalse(rewards.with_user(self.other_rep).search([]))
        self.assertEqual(rewards.with_user(self.rep).search([]).user_id, self.rep)

    def test_merged_prospects_are_rewarded_once(self):
        head, tail = self._lead(name="A"), self._lead(name="B")
        self._move(head, self.two)
        self._move(tail, self.two)
        merged = (head | tail).with_user(self.manager).merge_opportunity()
        self.assertEqual(len(self._earned(merged)), 1)

    def test_without_rules_a_move_costs_nothing_more(self):
        self.env["crm.reward.rule"].search([]).active = False
        self.env["crm.reward.rule"]._get_rules_by_stage()
        before = self.env.cr.sql_log_count
        self.assertFalse(self.env["crm.reward.rule"]._get_rules_by_stage())
        self.assertEqual(self.env.cr.sql_log_count, before)

    def test_shipped_process_rewards_its_three_milestones(self):
        team = self.env.ref("customer_dev.team_supply")
        team.write({"user_id": self.head.id, "gate_mode": "advise"})
        first = self.env.ref("customer_dev.stage_supply_s1")
        lead = self._lead(first, team_id=team.id, expected_revenue=100000)
        lead.stage_id = self.env.ref("customer_dev.stage_supply_won")
        amounts = self._earned(lead).sorted("id").mapped("amount")
        self.assertEqual(sorted(amounts), [1000, 1000, 1000, 3000])

    # === EXPENSES ===

    def test_the_salesperson_advances_a_fifth(self):
        expense = self._expense(self._lead())
        self.assertEqual((expense.advance_amount, expense.firm_amount), (100, 400))

    def test_settled_when_signed(self):
        lead = self._lead()
        expense = self._expense(lead).with_user(self.head)
        expense.action_approve()
        with self.assertRaisesRegex(UserError, "signed"):
            expense.action_settle()
        self.assertEqual((lead.cost_actual, lead.cost_advanced), (500, 100))
        self._move(lead, self.won)
        expense.action_settle()
        self.assertEqual((expense.state, lead.cost_advanced), ("settled", 0))

    def test_expenses_cannot_be_forged(self):
        lead = self._lead()
        sneaky = self._expense(
            lead, user_id=self.other_rep.id, state="approved", advance_rate=0, approved_id=1
        )
        self.assertEqual(
            (sneaky.user_id, sneaky.state, sneaky.advance_rate), (self.rep, "draft", 20)
        )
        for values in ({"state": "approved"}, {"advance_rate": 0}, {"user_id": self.head.id}):
            with self.assertRaises(AccessError, msg=values):
                sneaky.write(values)
        with self.assertRaises(AccessError):
            sneaky.action_approve()
        with self.assertRaises(AccessError):
            self._expense(lead, self.other_rep)

    def test_approved_expenses_stay(self):
        expense = self._expense(self._lead())
        expense.with_user(self.head).action_approve()
        with self.assertRaises(UserError):
            expense.amount = 1
        with self.assertRaises(UserError):
            expense.unlink()

    def test_cost_is_compared_with_what_was_expected(self):
        lead = self._lead(expected_cost=400, expected_revenue=10000)
        self._expense(lead)
        self.assertTrue(lead.is_over_cost)
        self.assertEqual(lead.cost_ratio, 5.0)
