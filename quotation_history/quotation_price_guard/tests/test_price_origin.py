from odoo import fields
from odoo.tests import tagged

from .common import PriceGuardCommon


@tagged("post_install", "-at_install")
class TestPriceOrigin(PriceGuardCommon):
    def _pricelist(self, **item):
        return self.env["product.pricelist"].create(
            {
                "name": "Spring",
                "item_ids": [
                    fields.Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": self.valve.id,
                            "compute_price": "fixed",
                            "fixed_price": 91.0,
                            **item,
                        }
                    )
                ],
            }
        )

    def _sources(self, *names):
        sources = self.env["sale.price.source"].with_context(active_test=False)
        for source in sources.search([("company_id", "=", self.company.id)]):
            source.active = source.source in names
            source.sequence = names.index(source.source) if source.active else 99

    def test_sales_price(self):
        self.customer.property_product_pricelist = False
        order = self._order()
        order.pricelist_id = False
        order._recompute_prices()
        self.assertEqual(order.order_line.price_origin, "list")
        self.assertFalse(order.order_line.price_rule_name)

    def test_typed_price(self):
        line = self._order(price=93.0).order_line
        self.assertEqual(line.price_origin, "manual")
        self.assertFalse(line.price_rule_name)

    def test_price_list_rule_is_named(self):
        self.customer.property_product_pricelist = self._pricelist()
        line = self._order().order_line
        self.assertEqual((line.price_unit, line.price_origin), (91.0, "pricelist"))
        self.assertIn("Spring", line.price_rule_name)

    def test_promotion_keeps_its_name_when_the_rule_is_gone(self):
        pricelist = self._pricelist(date_end=fields.Datetime.add(fields.Datetime.now(), days=3))
        self.customer.property_product_pricelist = pricelist
        line = self._order().order_line
        self.assertEqual(line.price_origin, "promotion")
        pricelist.item_ids.unlink()
        self.assertFalse(line.price_rule_id)
        self.assertIn("Spring", line.price_rule_name)
        self.assertIn("Spring", line.price_origin_label)

    def test_typing_over_a_promotion_is_manual(self):
        self.customer.property_product_pricelist = self._pricelist(
            date_end=fields.Datetime.add(fields.Datetime.now(), days=3)
        )
        line = self._order().order_line
        line.price_unit = 90.5
        self.assertEqual((line.price_origin, line.price_rule_name), ("manual", False))

    def test_published_price_when_no_price_list_has_one(self):
        published = self._pricelist()
        published.is_published = True
        order = self._order()
        order.pricelist_id = False
        order._recompute_prices()
        self.assertEqual(order.order_line.price_unit, 91.0)
        self.assertEqual(order.order_line.price_origin, "published")

    def test_order_of_sources_decides(self):
        self.customer.property_product_pricelist = self._pricelist()
        self._agree(95.0)
        self._sources("pricelist", "agreed")
        self.assertEqual(self._order().order_line.price_origin, "pricelist")
        self._sources("agreed", "pricelist")
        self.assertEqual(self._order().order_line.price_origin, "agreed")

    def test_last_paid_price_as_a_source(self):
        self._sell(price=82.0, days_ago=9)
        self._sources("last", "pricelist")
        line = self._order().order_line
        self.assertEqual((line.price_unit, line.price_origin), (82.0, "last"))

    def test_last_price_taken_by_hand_is_named(self):
        self._sell(price=82.0, days_ago=9)
        line = self._order().order_line
        line.price_unit = 82.0
        self.assertEqual(line.price_origin, "last")

    def test_origin_cannot_be_forged(self):
        order = self._order(price=50.0, price_origin="agreed", price_rule_name="Forged")
        line = order.order_line
        self.assertEqual((line.price_origin, line.price_rule_name), ("manual", False))
        line.write({"price_origin": "agreed", "price_deviation": 0.0})
        self.assertEqual(line.price_origin, "manual")
        line.write({"price_unit": 49.0, "technical_price_unit": 49.0})
        self.assertEqual(line.price_origin, "manual")

    def test_resolution_in_the_context_of_a_client_is_ignored(self):
        order = self._order()
        forged = {order.order_line.id: {"price": 1.0, "origin": "agreed"}}
        line = order.order_line.with_context(price_resolution=forged)
        line.product_uom_qty = 3.0
        self.assertEqual(line.price_unit, 100.0)

    def test_offer_keeps_the_origin(self):
        self.customer.property_product_pricelist = self._pricelist()
        order = self._order()
        order.capture_offer()
        order.order_line.price_unit = 70.0
        line = order.offer_ids.line_ids
        self.assertEqual(line.price_origin, "pricelist")
        self.assertIn("Spring", line.price_rule_name)
        self.assertAlmostEqual(line.price_deviation, -9.0)
        self.assertTrue(order.offer_ids.verify_digest())

    # === PUBLISHED PRICE OF THE DAY === #

    def test_deviation_from_the_published_price(self):
        published = self._pricelist(fixed_price=80.0)
        published.is_published = True
        line = self._order(price=72.0).order_line
        self.assertEqual(line.published_price, 80.0)
        self.assertAlmostEqual(line.price_deviation, -10.0)

    def test_published_price_is_that_of_its_day(self):
        published = self._pricelist(
            fixed_price=80.0, date_end=fields.Datetime.subtract(fields.Datetime.now(), days=1)
        )
        published.is_published = True
        published.item_ids.copy(
            {
                "fixed_price": 85.0,
                "date_start": fields.Datetime.subtract(fields.Datetime.now(), days=1),
                "date_end": False,
                "pricelist_id": published.id,
            }
        )
        self.assertEqual(self._order(price=85.0).order_line.published_price, 85.0)

    def test_published_price_stays_when_the_list_changes(self):
        published = self._pricelist(fixed_price=80.0)
        published.is_published = True
        line = self._order(price=72.0).order_line
        published.item_ids.fixed_price = 60.0
        self.assertEqual(line.published_price, 80.0)

    def test_report_by_salesperson(self):
        published = self._pricelist(fixed_price=80.0)
        published.is_published = True
        self._order(price=72.0, product_uom_qty=5.0)
        self.env.flush_all()
        rows = self.env["sale.price.deviation"]._read_group(
            [("user_id", "=", self.seller.id)],
            ["user_id"],
            ["deviation_amount:sum", "published_amount:sum"],
        )
        self.assertEqual(rows, [(self.seller, -40.0, 400.0)])

    def test_offer_line_speaks_the_users_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["quotation_price_guard"], ["zh_CN"])
        lines = self.env["sale.offer.line"].with_context(lang="zh_CN")
        fields = lines.fields_get(["price_origin", "floor_state"], ["selection"])
        self.assertEqual(dict(fields["price_origin"]["selection"])["manual"], "手工")
        self.assertEqual(dict(fields["floor_state"]["selection"])["approved"], "低于限价：已批准")

    def test_report_speaks_the_users_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        report = self.env["sale.price.deviation"].with_context(lang="zh_CN")
        fields_get = report.fields_get(["price_origin", "state"])
        self.assertEqual(dict(fields_get["price_origin"]["selection"])["agreed"], "协议价")
        self.assertNotEqual(dict(fields_get["state"]["selection"])["sale"], "Sales Order")

    def test_salesperson_sees_the_own_deviations(self):
        self._order(price=72.0)
        self.env.flush_all()
        deviations = self.env["sale.price.deviation"].with_user(self.colleague)
        self.assertFalse(deviations.search([("user_id", "=", self.seller.id)]))
