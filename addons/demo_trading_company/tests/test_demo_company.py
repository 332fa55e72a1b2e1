from odoo.modules.loading import load_data
from odoo.modules.module_graph import ModuleGraph
from odoo.tests import TransactionCase, new_test_user, tagged

from ..demo_work import hand_out


@tagged("post_install", "-at_install")
class TestDemoCompany(TransactionCase):
    def _load_demo(self):
        graph = ModuleGraph(self.env.cr)
        graph.extend(
            self.env["ir.module.module"].search([("state", "=", "installed")]).mapped("name")
        )
        load_data(self.env(su=True), {}, "init", kind="demo", package=graph["demo_trading_company"])

    def test_nothing_happens_without_demo_data(self):
        if self.env.ref("demo_trading_company.user_salesperson", raise_if_not_found=False):
            self.skipTest("this database has the demo data")
        self.assertNotEqual(self.env.ref("base.main_company").country_id.code, "CN")

    def test_the_company_is_chinese_and_its_people_can_log_in(self):
        self._load_demo()
        company = self.env.ref("base.main_company")
        self.assertEqual(company.currency_id.name, "CNY")
        self.assertEqual(company.chart_template, "cn")
        salesperson = self.env.ref("demo_trading_company.user_salesperson")
        self.assertEqual(salesperson.lang, "zh_CN")
        self.assertTrue(salesperson.has_group("sales_team.group_sale_salesman_all_leads"))
        self.assertFalse(salesperson.has_group("sales_team.group_sale_manager"))
        self.assertTrue(
            salesperson.with_user(salesperson)._check_credentials(
                {"type": "password", "login": salesperson.login, "password": salesperson.login},
                {"interactive": True},
            )
        )

    def test_the_administrators_work_becomes_that_of_the_companys_people(self):
        self._load_demo()
        admin = self.env.ref("base.user_admin")
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {number}", "user_id": admin.id} for number in range(3)]
        )
        orders = self.env["sale.order"].create(
            [{"partner_id": customer.id, "user_id": admin.id} for customer in customers]
        )
        task = orders[0].activity_schedule("mail.mail_activity_data_todo", user_id=admin.id)
        hand_out(self.env)
        people = ("user_sales_head", "user_salesperson", "user_salesperson")
        self.assertCountEqual(
            orders.mapped("user_id.id"),
            {self.env.ref(f"demo_trading_company.{person}").id for person in people},
        )
        self.assertEqual(orders.user_id, customers.user_id)
        self.assertEqual(task.user_id, orders[0].user_id)

    def test_the_salesperson_of_a_process_leaves_the_general_stages(self):
        self._load_demo()
        salesperson = self.env.ref("demo_trading_company.user_salesperson")
        department = self.env.ref("sales_team.team_sales_department")
        hand_out(self.env)
        self.assertIn(department, salesperson.crm_team_ids, "the only team is kept")
        process = self.env["crm.team"].create({"name": "Process"})
        self.env["crm.team.member"].create({"crm_team_id": process.id, "user_id": salesperson.id})
        hand_out(self.env)
        hand_out(self.env)
        self.assertEqual(salesperson.crm_team_ids, process)

    def test_people_and_customers_of_the_story_read_chinese(self):
        self._load_demo()
        customer = self.env["res.partner"].create(
            {"name": "泰州", "lang": "en_US", "country_id": self.env.ref("base.cn").id}
        )
        abroad = self.env["res.partner"].create({"name": "Abroad", "lang": "en_US"})
        buyer = new_test_user(self.env, "story_buyer", "base.group_portal", lang="en_US")
        hand_out(self.env)
        self.assertEqual((customer.lang, buyer.lang, abroad.lang), ("zh_CN", "zh_CN", "en_US"))
        self.assertEqual(self.env.ref("base.user_admin").lang, "en_US")
