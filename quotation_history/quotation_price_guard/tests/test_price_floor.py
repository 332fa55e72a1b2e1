from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PriceGuardCommon


@tagged("post_install", "-at_install")
class TestPriceFloor(PriceGuardCommon):
    """Cost 60 and a least margin of 25 percent make a floor of 80."""

    def _state(self, order):
        self.env.invalidate_all()
        return order.order_line[:1].floor_state

    def test_state_of_a_line(self):
        self._floor()
        self.assertEqual(self._state(self._order(price=80.0)), "ok")
        self.assertEqual(self._state(self._order(price=79.0)), "approval")

    def test_without_floors_there_is_no_state(self):
        self.assertFalse(self._state(self._order(price=1.0)))

    def test_price_counts_net_of_the_discount(self):
        self._floor()
        self.assertEqual(self._state(self._order(price=100.0, discount=21.0)), "approval")

    def test_discount_of_the_whole_order_counts(self):
        self._floor()
        order = self._order(price=85.0)
        discount = self._create_product("Order discount", type="service", list_price=0.0)
        order.order_line = [
            Command.create({"product_id": discount.id, "price_unit": -10.0, "product_uom_qty": 1})
        ]
        self.assertEqual(self._state(order), "approval")

    def test_rebate_by_negative_quantity_counts(self):
        self._floor()
        order = self._order(price=85.0)
        rebate = self._create_product("Rebate", type="service", list_price=0.0)
        order.order_line = [
            Command.create({"product_id": rebate.id, "price_unit": 10.0, "product_uom_qty": -1})
        ]
        self.assertEqual(self._state(order), "approval")
        with self.assertRaises(UserError):
            order._send_offers("manual")

    def test_goods_that_come_back_are_no_discount(self):
        self._floor()
        order = self._order(price=85.0)
        old = self._create_product("Used valve", type="consu", list_price=0.0)
        order.order_line = [
            Command.create({"product_id": old.id, "price_unit": 10.0, "product_uom_qty": -1})
        ]
        self.assertEqual(self._state(order), "ok")

    def test_price_counts_per_unit_of_the_product(self):
        self._floor()
        dozen = self._order(price=959.0, product_uom_id=self.dozen.id)
        self.assertEqual(self._state(dozen), "approval")
        dozen.order_line.price_unit = 960.0
        self.assertEqual(self._state(dozen), "ok")

    def test_price_counts_in_company_currency(self):
        self._floor()
        currency = self.env["res.currency"].create({"name": "FXC", "symbol": "FXC"})
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": 4.0, "name": "2020-01-01"}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "FXC", "currency_id": currency.id}
        )
        order = self._order(price=310.0)
        order.pricelist_id = pricelist
        order.order_line.price_unit = 310.0
        self.assertEqual(self._state(order), "approval")
        order.order_line.price_unit = 330.0
        self.assertEqual(self._state(order), "ok")

    def test_currency_without_a_rate_is_told(self):
        self._floor()
        currency = self.env["res.currency"].create({"name": "FXD", "symbol": "FXD"})
        order = self._order(price=300.0)
        order.pricelist_id = self.env["product.pricelist"].create(
            {"name": "FXD", "currency_id": currency.id}
        )
        with self.assertRaisesRegex(UserError, "FXD"):
            order.action_confirm()

    def test_no_basis_never_blocks(self):
        self.valve.standard_price = 0.0
        self._floor(action="block")
        order = self._order(price=1.0)
        self.assertEqual(self._state(order), "no_basis")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_free_lines_are_skipped(self):
        self._floor(action="block")
        order = self._order(price=100.0)
        order.order_line = [Command.create({"product_id": self.pump.id, "price_unit": 0.0})]
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_most_specific_floor_of_an_action_holds(self):
        self._floor()
        self._floor(
            name="Clearance", applied_on="product", product_id=self.valve.id, min_margin=5.0
        )
        self.assertEqual(self._state(self._order(price=70.0)), "ok")

    def test_specific_floor_keeps_the_general_one_of_another_action(self):
        self._floor(name="Never below cost", action="block", min_margin=0.0)
        self._floor(applied_on="product", product_id=self.valve.id)
        self._floor(
            name="Talk to us",
            applied_on="category",
            categ_id=self.category.id,
            action="warn",
            min_margin=40.0,
        )
        for price, state in ((100.0, "ok"), (99.0, "warn"), (79.0, "approval"), (59.0, "block")):
            self.assertEqual(self._state(self._order(price=price)), state)

    def test_approval_does_not_lift_what_nobody_may_go_below(self):
        self._floor(name="Never below cost", action="block", min_margin=0.0)
        self._floor(applied_on="product", product_id=self.valve.id)
        order = self._order(price=70.0)
        order.action_request_price_approval()
        order.price_approval_ids.with_user(self.price_manager).validate_tier()
        self.assertEqual(self._state(order), "approved")
        order.order_line.price_unit = 55.0
        self.assertEqual(self._state(order), "block")

    def test_floor_without_a_basis_is_told_beside_one_that_holds(self):
        self._floor(basis="fixed", min_price=50.0, action="block")
        self._floor(basis="purchase")
        self.assertEqual(self._state(self._order(price=70.0)), "no_basis")
        self.assertEqual(self._state(self._order(price=49.0)), "block")

    def test_floor_of_a_parent_category(self):
        child = self.env["product.category"].create(
            {"name": "Small valves", "parent_id": self.category.id}
        )
        self._floor(applied_on="category", categ_id=self.category.id)
        self.valve.categ_id = child
        self.valve.standard_price = 60.0
        self.assertEqual(self._state(self._order(price=70.0)), "approval")

    def test_floor_of_a_customer_tag(self):
        tag = self.env["res.partner.category"].create({"name": "Dealer"})
        self._floor(partner_category_id=tag.id)
        self.assertFalse(self._state(self._order(price=70.0)))
        self.customer.category_id = tag
        self.assertEqual(self._state(self._order(price=70.0)), "approval")

    def test_floor_of_a_price_list(self):
        pricelist = self.env["product.pricelist"].create({"name": "Projects"})
        self._floor(pricelist_id=pricelist.id)
        order = self._order(price=70.0)
        self.assertFalse(self._state(order))
        order.pricelist_id = pricelist
        order.order_line.price_unit = 70.0
        self.env.flush_all()
        self.assertEqual(self._state(order), "approval")

    def test_floor_of_another_day(self):
        self._floor(date_to=fields.Date.subtract(self.today, days=1))
        self.assertFalse(self._state(self._order(price=70.0)))

    def test_fixed_floor(self):
        self._floor(basis="fixed", min_price=90.0)
        self.assertEqual(self._state(self._order(price=89.0)), "approval")
        self.assertEqual(self._state(self._order(price=90.0)), "ok")

    def test_floor_off_the_published_price(self):
        self._floor(basis="published", max_discount=15.0)
        self.assertEqual(self._state(self._order(price=84.9)), "approval")
        self.assertEqual(self._state(self._order(price=85.0)), "ok")

    def test_floor_of_the_last_purchase(self):
        self._floor(basis="purchase", min_margin=50.0)
        order = self._order(price=99.0)
        self.assertEqual(self._state(order), "no_basis")
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.stranger.id,
                "invoice_date": self.today,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.valve.id,
                            "product_uom_id": self.dozen.id,
                            "quantity": 1.0,
                            "price_unit": 600.0,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        bill.action_post()
        self.assertEqual(self._state(order), "approval")
        order.order_line.price_unit = 100.0
        self.assertEqual(self._state(order), "ok")

    def test_floor_of_the_dearest_lot(self):
        if "lot_valuated" not in self.valve._fields:
            self.skipTest("costs by lot come with stock valuation")
        self._floor(basis="lot", min_margin=50.0)
        self.assertEqual(self._order(price=119.0).order_line.floor_state, "approval")
        self.valve.write({"is_storable": True, "tracking": "lot", "lot_valuated": True})
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        for name, cost in (("OLD", 40.0), ("NEW", 70.0), ("GONE", 90.0)):
            lot = self.env["stock.lot"].create({"name": name, "product_id": self.valve.id})
            if name != "GONE":
                self.env["stock.quant"]._update_available_quantity(
                    self.valve, warehouse.lot_stock_id, 5, lot_id=lot
                )
            lot.standard_price = cost
        self.assertEqual(self._order(price=139.0).order_line.floor_state, "approval")
        self.assertEqual(self._order(price=141.0).order_line.floor_state, "ok")

    def test_rounding_of_the_line_is_no_violation(self):
        self._floor(basis="fixed", min_price=0.333)
        order = self._order(price=0.333, product_uom_qty=10.0)
        self.assertEqual(self._state(order), "ok")

    # === MOMENTS === #

    def test_sending_is_stopped(self):
        self._floor()
        order = self._order(price=70.0)
        order.capture_offer()
        with self.assertRaisesRegex(UserError, "approval needed"):
            order.offer_ids.action_send()

    def test_confirmation_is_stopped(self):
        self._floor(action="block")
        with self.assertRaisesRegex(UserError, "nobody may sell"):
            self._order(price=70.0).action_confirm()

    def test_writing_the_state_is_stopped(self):
        self._floor()
        order = self._order(price=70.0)
        for state in ("sent", "sale"):
            with self.assertRaises(UserError):
                order.write({"state": state})

    def test_creating_a_confirmed_order_is_stopped(self):
        self._floor()
        with self.assertRaises(UserError):
            self.env["sale.order"].with_user(self.seller).create(
                {
                    "partner_id": self.customer.id,
                    "state": "sale",
                    "order_line": [
                        Command.create({"product_id": self.valve.id, "price_unit": 1.0})
                    ],
                }
            )

    def test_lowering_a_confirmed_price_is_stopped(self):
        self._floor()
        order = self._order(price=100.0)
        order.action_confirm()
        with self.assertRaises(UserError):
            order.order_line.price_unit = 70.0

    def test_cheap_line_added_to_a_confirmed_order_is_stopped(self):
        self._floor()
        order = self._order(price=100.0)
        order.action_confirm()
        with self.assertRaises(UserError):
            order.order_line = [Command.create({"product_id": self.pump.id, "price_unit": 1.0})]

    def test_floor_is_frozen_at_sending(self):
        self._floor(action="warn")
        order = self._order(price=840.0, product_uom_id=self.dozen.id)
        order.order_line = [Command.create({"product_id": self.pump.id, "price_unit": 80.0})]
        offer = self.env["sale.offer"].browse(order.capture_offer())
        self.assertFalse(offer.line_ids[0].floor_state)
        order._send_offers("manual")
        frozen = offer.sudo().line_ids
        self.assertEqual(frozen.mapped("floor_state"), ["warn", "ok"])
        self.assertEqual(frozen.mapped("floor_price"), [960.0, 80.0])
        self.assertTrue(offer.verify_digest())
        self.env["sale.price.floor"].search([]).min_margin = 40.0
        order._send_offers("manual")
        self.assertEqual(frozen.mapped("floor_price"), [960.0, 80.0])

    def test_frozen_floor_is_in_the_currency_of_the_offer(self):
        self._floor()
        currency = self.env["res.currency"].create({"name": "FXE", "symbol": "FXE"})
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": 4.0, "name": "2020-01-01"}
        )
        order = self._order()
        order.pricelist_id = self.env["product.pricelist"].create(
            {"name": "FXE", "currency_id": currency.id}
        )
        order.order_line.price_unit = 400.0
        self.env.flush_all()
        order._send_offers("manual")
        self.assertEqual(order.offer_ids.sudo().line_ids.floor_price, 320.0)

    def test_frozen_floor_price_is_for_price_managers(self):
        self._floor()
        order = self._order(price=90.0)
        order._send_offers("manual")
        line = order.offer_ids.line_ids
        self.assertEqual(line.with_user(self.seller).floor_state, "ok")
        with self.assertRaises(AccessError):
            line.with_user(self.seller).read(["floor_price"])
        self.assertEqual(line.with_user(self.price_manager).floor_price, 80.0)

    def test_check_without_floors_costs_nothing(self):
        order = self._order(price=70.0)
        order.capture_offer()
        order.offer_ids._check_can_send()
        with self.assertQueryCount(0):
            order.offer_ids._check_can_send()
            self.env.flush_all()

    def test_frozen_offer_is_judged_not_the_live_order(self):
        self._floor()
        order = self._order(price=70.0)
        order.capture_offer()
        order.order_line.price_unit = 100.0
        with self.assertRaises(UserError):
            order.offer_ids.action_send()

    def test_floor_raised_after_sending_stops_the_acceptance(self):
        order = self._order(price=70.0)
        order.capture_offer()
        order.offer_ids.action_send()
        self._floor()
        with self.assertRaises(UserError):
            order.offer_ids.action_accept()

    def test_warning_does_not_stop(self):
        self._floor(action="warn")
        order = self._order(price=70.0)
        self.assertEqual(self._state(order), "warn")
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertIn("Gate valve", " ".join(order.message_ids.mapped("body")))

    def test_other_company_has_its_own_floors(self):
        other = self.env["res.company"].create({"name": "Second company"})
        self._floor(company_id=other.id, action="block")
        order = self._order(price=1.0)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_message_to_a_customer_names_no_floor(self):
        self._floor()
        order = self._order(price=70.0)
        error = order.with_user(self.portal).sudo()._confirmation_error_message()
        self.assertIn("contact your salesperson", error)
        self.assertNotIn("loor", error)
