from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DevelopmentCommon

PARTS = {
    "crm.lead.check": {},
    "crm.lead.supplier": {"name": "Rival"},
    "crm.lead.purchase.step": {"step": "a"},
    "crm.lead.sample": {"name": "Valve"},
}


@tagged("post_install", "-at_install")
class TestAccess(DevelopmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._lead(name="Own")
        cls.foreign = cls._lead(name="Foreign", user_id=cls.other_rep.id)
        cls.pooled = cls._lead(name="Pooled", user_id=False)
        cls.elsewhere = cls._lead(
            name="Elsewhere", user_id=cls.other_rep.id, team_id=cls.plain_team.id, stage_id=False
        )
        cls.all = cls.own | cls.foreign | cls.pooled | cls.elsewhere

    def _seen(self, user):
        return self.env["crm.lead"].with_user(user).search([("id", "in", self.all.ids)])

    def test_rep_sees_own_and_pool(self):
        self.assertEqual(self._seen(self.rep), self.own | self.pooled)

    def test_head_sees_the_team(self):
        self.assertEqual(self._seen(self.head), self.own | self.foreign | self.pooled)

    def test_director_sees_all(self):
        self.assertEqual(self._seen(self.director), self.all)

    def _part(self, model, lead, **values):
        values = {"lead_id": lead.id, **PARTS[model], **values}
        if model == "crm.lead.check":
            kinds = self.env["crm.stage.criterion"]
            values["criterion_id"] = kinds.create({"stage_id": self.one.id, "name": "T"}).id
        return self.env[model].create(values)

    def test_rows_follow_their_prospect(self):
        for model in PARTS:
            mine, theirs = self._part(model, self.own), self._part(model, self.foreign)
            far = self._part(model, self.elsewhere)
            rows = self.env[model].search([("id", "in", (mine | theirs | far).ids)])
            seen = {
                user.login: rows.with_user(user).search([("id", "in", rows.ids)])
                for user in (self.rep, self.head, self.director)
            }
            self.assertEqual(seen["dev_rep"], mine, model)
            self.assertEqual(seen["dev_head"], mine | theirs, model)
            self.assertEqual(seen["dev_director"], rows, model)
            with self.assertRaises(AccessError, msg=model):
                theirs.with_user(self.rep).write({"sequence": 3})
            with self.assertRaises(AccessError, msg=model):
                mine.with_user(self.rep).write({"lead_id": self.foreign.id})

    def test_grouping_does_not_leak(self):
        self._part("crm.lead.supplier", self.foreign)
        groups = (
            self.env["crm.lead.supplier"]
            .with_user(self.rep)
            ._read_group([("lead_id", "in", self.all.ids)], ["lead_id"], ["__count"])
        )
        self.assertFalse(groups)

    def test_plain_employee_sees_nothing(self):
        clerk = self._user("dev_plain", "base.group_user")
        for model in (*PARTS, "crm.lead.stakeholder", "crm.pool.log", "crm.development.plan"):
            with self.assertRaises(AccessError, msg=model):
                self.env[model].with_user(clerk).search([])

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        lead = self._lead(
            name="Abroad", company_id=company.id, user_id=False, team_id=False, stage_id=False
        )
        row = self._part("crm.lead.supplier", lead)
        self.assertFalse(
            self.env["crm.lead.supplier"].with_user(self.director).search([("id", "=", row.id)])
        )

    def test_process_is_changed_by_the_administrator_only(self):
        for user in (self.rep, self.head, self.director):
            with self.assertRaises(AccessError):
                self.criterion.with_user(user).required = False
            with self.assertRaises(AccessError):
                self.team.with_user(user).gate_mode = "advise"
        self.criterion.with_user(self.manager).required = False

    def test_public_methods_return_something(self):
        """XML-RPC cannot carry None."""
        lead = self.own.with_user(self.rep)
        self.assertEqual(lead.action_fill_purchase_steps(), True)
        self.assertEqual(type(lead.action_open_requests()), dict)
        self.assertEqual(type(lead.action_open_check(self.criterion.id)), dict)
        self.assertEqual(type(lead.get_development_matrix()), dict)
        self.assertEqual(lead.action_release_to_pool(), True)
