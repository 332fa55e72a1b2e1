from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import PriceGuardCommon

MODELS = {
    # salesperson, price manager, accountant, portal: create, read, update, delete
    "sale.agreed.price": ("crud", "crud", "r", ""),
    "sale.price.floor": ("", "crud", "", ""),
    "sale.price.authority": ("", "crud", "", ""),
    "sale.price.source": ("r", "crud", "", ""),
    "sale.price.approval": ("r", "ru", "", ""),
    "sale.price.approval.line": ("r", "r", "", ""),
    "sale.price.deviation": ("r", "r", "r", ""),
}
OPERATIONS = {"c": "create", "r": "read", "u": "write", "d": "unlink"}


@tagged("post_install", "-at_install")
class TestPriceGuardSecurity(PriceGuardCommon):
    def test_access_matrix(self):
        accountant = new_test_user(
            self.env, "guard_accountant", groups="account.group_account_readonly"
        )
        users = (self.seller, self.price_manager, accountant, self.portal)
        for model, rights in MODELS.items():
            for user, letters in zip(users, rights, strict=True):
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, user=user.login, operation=operation):
                        self.assertEqual(
                            self.env[model].with_user(user).has_access(operation),
                            letter in letters,
                        )

    def test_accountant_reads_the_deviations_of_everybody(self):
        self._order(price=90.0)
        accountant = new_test_user(
            self.env, "guard_bookkeeper", groups="account.group_account_readonly"
        )
        self.env.flush_all()
        report = self.env["sale.price.deviation"].with_user(accountant)
        self.assertTrue(report.search([("user_id", "=", self.seller.id)]))

    def test_agreed_prices_of_colleagues_customers_are_hidden(self):
        self.customer.user_id = self.colleague
        agreement = self._agree(88.0)
        agreements = self.env["sale.agreed.price"]
        self.assertNotIn(agreement, agreements.with_user(self.seller).search([]))
        self.assertIn(agreement, agreements.with_user(self.colleague).search([]))
        self.assertIn(agreement, agreements.with_user(self.price_manager).search([]))

    def test_hidden_agreement_is_still_the_price(self):
        self.customer.user_id = self.colleague
        self._agree(88.0)
        self.assertEqual(self._order().order_line.price_unit, 88.0)

    def test_draft_of_a_colleague_cannot_be_changed(self):
        draft = (
            self.env["sale.agreed.price"]
            .with_user(self.colleague)
            .create({"partner_id": self.customer.id, "product_id": self.valve.id, "price": 80.0})
        )
        with self.assertRaises(AccessError):
            draft.with_user(self.seller).price = 1.0

    def test_other_company_is_hidden(self):
        other = self.env["res.company"].create({"name": "Second company"})
        floor = self._floor(company_id=other.id)
        agreement = self._agree(88.0, company_id=other.id, approve=False)
        self.assertNotIn(
            floor, self.env["sale.price.floor"].with_user(self.price_manager).search([])
        )
        self.assertNotIn(
            agreement, self.env["sale.agreed.price"].with_user(self.price_manager).search([])
        )

    def test_every_company_has_its_sources(self):
        other = self.env["res.company"].create({"name": "Second company"})
        self.assertEqual(
            self.env["sale.price.source"]._get_order(other.id),
            ("agreed", "pricelist", "published"),
        )

    def test_public_methods_return_plain_values(self):
        order = self._order(price=100.0)
        for result in (
            order.action_update_ended_promotions(),
            order.order_line.action_remember_price(),
            order.action_view_price_approvals(),
        ):
            self.assertIsNotNone(result)
