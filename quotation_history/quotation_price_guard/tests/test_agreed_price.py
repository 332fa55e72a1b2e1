from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import PriceGuardCommon


@tagged("post_install", "-at_install")
class TestAgreedPrice(PriceGuardCommon):
    # === THE PRICE OF A LINE === #

    def test_approved_price_is_the_price_of_the_line(self):
        self._agree(88.0)
        line = self._order().order_line
        self.assertEqual((line.price_unit, line.price_origin), (88.0, "agreed"))

    def test_draft_is_not_a_price(self):
        self._agree(88.0, approve=False)
        self.assertEqual(self._order().order_line.price_unit, 100.0)

    def test_price_survives_a_change_of_quantity(self):
        self._agree(88.0)
        line = self._order().order_line
        line.product_uom_qty = 7.0
        self.assertEqual((line.price_unit, line.price_origin), (88.0, "agreed"))

    def test_quantity_reaches_the_next_agreement(self):
        self._agree(88.0)
        self._agree(80.0, min_qty=10.0)
        line = self._order().order_line
        line.product_uom_qty = 10.0
        self.assertEqual(line.price_unit, 80.0)
        line.product_uom_qty = 9.0
        self.assertEqual(line.price_unit, 88.0)

    def test_price_of_a_piece_becomes_that_of_a_dozen(self):
        self._agree(88.0)
        line = self._order(product_uom_id=self.dozen.id).order_line
        self.assertAlmostEqual(line.price_unit, 1056.0)

    def test_agreement_of_the_family_holds_for_a_branch(self):
        self._agree(88.0, partner_id=self.branch.id)
        agreement = self.env["sale.agreed.price"].search([("price", "=", 88.0)])
        self.assertEqual(agreement.partner_id, self.customer)
        self.assertEqual(self._order().order_line.price_unit, 88.0)

    def test_agreement_for_a_tag(self):
        tag = self.env["res.partner.category"].create({"name": "Key account"})
        self._agree(85.0, partner_category_id=tag.id)
        self.assertEqual(self._order().order_line.price_unit, 100.0)
        self.customer.category_id = tag
        self.assertEqual(self._order().order_line.price_unit, 85.0)

    def test_variant_goes_before_category(self):
        self._agree(kind="discount", discount=30.0, price=0.0, categ_id=self.category.id)
        self.assertAlmostEqual(self._order().order_line.price_unit, 70.0)
        self._agree(88.0)
        self.assertEqual(self._order().order_line.price_unit, 88.0)

    def test_not_yet_and_no_longer(self):
        tomorrow = fields.Date.add(self.today, days=1)
        self._agree(88.0, date_from=tomorrow)
        self._agree(
            77.0,
            date_from=fields.Date.subtract(self.today, days=9),
            date_to=fields.Date.subtract(self.today, days=1),
        )
        self.assertEqual(self._order().order_line.price_unit, 100.0)

    def test_discount_of_the_price_list_is_not_added(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Ten off",
                "item_ids": [
                    fields.Command.create(
                        {"compute_price": "percentage", "percent_price": 10.0, "base": "list_price"}
                    )
                ],
            }
        )
        self.env.user.group_ids += self.env.ref("sale.group_discount_per_so_line")
        self.seller.group_ids += self.env.ref("sale.group_discount_per_so_line")
        self._agree(88.0)
        order = self._order()
        order.pricelist_id = pricelist
        order._recompute_prices()
        line = order.order_line
        self.assertEqual((line.price_unit, line.discount), (88.0, 0.0))
        line.product_uom_qty = 5.0
        self.assertEqual((line.price_unit, line.discount), (88.0, 0.0))

    def test_foreign_agreement_is_converted(self):
        currency = self.env["res.currency"].create({"name": "FXB", "symbol": "FXB"})
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": 4.0, "name": "2020-01-01"}
        )
        self._agree(320.0, currency_id=currency.id)
        self.assertAlmostEqual(self._order().order_line.price_unit, 80.0)

    def test_memory_shows_the_agreed_price(self):
        self._agree(88.0)
        order = self._order(price=95.0)
        self.assertEqual(order.get_price_memory()[0]["agreed_price"], 88.0)
        self.assertEqual(order.order_line.price_memory["agreed_price"], 88.0)

    def test_typing_a_line_finds_the_agreed_price(self):
        self._agree(88.0)
        with Form(self.env["sale.order"].with_user(self.seller)) as form:
            form.partner_id = self.customer
            with form.order_line.new() as line:
                line.product_id = self.valve
                self.assertEqual(line.price_unit, 88.0)

    def test_memory_follows_the_quantity(self):
        self._agree(88.0)
        self._agree(80.0, min_qty=100.0)
        order = self._order().with_user(self.env.user)
        with Form(order) as form, form.order_line.edit(0) as line:
            self.assertEqual(line.price_memory["agreed_price"], 88.0)
            line.product_uom_qty = 120.0
            self.assertEqual(line.price_memory["agreed_price"], 80.0)
            self.assertEqual(line.price_unit, 80.0)

    # === STATES === #

    def test_approved_terms_are_frozen(self):
        agreement = self._agree(88.0)
        with self.assertRaises(UserError):
            agreement.price = 10.0
        with self.assertRaises(UserError):
            agreement.unlink()

    def test_new_version_ends_the_old_one(self):
        agreement = self._agree(88.0, date_from=fields.Date.subtract(self.today, days=30))
        action = agreement.action_new_version()
        draft = self.env["sale.agreed.price"].browse(action["res_id"])
        draft.price = 84.0
        self.assertEqual(self._order().order_line.price_unit, 88.0)
        draft.with_user(self.price_manager).action_approve()
        self.assertEqual(agreement.date_to, fields.Date.subtract(self.today, days=1))
        self.assertEqual(self._order().order_line.price_unit, 84.0)

    def test_withdrawing_asks_for_the_reason(self):
        agreements = self._agree(88.0) | self._agree(70.0, product_id=self.pump.id)
        action = agreements.with_user(self.price_manager).action_ask_withdraw()
        wizards = self.env["sale.price.reason"].with_context(**action["context"])
        values = {"reason": "Volume not reached"}
        with self.assertRaises(AccessError):
            wizards.with_user(self.seller).create(values).action_withdraw()
        wizards.with_user(self.price_manager).create(values).action_withdraw()
        self.assertEqual(set(agreements.mapped("state")), {"withdrawn"})
        self.assertEqual(set(agreements.mapped("withdrawn_reason")), {"Volume not reached"})

    def test_withdrawn_price_is_gone(self):
        agreement = self._agree(88.0)
        agreement.with_user(self.price_manager).action_withdraw("no volume")
        self.assertEqual(agreement.withdrawn_reason, "no volume")
        self.assertEqual(self._order().order_line.price_unit, 100.0)

    def test_cron_expires_and_asks_for_the_review_once(self):
        ended = self._agree(
            70.0,
            date_from=fields.Date.subtract(self.today, days=9),
            date_to=fields.Date.subtract(self.today, days=1),
        )
        due = self._agree(
            80.0, product_id=self.pump.id, date_from=fields.Date.subtract(self.today, days=400)
        )
        for _run in range(2):
            self.env["sale.agreed.price"]._cron_expire_and_review()
        self.assertEqual(ended.state, "expired")
        self.assertEqual(len(due.activity_ids), 1)
        self.assertEqual(due.activity_ids.user_id, self.price_manager)

    def test_renewal_moves_the_review(self):
        due = self._agree(80.0, date_from=fields.Date.subtract(self.today, days=400))
        due.with_user(self.price_manager).action_renew()
        self.assertEqual(due.review_date, fields.Date.add(self.today, months=12))

    def test_same_key_twice_is_refused(self):
        self._agree(88.0)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._agree(87.0, approve=False)
            self.env.flush_all()

    def test_category_needs_a_discount(self):
        with self.assertRaises(ValidationError):
            self._agree(88.0, approve=False, categ_id=self.category.id)

    # === REMEMBER THIS PRICE === #

    def test_remember_the_price_of_a_line(self):
        order = self._order(price=100.0, discount=12.0)
        action = order.order_line.action_remember_price()
        agreement = self.env["sale.agreed.price"].browse(action["res_id"])
        self.assertEqual(agreement.state, "draft")
        self.assertAlmostEqual(agreement.price, 88.0)
        self.assertEqual(agreement.partner_id, self.customer)
        self.assertEqual(agreement.order_line_id, order.order_line)

    def test_remember_twice_is_one_draft(self):
        order = self._order(price=90.0)
        first = order.order_line.action_remember_price()
        order.order_line.price_unit = 89.0
        second = order.order_line.action_remember_price()
        self.assertEqual(first["res_id"], second["res_id"])
        self.assertEqual(self.env["sale.agreed.price"].browse(first["res_id"]).price, 89.0)

    def test_remember_the_prices_of_an_accepted_offer(self):
        order = self._order(price=90.0)
        order.capture_offer()
        offer = order.offer_ids
        with self.assertRaises(UserError):
            offer.action_remember_prices()
        offer.action_send()
        offer.action_accept()
        action = offer.action_remember_prices()
        agreement = self.env["sale.agreed.price"].search(action["domain"])
        self.assertEqual((agreement.price, agreement.offer_id), (90.0, offer))

    # === RIGHTS === #

    def test_salesperson_cannot_approve(self):
        agreement = self._agree(88.0, approve=False)
        with self.assertRaises(AccessError):
            agreement.with_user(self.seller).sudo(False).action_approve()

    def test_state_cannot_be_forged(self):
        agreement = (
            self.env["sale.agreed.price"]
            .with_user(self.seller)
            .create({"partner_id": self.customer.id, "product_id": self.valve.id, "price": 1.0})
        )
        for context in ({}, {"price_guard_engine": True}, {"price_guard_engine": "<price guard>"}):
            with self.assertRaises(AccessError):
                agreement.with_context(**context).write({"state": "approved"})
        with self.assertRaises(AccessError):
            agreement.create(
                {
                    "partner_id": self.customer.id,
                    "product_id": self.pump.id,
                    "price": 1.0,
                    "state": "approved",
                }
            )

    def test_price_below_a_blocking_floor_cannot_be_agreed(self):
        self._floor(action="block")
        with self.assertRaises(UserError):
            self._agree(61.0)

    def test_agreed_price_below_a_floor_needs_no_further_approval(self):
        self._floor()
        self._agree(70.0)
        order = self._order()
        self.assertEqual(order.order_line.floor_state, "approved")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_tier_definition_takes_over(self):
        self.env["tier.definition"].create(
            {
                "name": "Head of sales signs agreed prices",
                "model_id": self.env["ir.model"]._get_id("sale.agreed.price"),
                "review_type": "individual",
                "reviewer_id": self.price_manager.id,
                "company_id": False,
            }
        )
        agreement = self._agree(88.0, approve=False)
        agreement.request_validation()
        agreement.with_user(self.price_manager).validate_tier()
        self.assertEqual(agreement.state, "approved")
        self.assertEqual(agreement.approved_by_id, self.price_manager)
