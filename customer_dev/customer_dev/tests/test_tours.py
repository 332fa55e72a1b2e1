from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestTours(DevelopmentCommon, HttpCase):
    def test_salesperson_earns_a_stage(self):
        """A salesperson is refused, fills what is missing by the links of the panel, moves on."""
        self._criterion(self.one, kind="manual", name="First talk held")
        self.team.member_ids = [(4, self.rep.id)]
        lead = self._lead(name="Tour prospect", partner_name="Tour Ltd")
        self.start_tour(f"/odoo/crm.lead/{lead.id}", "customer_dev_earn_stage", login="dev_rep")
        self.assertEqual(lead.stage_id, self.two)
        self.assertEqual(lead.check_ids.user_id, self.rep)

    def test_kanban_shows_what_is_missing(self):
        self._lead(name="Tour prospect")
        action = (
            f"/odoo/action-crm.crm_case_form_view_salesteams_opportunity?active_id={self.team.id}"
        )
        self.start_tour(action, "customer_dev_kanban_badge", login="dev_rep")

    def test_matrix_opens_a_prospect(self):
        scores = ("share", "effort", "deal_risk", "value", "customer_risk", "ability", "technical")
        self._lead(name="Assessed", partner_name="Matrix Ltd", **{f"va_{s}": "3" for s in scores})
        self.start_tour("/odoo/development-matrix", "customer_dev_matrix", login="dev_rep")

    def test_workbench_opens_its_records(self):
        self._lead(name="Tour prospect")
        self.start_tour("/odoo/development-workbench", "customer_dev_workbench", login="dev_rep")

    def test_relation_is_planned_and_submitted(self):
        lead = self._lead(name="Tour prospect", partner_name="Tour Ltd")
        self.start_tour(f"/odoo/crm.lead/{lead.id}", "customer_dev_relation_plan", login="dev_rep")
        plan = lead.relation_plan_ids
        self.assertEqual((plan.state, plan.line_ids.target), ("submitted", "Quality department"))

    def test_salesperson_bids(self):
        tender = self.env["crm.internal.tender"].create(
            {
                "lead_id": self._lead(user_id=self.head.id, partner_name="Tour Ltd").id,
                "reason": "Board",
                "date_close": fields.Datetime.now() + timedelta(days=3),
                "scorer_ids": [(6, 0, self.boss.ids)],
            }
        )
        tender._engine_write({"state": "open"})
        self.start_tour(
            f"/odoo/crm.internal.tender/{tender.id}", "customer_dev_bid", login="dev_rep"
        )
        self.assertEqual((tender.bid_ids.state, tender.bid_ids.user_id), ("submitted", self.rep))

    def test_five_stages_to_the_won_customer(self):
        """A salesperson leads a prospect through the shipped five stages and hands it over."""
        lead = self._prospect_of_five_stages()
        self.start_tour(f"/odoo/crm.lead/{lead.id}", "customer_dev_five_stages", login="dev_rep")
        self.assertEqual(lead.won_status, "won")
        self.assertTrue(lead.customer_code)
        self.assertEqual(lead.success_points, "The sample came in three days")
        self.assertTrue(lead.activity_search(["customer_dev.mail_activity_contract_end"]))

    def _prospect_of_five_stages(self):
        """All facts are there but the reason of the need and the first talk."""
        team = self.env.ref("customer_dev.team_key5")
        team.write({"user_id": self.head.id, "member_ids": [(4, self.rep.id)]})
        codes = ("s1", "s2", "s3", "s4", "s5", "won")
        stages = [self.env.ref(f"customer_dev.stage_key5_{code}") for code in codes]
        for number, stage in enumerate(stages[:5], 1):
            self._rename(stage, f"Stage {number}")
        self._rename(self.env.ref("customer_dev.criterion_key5_s1_1"), "Reason known")
        self._rename(self.env.ref("customer_dev.criterion_key5_s1_5"), "First talk held")
        lead = self._lead(
            stages[0], team_id=team.id, name="Tour chemical", partner_name="Tour Chemical"
        )
        lead.write(self._known_facts())
        lead.action_fill_purchase_steps()
        self._tick_all(lead, stages)
        request = self.env["crm.development.request"].create({"lead_id": lead.id})
        request._engine_write({"state": "approved"})
        return lead

    def _rename(self, record, name):
        """In every language, so that the tour finds it."""
        for lang, _name in self.env["res.lang"].get_installed():
            record.with_context(lang=lang).name = name
        record.with_context(lang=None).name = name

    def _known_facts(self):
        person = self.env["res.partner"].create({"name": "Ms Feng"})
        decider = self.env["res.partner"].create({"name": "Mr Li"})
        scores = ("share", "effort", "deal_risk", "value", "customer_risk", "ability", "technical")
        return {
            "need_strength": "strong",
            "need_urgency": "high",
            "deal_chance": "yes",
            "supplier_ids": [(0, 0, {"name": "Rival", "share": 80})],
            "stakeholder_ids": [
                (
                    0,
                    0,
                    {
                        "partner_id": person.id,
                        "role": "champion",
                        "relation": "4",
                        "next_step": "Call",
                    },
                ),
                (0, 0, {"partner_id": decider.id, "role": "decision_maker", "relation": "4"}),
            ],
            "sample_ids": [
                (
                    0,
                    0,
                    {"name": "Valve", "delivered_date": "2026-01-05", "result": "accepted"},
                )
            ],
            "purchase_step": "c",
            "decision_cycle_days": 60,
            "settlement_mode": "monthly",
            "concern_ids": [
                (0, 0, {"concern_id": self.env.ref("customer_dev.concern_quality").id})
            ],
            "programme": "<p>Sample, then small batch</p>",
            "barriers": "Habit",
            **{f"va_{name}": "3" for name in scores},
        }

    def _tick_all(self, lead, stages):
        file = self.env["ir.attachment"].create({"name": "contract.pdf", "raw": b"1"})
        criteria = self.env["crm.stage.criterion"].union(*(s.criterion_ids for s in stages))
        by_hand = criteria.filtered(lambda c: c.kind in ("manual", "document"))
        done = {"state": "done", "note": "Seen", "attachment_ids": [(6, 0, file.ids)]}
        self.env["crm.lead.check"].create(
            [
                {"lead_id": lead.id, "criterion_id": criterion.id, **done}
                for criterion in by_hand - self.env.ref("customer_dev.criterion_key5_s1_5")
            ]
        )
        now = fields.Datetime.now()
        self.env["calendar.event"].create(
            {
                "name": "Visit",
                "opportunity_id": lead.id,
                "start": now - timedelta(days=2),
                "stop": now - timedelta(days=1),
            }
        )
