from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PriceGuardCommon


@tagged("post_install", "-at_install")
class TestPromotion(PriceGuardCommon):
    """A promotion runs when the quotation is made and has ended when it is confirmed."""

    def setUp(self):
        super().setUp()
        self.pricelist = self.env["product.pricelist"].create(
            {
                "name": "Spring",
                "item_ids": [
                    fields.Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": self.valve.id,
                            "compute_price": "fixed",
                            "fixed_price": 91.0,
                            "date_end": fields.Datetime.add(fields.Datetime.now(), days=1),
                        }
                    )
                ],
            }
        )
        self.customer.property_product_pricelist = self.pricelist

    def _ended_quotation(self):
        order = self._order()
        self.assertEqual(order.order_line.price_unit, 91.0)
        order.action_quotation_sent()
        self.pricelist.item_ids.date_end = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        order.date_order = fields.Datetime.subtract(fields.Datetime.now(), days=2)
        order.price_date = order.date_order
        order.invalidate_recordset()
        return order

    def test_date_of_the_quotation_honours_the_promotion(self):
        order = self._ended_quotation()
        self.assertIn("honoured", order.promotion_message)
        order.action_confirm()
        self.assertEqual((order.state, order.order_line.price_unit), ("sale", 91.0))

    def test_first_sending_notes_the_day_of_the_prices(self):
        order = self._order()
        order.date_order = quoted = fields.Datetime.subtract(fields.Datetime.now(), days=2)
        self.assertFalse(order.price_date)
        order.action_quotation_sent()
        self.assertEqual(order.price_date, quoted)
        order.order_line.product_uom_qty = 2.0
        order._send_offers("manual")
        self.assertEqual((order.current_round, order.price_date), (2, quoted))

    def test_day_of_the_prices_is_not_noted_by_the_date_of_the_order(self):
        self.company.price_promo_basis = "confirm"
        order = self._order()
        order.action_quotation_sent()
        self.assertFalse(order.price_date)

    def test_day_of_the_prices_is_each_orders_own(self):
        orders = self._order() | self._order()
        orders[0].date_order = quoted = fields.Datetime.subtract(fields.Datetime.now(), days=3)
        orders.write({"state": "sent"})
        self.assertEqual(orders[0].price_date, quoted)
        self.assertEqual(orders[1].price_date, orders[1].date_order)

    def test_date_of_the_quotation_holds_after_the_confirmation(self):
        order = self._ended_quotation()
        order.action_confirm()
        order.order_line.product_uom_qty = 4.0
        self.assertEqual(order.order_line.price_unit, 91.0)

    def test_date_of_the_order_stops_the_confirmation(self):
        self.company.price_promo_basis = "confirm"
        order = self._ended_quotation()
        self.assertIn("has ended", order.promotion_message)
        with self.assertRaisesRegex(UserError, "has ended"):
            order.action_confirm()

    def test_date_of_the_order_and_updated_prices(self):
        self.company.price_promo_basis = "confirm"
        order = self._ended_quotation()
        order.action_update_ended_promotions()
        self.assertEqual(order.order_line.price_unit, 100.0)
        self.assertFalse(order.promotion_message)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_promotion_is_updated_by_the_date_of_the_quotation_too(self):
        order = self._ended_quotation()
        order.action_update_ended_promotions()
        self.assertEqual(order.order_line.price_unit, 100.0)

    def test_price_manager_honours_the_promotion(self):
        self.company.price_promo_basis = "confirm"
        order = self._ended_quotation()
        with self.assertRaises(AccessError):
            order.with_user(self.seller).keep_promotions = True
        order.with_user(self.price_manager).keep_promotions = True
        order.action_confirm()
        self.assertEqual((order.state, order.order_line.price_unit), ("sale", 91.0))

    def test_running_promotion_is_silent(self):
        order = self._order()
        self.assertFalse(order.promotion_message)
        order.action_confirm()
        self.assertEqual(order.order_line.price_unit, 91.0)

    def test_price_typed_over_a_promotion_is_no_promotion(self):
        order = self._order()
        order.order_line.price_unit = 95.0
        self.pricelist.item_ids.date_end = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        self.company.price_promo_basis = "confirm"
        order.action_confirm()
        self.assertEqual(order.state, "sale")
