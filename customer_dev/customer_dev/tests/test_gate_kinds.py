from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestGateKinds(DevelopmentCommon):
    """Each kind of criterion, fulfilled and not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.criterion.active = False
        cls.lead = cls._lead().with_user(cls.rep)
        cls.person = cls.env["res.partner"].create({"name": "Ms Li"})

    def _assert_gate(self, is_open):
        missing = self.lead.get_gate_missing()
        self.assertEqual(not missing, is_open, missing)
        if is_open:
            self.lead.stage_id = self.two
        else:
            with self.assertRaises(UserError):
                self.lead.stage_id = self.two

    def _check(self, criterion, **values):
        return (
            self.env["crm.lead.check"]
            .with_user(self.rep)
            .create({"lead_id": self.lead.id, "criterion_id": criterion.id, **values})
        )

    def test_domain(self):
        self._criterion(
            self.one, kind="domain", name="Big", domain="[('expected_revenue', '>', 5)]"
        )
        self._assert_gate(False)
        self.lead.expected_revenue = 6
        self._assert_gate(True)

    def test_domain_over_rows(self):
        self._criterion(
            self.one,
            kind="domain",
            name="Accepted",
            domain="[('sample_ids.result','=','accepted')]",
        )
        self._assert_gate(False)
        self.lead.sample_ids = [
            (0, 0, {"name": "Valve", "result": "accepted", "delivered_date": "2026-01-02"})
        ]
        self._assert_gate(True)

    def test_html_field_with_empty_paragraph_is_empty(self):
        self._criterion(self.one, kind="field", name="P", field_id=self._field("programme").id)
        self.lead.programme = "<p><br></p>"
        self._assert_gate(False)

    def test_manual_needs_its_evidence(self):
        criterion = self._criterion(self.one, kind="manual", name="Talked")
        self._assert_gate(False)
        with self.assertRaises(ValidationError):
            self._check(criterion, state="done")
        self._check(criterion, state="done", note="Met Mr Wang on Monday")
        self._assert_gate(True)

    def test_manual_traces_who_and_when(self):
        check = self._check(self._criterion(self.one, kind="manual", name="T", evidence="none"))
        check.action_done()
        self.assertEqual(check.user_id, self.rep)
        self.assertTrue(check.date)
        check.action_reopen()
        self.assertFalse(check.user_id)

    def test_trace_cannot_be_forged(self):
        criterion = self._criterion(self.one, kind="manual", name="T", evidence="none")
        with self.assertRaises(AccessError):
            self._check(criterion, state="done", user_id=self.head.id)
        check = self._check(criterion)
        with self.assertRaises(AccessError):
            check.write({"date": "2020-01-01 00:00:00"})

    def test_a_check_stays_with_its_prospect_and_criterion(self):
        criterion = self._criterion(self.one, kind="manual", name="T", evidence="none")
        check = self._check(criterion, state="done")
        with self.assertRaises(AccessError):
            check.lead_id = self._lead()
        with self.assertRaises(AccessError):
            check.criterion_id = self._criterion(self.two, kind="manual", name="U")

    def test_done_by_default_of_the_context_is_not_done(self):
        criterion = self._criterion(self.one, kind="manual", name="T", by_head=True)
        checks = (
            self.env["crm.lead.check"]
            .with_user(self.rep)
            .with_context(default_state="done", default_user_id=self.head.id, default_note="x")
        )
        check = checks.create({"lead_id": self.lead.id, "criterion_id": criterion.id})
        self.assertEqual((check.state, check.user_id.id), ("open", False))

    def test_only_the_head_ticks(self):
        criterion = self._criterion(
            self.one, kind="manual", name="Signed off", evidence="none", by_head=True
        )
        with self.assertRaises(AccessError):
            self._check(criterion, state="done")
        self._check(criterion).with_user(self.head).action_done()
        self._assert_gate(True)

    def test_left_out_only_where_allowed_and_with_reason(self):
        criterion = self._criterion(self.one, kind="manual", name="Inspection")
        with self.assertRaises(ValidationError):
            self._check(criterion, state="na", note="They do not inspect")
        criterion.allow_na = True
        self._check(criterion, state="na", note="They do not inspect")
        self._assert_gate(True)

    def test_document_needs_a_file(self):
        criterion = self._criterion(self.one, kind="document", name="Contract")
        with self.assertRaises(ValidationError):
            self._check(criterion, state="done", note="it is there, believe me")
        check = self._check(criterion)
        file = self.env["ir.attachment"].with_user(self.rep).create({"name": "c.pdf", "raw": b"1"})
        check.write({"state": "done", "attachment_ids": [(4, file.id)]})
        self.assertEqual((file.res_model, file.res_id), ("crm.lead.check", check.id))
        self._assert_gate(True)

    def test_stakeholder_level(self):
        self._criterion(self.one, kind="stakeholder", name="Trust", role="champion", relation="4")
        self._assert_gate(False)
        self.lead.stakeholder_ids = [
            (0, 0, {"partner_id": self.person.id, "role": "champion", "relation": "3"})
        ]
        self._assert_gate(False)
        self.lead.stakeholder_ids.relation = "4"
        self._assert_gate(True)

    def test_stakeholder_everyone(self):
        self._criterion(
            self.one,
            kind="stakeholder",
            name="All",
            role="decision_maker",
            relation="3",
            everyone=True,
        )
        other = self.env["res.partner"].create({"name": "Mr Zhao"})
        self.lead.stakeholder_ids = [
            (0, 0, {"partner_id": p.id, "role": "decision_maker", "relation": level})
            for p, level in ((self.person, "5"), (other, "2"))
        ]
        self._assert_gate(False)
        self.lead.stakeholder_ids.relation = "3"
        self._assert_gate(True)

    def test_stakeholder_several(self):
        self._criterion(
            self.one, kind="stakeholder", name="Two", role="user", relation="2", minimum=2
        )
        other = self.env["res.partner"].create({"name": "Mr Zhao"})
        self.lead.stakeholder_ids = [
            (0, 0, {"partner_id": self.person.id, "role": "user", "relation": "2"})
        ]
        self._assert_gate(False)
        self.lead.stakeholder_ids = [
            (0, 0, {"partner_id": other.id, "role": "user", "relation": "2"})
        ]
        self._assert_gate(True)

    def test_visit_that_took_place(self):
        self._criterion(self.one, kind="visit", name="Visited")
        now = fields.Datetime.now()
        meeting = self.env["calendar.event"].create(
            {
                "name": "Visit",
                "opportunity_id": self.lead.id,
                "start": now + timedelta(days=1),
                "stop": now + timedelta(days=1, hours=1),
            }
        )
        self._assert_gate(False)
        meeting.write({"start": now - timedelta(days=1), "stop": now - timedelta(hours=23)})
        self._assert_gate(True)

    def test_approval(self):
        self._criterion(self.one, kind="approval", name="Approved")
        request = self.env["crm.development.request"].create({"lead_id": self.lead.id})
        self._assert_gate(False)
        request._engine_write({"state": "approved"})
        self._assert_gate(True)

    # === BAD INPUT ===

    def test_field_that_is_gone_binds_nobody(self):
        field = self.env["ir.model.fields"].create(
            {
                "name": "x_gone",
                "model_id": self.env.ref("crm.model_crm_lead").id,
                "ttype": "char",
                "field_description": "Gone",
            }
        )
        criterion = self._criterion(self.one, kind="field", name="Gone", field_id=field.id)
        self._assert_gate(False)
        field.unlink()
        criterion.invalidate_recordset()
        self.env.registry.clear_cache()
        self.assertTrue(criterion.problem)
        self.assertIn(criterion, criterion.search([("problem", "!=", False)]))
        self.assertTrue(self.lead.gate_items[0]["problem"])
        self._assert_gate(True)

    def test_domain_that_no_longer_reads_binds_nobody(self):
        criterion = self._criterion(
            self.one, kind="domain", name="Odd", domain="[('name','=','x')]"
        )
        self.env.cr.execute(
            "UPDATE crm_stage_criterion SET domain = %s WHERE id = %s",
            ["[('vanished', '=', 1)]", criterion.id],
        )
        criterion.invalidate_recordset()
        self.env.registry.clear_cache()
        self.assertTrue(criterion.problem)
        self._assert_gate(True)

    #: what an update of the database, or a program, may leave behind as a condition
    NONSENSE = (
        "[('vanished', '=', 1)]",
        "[('stage_id.vanished', '=', 1)]",
        "[('partner_id', 'any', [('vanished', '=', 1)])]",
        "[('gate_can_override', '=', True)]",
        "[('id', 'in', 'abc')]",
        "[('expected_revenue', '>', 'abc')]",
        "[('create_date', '>', '2026-99-99')]",
        "['|']",
        "nonsense(",
        "[1, 2]",
        "{}",
        "__import__('os')",
    )

    def test_whatever_is_wrong_with_a_condition_binds_nobody(self):
        criterion = self._criterion(self.one, kind="domain", name="O", domain="[('id', '=', 1)]")
        for domain in self.NONSENSE:
            with self.subTest(domain=domain):
                self.lead.stage_id = self.one
                self.env.cr.execute(
                    "UPDATE crm_stage_criterion SET domain = %s WHERE id = %s",
                    [domain, criterion.id],
                )
                criterion.invalidate_recordset()
                self.env.registry.clear_cache()
                self.assertTrue(criterion.with_user(self.manager).problem)
                self.assertTrue(self.lead.gate_items[0]["problem"])
                self._assert_gate(True)

    def test_field_that_cannot_be_asked_for_binds_nobody(self):
        """Entry refuses it; a field that stops being stored by an update is told later on."""
        criterion = self._criterion(
            self.one, kind="field", name="O", field_id=self._field("name").id
        )
        for name in ("gate_can_override", "lead_properties", "duration_tracking"):
            with self.subTest(field=name):
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    criterion.field_id = self._field(name)
                self.lead.stage_id = self.one
                self.env.cr.execute(
                    "UPDATE crm_stage_criterion SET field_id = %s WHERE id = %s",
                    [self._field(name).id, criterion.id],
                )
                criterion.invalidate_recordset()
                self.env.registry.clear_cache()
                self.assertTrue(criterion.problem)
                self._assert_gate(True)

    def test_nonsense_is_refused_at_entry(self):
        for domain in self.NONSENSE:
            with self.assertRaises(ValidationError):
                self._criterion(self.one, kind="domain", name="Odd", domain=domain)
