from datetime import timedelta
from xmlrpc.client import Fault

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestStory(DevelopmentCommon, HttpCase):
    """From the directory to the won customer in five stages, by those concerned, over XML-RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key_team = cls.env.ref("customer_dev.team_key5")
        cls.key_team.write({"user_id": cls.head.id, "member_ids": [(4, cls.rep.id)]})
        cls.key_stages = {
            code: cls.env.ref(f"customer_dev.stage_key5_{code}").id
            for code in ("s1", "s2", "s3", "s4", "s5", "won")
        }

    def _call(self, user, model, method, *args, **kwargs):
        return self.xmlrpc_object.execute_kw(
            self.env.cr.dbname, user.id, user.login.ljust(8, "x"), model, method, args, kwargs
        )

    def _move(self, stage):
        values = {"stage_id": self.key_stages[stage]}
        return self._call(self.rep, "crm.lead", "write", [self.lead_id], values)

    def _fill(self, **values):
        self.assertTrue(self._call(self.rep, "crm.lead", "write", [self.lead_id], values))

    def _missing(self):
        rows = self._call(self.rep, "crm.lead", "get_gate_missing", [self.lead_id])
        return [row["name"] for row in rows]

    def _tick(self, criterion, note="Seen and agreed", user=None, files=()):
        criterion_id = self.env.ref(f"customer_dev.criterion_key5_{criterion}").id
        values = {
            "lead_id": self.lead_id,
            "criterion_id": criterion_id,
            "state": "done",
            "note": note,
            "attachment_ids": [(6, 0, list(files))],
        }
        return self._call(user or self.rep, "crm.lead.check", "create", values)

    def _refused(self, stage):
        with self.assertRaises(Fault) as caught:
            self._move(stage)
        self.assertIn("Still missing", caught.exception.faultString)

    @mute_logger("odoo.addons.rpc.controllers.xmlrpc", "odoo.http")
    def test_from_directory_to_won(self):
        self._directory()
        self._first_stage()
        self._second_stage()
        self._third_and_fourth_stage()
        self._deal()
        self._handover()

    def _directory(self):
        owned = self._call(self.rep, "crm.lead", "check_ownership", "Wuxi Chemical")
        self.assertFalse(owned["owned"])
        self.lead_id = self._call(
            self.rep,
            "crm.lead",
            "create",
            {
                "name": "Valves",
                "partner_name": "Wuxi Chemical",
                "contact_name": "Mr Sun",
                "type": "opportunity",
                "team_id": self.key_team.id,
                "development_type": "key",
            },
        )
        lead = self._call(self.rep, "crm.lead", "read", [self.lead_id], ["stage_id"])[0]
        self.assertEqual(lead["stage_id"][0], self.key_stages["s1"])

    def _first_stage(self):
        self.assertEqual(len(self._missing()), 7)
        self._fill(
            need_reason="Batches vary",
            need_strength="strong",
            need_urgency="high",
            deal_chance="yes",
            supplier_ids=[(0, 0, {"name": "Rival", "share": 80})],
        )
        self._tick("s1_5")
        self._refused("s2")
        action = self._call(
            self.rep,
            "crm.lead",
            "action_apply_development",
            [self.lead_id],
            {"reason": "Good firm", "line_ids": [(0, 0, {"name": "Valves", "quantity": 900})]},
        )
        self._refused("s2")
        for user in (self.head, self.boss):
            reviews = self._call(
                user,
                "tier.review",
                "search",
                [
                    ("model", "=", "crm.development.request"),
                    ("res_id", "=", action["res_id"]),
                    ("reviewer_ids", "in", [user.id]),
                ],
            )
            self._call(user, "tier.review", "sign", reviews, "approve", "Go on")
        self.assertEqual(self._missing(), [])
        self._move("s2")

    def _second_stage(self):
        self.person_ids = self._call(
            self.rep, "res.partner", "create", [{"name": "Ms Feng"}, {"name": "Mr Li"}]
        )
        supporter, decider = self.person_ids
        self._fill(
            stakeholder_ids=[
                (
                    0,
                    0,
                    {
                        "partner_id": supporter,
                        "role": "champion",
                        "relation": "4",
                        "next_step": "Call weekly",
                    },
                ),
                (0, 0, {"partner_id": decider, "role": "decision_maker", "relation": "1"}),
            ],
            sample_ids=[
                (
                    0,
                    0,
                    {
                        "name": "Valve DN50",
                        "standard": "PN16",
                        "delivered_date": "2026-01-05",
                        "result": "accepted",
                    },
                )
            ],
            purchase_step="c",
            decision_cycle_days=60,
            settlement_mode="monthly",
            concern_ids=[(0, 0, {"concern_id": self.env.ref("customer_dev.concern_quality").id})],
        )
        self._call(self.rep, "crm.lead", "action_fill_purchase_steps", [self.lead_id])
        now = fields.Datetime.now()
        self._call(
            self.rep,
            "calendar.event",
            "create",
            {
                "name": "Visit",
                "opportunity_id": self.lead_id,
                "start": str(now - timedelta(days=2))[:19],
                "stop": str(now - timedelta(days=1))[:19],
            },
        )
        self._refused("s3")
        self._tick("s2_10")
        self._move("s3")

    def _third_and_fourth_stage(self):
        scores = {f"va_{key}": "4" for key in ("share", "value", "ability")}
        scores |= {f"va_{k}": "2" for k in ("effort", "deal_risk", "customer_risk", "technical")}
        self._fill(programme="<p>Sample, then small batch</p>", barriers="Habit", **scores)
        with self.assertRaises(Fault):
            self._tick("s3_5")  # the rep cannot sign off his own programme
        self._tick("s3_5", user=self.head)
        self._move("s4")
        self._refused("s5")
        decider = self._call(
            self.rep,
            "crm.lead.stakeholder",
            "search",
            [("lead_id", "=", self.lead_id), ("role", "=", "decision_maker")],
        )
        self._call(self.rep, "crm.lead.stakeholder", "write", decider, {"relation": "4"})
        self._move("s5")

    def _deal(self):
        with self.assertRaises(Fault):
            self._call(self.rep, "crm.lead", "action_set_won", [self.lead_id])
        for criterion in ("s5_1", "s5_2", "s5_3"):
            self._tick(criterion)
        contract = self._call(
            self.rep, "ir.attachment", "create", {"name": "contract.pdf", "raw": "signed"}
        )
        self._tick("s5_4", files=[contract])
        self._call(self.rep, "crm.lead", "action_set_won", [self.lead_id])
        lead = self._call(self.rep, "crm.lead", "read", [self.lead_id], ["won_status"])[0]
        self.assertEqual(lead["won_status"], "won")

    def _handover(self):
        wizard = self._call(
            self.rep,
            "crm.handover",
            "create",
            {"lead_id": self.lead_id, "success_points": "Fast sample"},
        )
        action = self._call(self.rep, "crm.handover", "action_apply", [wizard])
        [customer] = self._call(
            self.rep, "res.partner", "read", [action["res_id"]], ["name", "ref"]
        )
        self.assertEqual(customer["name"], "Wuxi Chemical")
        self.assertTrue(customer["ref"])
        self.env.invalidate_all()
        lead = self.env["crm.lead"].browse(self.lead_id)
        self.assertTrue(lead.activity_search(["customer_dev.mail_activity_contract_end"]))
