from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ConsignmentCommon

MODELS = ("consignment.agreement", "consignment.price", "consignment.event", "consignment.ageing")
RIGHTS = {
    # group: rights on agreement, price, event, ageing
    "stock.group_stock_user": ("rwc", "rc", "r", "r"),
    "stock.group_stock_manager": ("rwcu", "rwcu", "r", "r"),
    "account.group_account_readonly": ("r", "r", "r", "r"),
    "base.group_user": ("", "", "", ""),
    "base.group_portal": ("", "", "", ""),
    "base.group_public": ("", "", "", ""),
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestSecurity(ConsignmentCommon):
    def test_access_matrix(self):
        for group, rights in RIGHTS.items():
            user = new_test_user(self.env, f"user {group}", groups=group)
            for model, allowed in zip(MODELS, rights, strict=True):
                for letter, operation in OPERATIONS.items():
                    with self.subTest(group=group, model=model, operation=operation):
                        self.assertEqual(
                            self.env[model].with_user(user).has_access(operation),
                            letter in allowed,
                        )

    def test_stock_user_does_the_whole_round(self):
        """Activation, transfers and conversions need no more than a stock user's rights."""
        valve = self.make_product()
        self.receive(valve, 10, 5.0)
        agreement = (
            self.env["consignment.agreement"]
            .with_user(self.keeper)
            .create({"kind": "loan_out", "partner_id": self.dealer.id, "due_date": self.day(-5)})
        )
        agreement.action_activate()
        agreement.fill_up([self.line(valve, 6, price_unit=8.0)])
        agreement.pick_up([self.line(valve, 1)])
        agreement.convert([self.line(valve, 1)], "gift")
        agreement.convert([self.line(valve, 1)], "own_use")
        agreement.convert([self.line(valve, 1)], "relend", self.consignor.id)
        agreement.exchange([self.line(valve, 1)], [self.line(valve, 1, price_unit=5.0)])
        self.assertEqual(agreement.get_balance()[0]["quantity"], 1)
        self.assertEqual(len(agreement.get_ageing()), 1)
        self.assertTrue(agreement.get_statement()["lines"])
        self.assertEqual(agreement.goods_quantity, 1)
        with self.assertRaises(AccessError):
            agreement.read(["goods_value"])
        agreement.pick_up([self.line(valve, 1)])
        agreement.action_close()
        self.assertEqual(agreement.state, "closed")

    def test_state_cannot_be_forged(self):
        agreement = self.make_agreement(activate=False).with_user(self.keeper)
        for values in (
            {"state": "active"},
            {"state": "closed"},
            {"location_id": self.stock_location.id},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                agreement.write(values)
            with self.assertRaises(UserError):
                agreement.with_context(consignment_transition=True).write(values)
            with self.assertRaises(UserError):
                agreement.create({"partner_id": self.dealer.id, **values})
        agreement.action_activate()
        with self.assertRaises(UserError):
            agreement.write({"state": "draft"})

    def test_nothing_is_forged_by_defaults(self):
        """What is refused as a value does not come in as a default of the context."""
        forged = {
            "default_state": "active",
            "default_location_id": self.stock_location.id,
            "default_direction": "in",
        }
        agreements = self.env["consignment.agreement"].with_user(self.keeper)
        agreement = agreements.with_context(**forged).create({"partner_id": self.dealer.id})
        self.assertEqual((agreement.state, agreement.direction), ("draft", "out"))
        self.assertFalse(agreement.location_id)

    def test_direction_cannot_be_forged(self):
        """Else a fill-up of a dealer would come from a vendor: goods out of nothing."""
        agreement = self.make_agreement().with_user(self.keeper)
        for values in ({"direction": "in"}, {"direction": False}, {"operation_count": 0}):
            with self.subTest(values=values), self.assertRaises(UserError):
                agreement.write(values)
        with self.assertRaises(UserError):
            agreement.create({"partner_id": self.dealer.id, "direction": "in"})

    def test_price_of_another_company_cannot_be_forged(self):
        product = self.make_product()
        agreement = self.make_agreement()
        stranger = self.make_user("stranger", "stock.group_stock_manager", self.other_company)
        prices = self.env["consignment.price"].with_user(stranger)
        prices = prices.with_context(allowed_company_ids=self.other_company.ids)
        values = {"agreement_id": agreement.id, "product_id": product.id, "price_unit": 0.01}
        for company in ({}, {"company_id": self.other_company.id}):
            with self.subTest(company=company), self.assertRaises(UserError):
                prices.create({**values, **company})

    def test_manager_makes_shops_and_no_places(self):
        manager = self.make_user("manager", "stock.group_stock_manager")
        agreement = self.make_agreement()
        locations = self.env["stock.location"].with_user(manager)
        values = {"name": "Shop", "location_id": agreement.location_id.id}
        shop = locations.create(values)
        self.assertEqual(shop.consignment_agreement_id, agreement)
        for forged in ({"consignment_kind": "consign_in"}, {"consignment_partner_id": 1}):
            with self.subTest(forged=forged), self.assertRaises(UserError):
                locations.create({"name": "Ours", **forged})
        plain = locations.with_context(default_consignment_kind="consign_in").create(
            {"name": "Ours", "location_id": self.stock_location.id}
        )
        self.assertFalse(plain.consignment_kind)
        with self.assertRaises(UserError):
            agreement.location_id.with_user(manager).consignment_agreement_id = False

    def test_place_cannot_be_forged(self):
        with self.assertRaises(UserError):
            self.stock_location.with_user(self.keeper).consignment_kind = "consign_in"
        valve = self.make_product()
        self.receive(valve, 10, 5.0)
        with self.assertRaises(UserError):
            self.stock_location.consignment_kind = "consign_in"

    def test_reader_moves_nothing(self):
        valve = self.make_product()
        self.receive(valve, 10, 5.0)
        agreement = self.make_agreement()
        agreement.fill_up([self.line(valve, 5)])
        reader = self.make_user("reader", "account.group_account_readonly")
        agreement = agreement.with_user(reader)
        self.assertEqual(agreement.get_balance()[0]["quantity"], 5)
        for method in ("fill_up", "pick_up"):
            with self.assertRaises(AccessError):
                getattr(agreement, method)([self.line(valve, 1)])
        with self.assertRaises(AccessError):
            agreement.convert([self.line(valve, 1)], "gift")
        with self.assertRaises(AccessError):
            agreement.action_close()

    def test_other_company_sees_nothing(self):
        valve = self.make_product()
        self.receive(valve, 10, 5.0)
        agreement = self.make_agreement()
        agreement.fill_up([self.line(valve, 5)])
        stranger = self.make_user("stranger", "stock.group_stock_manager", self.other_company)
        for model in MODELS:
            self.assertFalse(
                self.env[model]
                .with_user(stranger)
                .with_context(allowed_company_ids=self.other_company.ids)
                .search([("company_id", "=", self.company.id)])
            )
        with self.assertRaises(AccessError):
            agreement.with_user(stranger).with_context(
                allowed_company_ids=self.other_company.ids
            ).get_balance()

    def test_public_methods_return_something(self):
        """XML-RPC cannot carry None, not even within a dict."""
        valve = self.make_product()
        self.receive(valve, 10, 5.0)
        agreement = self.make_agreement(activate=False)
        self.assertIs(agreement.action_activate(), True)
        agreement.fill_up([self.line(valve, 5)])
        self.assertNotIn(None, agreement.get_balance()[0].values())
        self.assertNotIn(None, agreement.get_ageing()[0].values())
        self.assertIs(agreement.action_start_closing(), True)
        self.assertIs(agreement.action_reopen(), True)
