from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestCases(SatisfactionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cause = cls.env.ref("survey_satisfaction.cause_process_promise")

    def _case(self, **values):
        return (
            self.env["satisfaction.case"]
            .with_company(self.company)
            .create(
                {
                    "subject": "Late",
                    "partner_id": self.customers[0].id,
                    "company_id": self.company.id,
                    "user_id": self.salesman.id,
                    **values,
                }
            )
            .with_user(self.salesman)
        )

    def _bring_to_verification(self, case):
        case.action_next()
        case.action_next()
        case.write({"cause_id": self.cause.id})
        case.action_next()
        case.write(
            {
                "corrective_action": "Check dates",
                "action_user_id": self.salesman.id,
                "action_done_on": fields.Date.today(),
            }
        )
        case.action_next()
        return case

    # --- Rules -------------------------------------------------------------------------

    def test_detractor_makes_a_case_once(self):
        wave = self._open()
        self.service.user_id = self.other_salesman
        answer = self._answer(wave, self.customers[0], (0, 4, 2), "9", "Nobody called back")
        case = self.env["satisfaction.case"].search([("wave_id", "=", wave.id)])
        self.assertEqual(len(case), 1)
        self.assertEqual(case.user_id, self.other_salesman, "owner of the dimension")
        self.assertEqual(case.user_input_ids, answer)
        self.assertIn("Nobody called back", case.description)
        self.assertEqual(case.activity_ids.user_id, self.other_salesman)

    def test_the_subject_is_in_the_owners_language(self):
        wave = self._open()
        wave.campaign_id.user_id.lang = "zh_CN"
        self._answer(wave, self.customers[0], (1, 1, 1), "2")
        case = self.env["satisfaction.case"].search([("wave_id", "=", wave.id)])
        self.assertIn("贬损者", case.subject)

    def test_happy_customer_makes_no_case(self):
        wave = self._open()
        self._answer(wave, self.customers[0], (1, 1, 1), "8")
        self.assertFalse(self.env["satisfaction.case"].search([("wave_id", "=", wave.id)]))

    def test_first_matching_rule_wins_and_rules_are_a_choice(self):
        self.campaign.rule_ids = [
            Command.clear(),
            Command.create({"name": "Index", "sequence": 2, "condition": "index", "threshold": 60,
                            "owner_policy": "salesperson"}),
            Command.create({"name": "Text", "sequence": 1, "condition": "text",
                            "keyword": "lawyer, court", "owner_policy": "fixed",
                            "user_id": self.manager.id}),
        ]  # fmt: skip
        wave = self._open()
        self._answer(wave, self.customers[0], (4, 4, 4), "0", "We see you in Court")
        self._answer(wave, self.customers[1], (4, 4, 4), "0")
        cases = self.env["satisfaction.case"].search([("wave_id", "=", wave.id)], order="id")
        self.assertEqual(cases.mapped("rule_id.name"), ["Text", "Index"])
        self.assertEqual(cases.user_id, self.manager | self.salesman)

    def test_item_dimension_and_nps_rules(self):
        answer = self._answer(self._open(), self.customers[0], (3, 0, 0), "7")
        items = answer._get_scored_items()
        Rule = self.env["satisfaction.rule"]
        code = self._questions()[0].item_code
        common = {"name": "R", "campaign_id": self.campaign.id}
        rules = Rule.create(
            [
                {**common, "condition": "item", "item_code": code, "threshold": 25},
                {**common, "condition": "item", "item_code": code, "threshold": 20},
                {**common, "condition": "dimension", "dimension_id": self.quality.id,
                 "threshold": 30},
                {**common, "condition": "nps", "nps_band": "neutral"},
                {**common, "condition": "nps", "nps_band": "dissatisfied"},
            ]
        )  # fmt: skip
        self.assertEqual(
            [bool(rule._match(answer, items)) for rule in rules], [True, False, True, True, False]
        )

    def test_silent_key_customer(self):
        tag = self.env["res.partner.category"].create({"name": "Key"})
        self.customers[1].category_id = tag
        self.campaign.write(
            {
                "key_category_ids": tag.ids,
                "rule_ids": [Command.create({"name": "Silence", "condition": "silence"})],
            }
        )
        wave = self._open()
        wave.with_user(self.officer).action_close()
        case = self.env["satisfaction.case"].search([("wave_id", "=", wave.id)])
        self.assertEqual(case.partner_id, self.customers[1])

    def test_public_visitor_leaves_proper_traces(self):
        """The visitor is nobody: the activity has an owner, the author is the system."""
        wave = self._open()
        answer = self._invitation(wave, self.customers[0])._start()
        public = self.env.ref("base.public_user")
        self._fill(answer.with_user(public).sudo(), (4, 4, 4), "0")
        case = self.env["satisfaction.case"].search([("wave_id", "=", wave.id)])
        self.assertEqual(case.company_id, self.company)
        self.assertTrue(case.activity_ids.user_id)
        self.assertEqual(case.create_uid, self.env.ref("base.user_root"))
        self.assertFalse(case.message_ids.filtered(lambda m: m.author_id == public.partner_id))

    # --- Gates -------------------------------------------------------------------------

    def test_no_stage_is_skipped(self):
        case = self._case()
        for stage in ("analysis", "action", "verification", "closed"):
            with self.assertRaises(UserError):
                case.stage = stage
        case.action_next()
        self.assertEqual((case.stage, case.acknowledged_by), ("acknowledged", self.salesman))
        case.action_next()
        with self.assertRaises(UserError):
            case.action_next()
        self.assertTrue(case.gate_missing)

    def test_whoever_acts_does_not_verify(self):
        case = self._bring_to_verification(self._case())
        with self.assertRaises(UserError):
            case.action_verify()
        case.with_user(self.manager).action_verify()
        with self.assertRaises(UserError):
            case.action_next()
        case.informed_waiver = "The customer asked not to be called"
        case.action_next()
        self.assertEqual(case.stage, "closed")
        self.assertEqual(case.on_time_pct, 100.0)

    def test_verifier_made_actor_afterwards_does_not_count(self):
        case = self._bring_to_verification(self._case())
        case.with_user(self.manager).action_verify()
        case.write({"action_user_id": self.manager.id, "informed_waiver": "told by phone"})
        with self.assertRaises(UserError):
            case.action_next()

    def test_proof_cannot_be_forged(self):
        case = self._bring_to_verification(self._case())
        for values in (
            {"verified_by": self.manager.id},
            {"effective": "yes"},
            {"customer_informed_at": fields.Datetime.now()},
            {"acknowledged_at": fields.Datetime.now()},
            {"recovery_score": 100},
            {"service_state": "accepted"},
        ):
            with self.assertRaises(AccessError):
                case.write(values)
        with self.assertRaises(AccessError):
            self.env["satisfaction.case"].with_user(self.manager).create(
                {"subject": "x", "stage": "closed"}
            )

    def test_not_effective_goes_back(self):
        case = self._bring_to_verification(self._case())
        case.with_user(self.manager).action_verify_no()
        self.assertEqual((case.stage, case.reopen_count), ("analysis", 1))
        self.assertFalse(case.verified_by)

    def test_rejecting_needs_a_reason(self):
        case = self._case()
        with self.assertRaises(UserError):
            case.action_reject()
        case.reject_reason = "not ours"
        case.action_reject()
        self.assertFalse(case.is_open)

    def _close(self, case):
        self._bring_to_verification(case)
        case.with_user(self.manager).action_verify()
        case.informed_waiver = "told by phone"
        case.action_next()
        return case

    def test_solved_with_satisfied_customer(self):
        happy, unhappy = self._case(), self._case()
        happy.customer_feedback = "satisfied"
        self._close(happy)
        self._close(unhappy)
        [(share,)] = self.env["satisfaction.case"]._read_group(
            [("id", "in", (happy | unhappy).ids)], aggregates=["solved_satisfied_pct:avg"]
        )
        self.assertEqual(share, 50.0)

    def test_recovery_survey_ignores_rest_and_unhappy_reopens(self):
        self._open()  # the customer was just asked
        recovery = self._make_campaign(
            name="Check", kind="transactional", quarantine_exempt=True, rule_ids=[],
            survey_id=self._make_survey(title="Check").id,
        )  # fmt: skip
        recovery.sudo().state = "running"
        self.company.satisfaction_recovery_campaign_id = recovery
        case = self._close(self._case())
        invitation = self.env["satisfaction.invitation"].browse(case.action_send_recovery())
        self.assertEqual(invitation.state, "sent")
        self.assertEqual(case.action_send_recovery(), invitation.id)
        self._fill(invitation._start(), (4, 4, 4), "0")
        self.assertEqual((case.stage, case.reopen_count), ("analysis", 1))
        self.assertTrue(case.is_open)
        case.sudo().write({"cause_id": self.cause.id})
        case.action_next()
        case.action_done_on = fields.Date.today()
        case.action_next()
        second = self.env["satisfaction.invitation"].browse(case.action_send_recovery())
        self.assertNotEqual(second, invitation)
        self._fill(second._start(), (0, 0, 0), "10")
        self.assertEqual(case.recovery_score, 100.0)

    def _check_campaign(self):
        campaign = self._make_campaign(
            name="Check", kind="transactional", quarantine_exempt=True, rule_ids=[],
            survey_id=self._make_survey(title="Check").id,
        )  # fmt: skip
        campaign.sudo().state = "running"
        self.company.satisfaction_recovery_campaign_id = campaign
        return campaign

    def test_check_survey_needs_somebody_to_ask(self):
        case = self._case()
        with self.assertRaisesRegex(UserError, "check survey"):
            case.action_send_recovery()
        self._check_campaign()
        with self.assertRaisesRegex(UserError, "no contact"):
            self._case(partner_id=False).action_send_recovery()
        self.customers[0].survey_opt_out = True
        with self.assertRaisesRegex(UserError, "left out"):
            case.action_send_recovery()
        self.assertFalse(case.recovery_invitation_id)

    def test_answers_about_an_order_are_no_verdict_on_a_case(self):
        campaign, case = self._check_campaign(), self._close(self._case())
        invitation = campaign._enqueue(
            self.customers[0], self.env["res.partner"].browse(case.id).with_user(self.env.user)
        )
        self._fill(invitation._start(), (4, 4, 4), "0")
        self.assertEqual((case.stage, case.recovery_score), ("closed", False))

    def test_the_check_survey_says_whether_it_is_solved(self):
        campaign = self._check_campaign()
        campaign.min_index = 40
        for position, share in ((0, 100.0), (2, 0.0)):
            case = self._close(self._case(customer_feedback="satisfied"))
            invitation = self.env["satisfaction.invitation"].browse(case.action_send_recovery())
            self._fill(invitation._start(), (position,) * 3, "8")
            self.assertEqual((case.stage, case.solved_satisfied_pct), ("closed", share))

    def test_solution_rate_is_an_average(self):
        """Six of ten solved are 60 %; what was no case does not count."""
        cases = self.env["satisfaction.case"].create(
            [{"subject": f"Case {n}", "partner_id": self.customers[0].id} for n in range(11)]
        )
        cases[0].write({"stage": "rejected", "reject_reason": "A misunderstanding"})
        self.env.cr.execute(
            "UPDATE satisfaction_case SET stage = 'closed' WHERE id IN %s", [tuple(cases[1:7].ids)]
        )
        self.env.invalidate_all()
        self.env.add_to_compute(cases._fields["solved_pct"], cases)
        [(rate, count)] = self.env["satisfaction.case"]._read_group(
            [("id", "in", cases.ids)], aggregates=["solved_pct:avg", "__count"]
        )
        self.assertEqual((rate, count), (60.0, 11))

    def test_several_answers_one_case(self):
        wave = self._open()
        for customer in self.customers[:3]:
            self._answer(wave, customer, (4, 4, 4), "0")
        cases = self.env["satisfaction.case"].search([("wave_id", "=", wave.id)], order="id")
        cases.with_user(self.manager).action_group()
        self.assertTrue(cases[0].is_systemic)
        self.assertEqual(len(cases[0].user_input_ids), 3)
        self.assertEqual(cases[1:].mapped("parent_id"), cases[0])
        self.assertFalse(any(cases[1:].mapped("is_open")))

    def test_overdue_cases_are_escalated_once(self):
        boss = new_test_user(self.env, "sat_boss", groups="base.group_user")
        self.company.satisfaction_escalation_user_id = boss
        case = self._case(date_deadline=fields.Date.today() - timedelta(days=1))
        self.assertTrue(case.is_overdue)
        self.assertIn(case, self.env["satisfaction.case"].search([("is_overdue", "=", True)]))
        for _time in range(2):
            self.env["satisfaction.case"]._cron_escalate()
        self.assertEqual(len(case.sudo().activity_ids.filtered(lambda a: a.user_id == boss)), 1)

    def test_plan_of_a_rule_is_started(self):
        plan = self.env["mail.activity.plan"].create(
            {
                "name": "Complaint",
                "res_model": "satisfaction.case",
                "template_ids": [
                    Command.create({"summary": "Call", "responsible_type": "on_demand"})
                ],
            }
        )
        self.campaign.rule_ids.plan_id = plan
        wave = self._open()
        self._answer(wave, self.customers[0], (4, 4, 4), "0")
        case = self.env["satisfaction.case"].search([("wave_id", "=", wave.id)])
        self.assertIn("Call", case.activity_ids.mapped("summary"))

    # --- Service notice ----------------------------------------------------------------

    def test_service_notice_runs_its_course(self):
        case = self._case(is_service=True)
        self.assertEqual(case.service_state, "notice")
        with self.assertRaises(UserError):
            case.action_service_inspected()
        case.write({"service_type": "Z1", "service_plan": "Monday on site"})
        case.action_service_inspected()
        case.service_quotation = "1,200"
        with self.assertRaises(AccessError):
            case.action_service_approved()
        with self.assertRaises(UserError):
            case.with_user(self.manager).action_service_served()
        case.with_user(self.manager).action_service_approved()
        self.assertEqual(case.service_approver_id, self.manager)
        case.department_reply = "Seal replaced under warranty"
        case.action_service_replied()
        case.action_service_served()
        with self.assertRaises(UserError):
            case.action_service_accepted()
        case.customer_feedback = "satisfied"
        case.action_service_accepted()
        self.assertEqual(case.service_state, "accepted")

    def test_case_with_open_service_cannot_close(self):
        case = self._bring_to_verification(self._case(is_service=True))
        case.with_user(self.manager).action_verify()
        case.informed_waiver = "told"
        with self.assertRaises(UserError):
            case.action_next()

    def test_numbers_come_from_the_sequence(self):
        self.assertRegex(self._case().name, r"SC/\d{4}/\d{4}")
