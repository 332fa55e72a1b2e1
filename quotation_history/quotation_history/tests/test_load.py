from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import OfferCommon


@tagged("post_install", "-at_install")
class TestLoad(OfferCommon):
    """Loading an offer restores the lines exactly, whatever happened to them since."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.analytic = cls.env["account.analytic.account"].create(
            {
                "name": "Project",
                "plan_id": cls.env["account.analytic.plan"].create({"name": "Plan"}).id,
            }
        )
        cls.template = cls._create_configurable()
        cls.combo_product, cls.combo_item = cls._create_combo()

    @classmethod
    def _create_configurable(cls):
        attribute = cls.env["product.attribute"].create(
            {
                "name": "Coating",
                "create_variant": "no_variant",
                "value_ids": [
                    Command.create({"name": "Epoxy"}),
                    Command.create({"name": "Custom", "is_custom": True}),
                ],
            }
        )
        return cls.env["product.template"].create(
            {
                "name": "Housing",
                "taxes_id": [Command.clear()],
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [Command.set(attribute.value_ids.ids)],
                        }
                    )
                ],
            }
        )

    @classmethod
    def _create_combo(cls):
        combo = cls.env["product.combo"].create(
            {"name": "Choice", "combo_item_ids": [Command.create({"product_id": cls.valve.id})]}
        )
        product = cls.env["product.product"].create(
            {"name": "Set", "type": "combo", "combo_ids": [Command.link(combo.id)]}
        )
        return product, combo.combo_item_ids

    def _fill_order(self):
        order = self.order
        custom = self.template.attribute_line_ids.product_template_value_ids.filtered("is_custom")
        line_values = [
            {"display_type": "line_section", "name": "Station"},
            {
                "product_id": self.template.product_variant_id.id,
                "product_no_variant_attribute_value_ids": [Command.set(custom.ids)],
                "product_custom_attribute_value_ids": [
                    Command.create(
                        {
                            "custom_product_template_attribute_value_id": custom.id,
                            "custom_value": "RAL 5010",
                        }
                    )
                ],
                "analytic_distribution": {str(self.analytic.id): 100},
                "price_unit": 33.33,
                "discount": 7.5,
            },
            {"display_type": "line_note", "name": "With certificate"},
            {"display_type": "line_section", "name": "Options", "is_optional": True},
            {"product_id": self.valve.id, "product_uom_qty": 0},
            {"product_id": self.combo_product.id, "product_uom_qty": 2},
        ]
        order.write(
            {
                "order_line": [
                    Command.create({**values, "sequence": 20 + index})
                    for index, values in enumerate(line_values)
                ]
            }
        )
        combo_line = order.order_line.filtered(lambda line: line.product_id == self.combo_product)
        self.env["sale.order.line"].with_user(self.seller).create(
            {
                "order_id": order.id,
                "product_id": self.valve.id,
                "product_uom_qty": 2,
                "combo_item_id": self.combo_item.id,
                "linked_line_id": combo_line.id,
                "sequence": 40,
            }
        )
        return order

    def _snapshot(self):
        """copy_data of all lines, without what loading changes on purpose or cannot keep."""
        lines = self.order.order_line.sorted(lambda line: (line.sequence, line.name or ""))
        result = []
        for vals, line in zip(lines.copy_data(), lines, strict=True):
            vals.pop("technical_price_unit")
            for command in vals.get("product_custom_attribute_value_ids") or []:
                command[2].pop("sale_order_line_id", None)
            result.append((vals, line.linked_line_id.product_id.id))
        return result

    def _load(self, offer):
        offer.action_load()
        self.env.flush_all()
        self.order.invalidate_recordset()
        self.order.order_line.invalidate_recordset()

    def test_exact_after_edits(self):
        order = self._fill_order()
        before, totals = self._snapshot(), (order.amount_untaxed, order.amount_total)
        offer = self._send()
        for line in order.order_line.filtered(lambda line: not line.display_type):
            line.write({"product_uom_qty": 5, "price_unit": 1, "discount": 50})
        order.order_line.filtered("product_custom_attribute_value_ids").write(
            {"product_custom_attribute_value_ids": [Command.clear()], "analytic_distribution": {}}
        )
        order.order_line[0].sequence = 99
        self._load(offer)
        self.assertEqual(self._snapshot(), before)
        self.assertEqual((order.amount_untaxed, order.amount_total), totals)
        self.assertEqual(order.capture_offer(), offer.id)

    def test_exact_after_deleting_everything(self):
        order = self._fill_order()
        before = self._snapshot()
        offer = self._send()
        order.order_line.unlink()
        self._load(offer)
        self.assertEqual(self._snapshot(), before)

    def test_added_lines_go(self):
        before = self._snapshot()
        offer = self._send()
        self.order.order_line = [Command.create({"product_id": self.valve.id})]
        self._load(offer)
        self.assertEqual(self._snapshot(), before)

    def test_changed_product_is_replaced(self):
        before = self._snapshot()
        offer = self._send()
        self._line().product_id = self.valve
        self._load(offer)
        self.assertEqual(self._snapshot(), before)

    def test_back_and_forth_keeps_identity(self):
        first = self._send()
        self._line().unlink()
        second = self._send()
        self._load(first)
        self._line().price_unit = 70
        third = self._send()
        rows = (first | second | third).compare()["rows"]
        pump = next(row for row in rows if row["name"].startswith("Pump"))
        self.assertEqual([bool(cell) for cell in pump["cells"]], [True, False, True])
        self.assertEqual(len(rows), 2)

    def test_terms_come_back(self):
        terms = self.env["account.payment.term"].create({"name": "30 days"})
        self.order.write(
            {
                "payment_term_id": terms.id,
                "validity_date": "2030-01-31",
                "commitment_date": "2030-02-01 08:00:00",
                "note": "<p>Ex works</p>",
            }
        )
        offer = self._send()
        self.assertEqual(offer.payment_term_id, terms)
        self.order.write(
            {"payment_term_id": False, "validity_date": "2031-01-31", "commitment_date": False,
             "note": False}
        )  # fmt: skip
        self._load(offer)
        self.assertEqual(self.order.payment_term_id, terms)
        self.assertEqual(str(self.order.validity_date), "2030-01-31")
        self.assertEqual(str(self.order.commitment_date), "2030-02-01 08:00:00")
        self.assertEqual(self.order.note, "<p>Ex works</p>")

    def test_price_list_and_currency_come_back(self):
        usd = self.env.ref("base.USD")
        eur = self.env.ref("base.EUR")
        (usd | eur).active = True
        foreign = eur if self.order.company_id.currency_id == usd else usd
        self.env["res.currency.rate"].create({"currency_id": foreign.id, "rate": 2.0})
        lists = self.env["product.pricelist"].create(
            [{"name": name, "currency_id": cur.id} for name, cur in
             (("Home", self.order.company_id.currency_id), ("Abroad", foreign))]
        )  # fmt: skip
        self.order.pricelist_id = lists[0]
        self.order._recompute_prices()
        offer = self._send()
        self.order.pricelist_id = lists[1]
        self.order._recompute_prices()
        other = self._send()
        self.assertEqual(other.currency_id, foreign)
        comparison = (offer | other).compare()
        self.assertAlmostEqual(comparison["offers"][1]["first_percent"], 0.0, places=1)
        self._load(offer)
        self.assertEqual(self.order.pricelist_id, lists[0])
        self.assertEqual(self.order.currency_id, offer.currency_id)
        self.assertEqual(self._line().price_unit, 100)

    def test_price_survives_a_change_of_quantity(self):
        self._line().price_unit = 88
        self._line(self.valve).price_unit = 0
        offer = self._send()
        self.order.order_line.unlink()
        self._load(offer)
        for line in self.order.order_line:
            line.product_uom_qty = 7
        self.assertEqual(self._line().price_unit, 88)
        self.assertEqual(self._line(self.valve).price_unit, 0)

    def test_list_price_of_an_offer_survives_too(self):
        offer = self._send()
        self._load(offer)
        self.pump.list_price = 500
        self._line().product_uom_qty = 7
        self.assertEqual(self._line().price_unit, 100)

    def test_discount_survives_a_change_of_quantity(self):
        self.env.user.group_ids += self.env.ref("sale.group_discount_per_so_line")
        pricelist = self.env["product.pricelist"].create({"name": "Plain"})
        self.order.pricelist_id = pricelist
        self._line().discount = 12
        offer = self._send()
        self._line().discount = 0
        self._load(offer)
        self._line().product_uom_qty = 7
        self.assertEqual(self._line().discount, 12)

    def test_new_product_gets_its_own_price(self):
        self._load(self._send())
        line = self._line()
        line.product_id = self.valve
        line._onchange_product_id()
        self.assertFalse(line.is_offer_price)

    def test_down_payment_lines_are_left_alone(self):
        down = self.env["sale.order.line"].create(
            {
                "order_id": self.order.id,
                "is_downpayment": True,
                "name": "Down payment",
                "product_uom_qty": 0,
                "price_unit": 50,
            }
        )
        offer = self._send()
        self.assertEqual(len(offer.line_ids), 2)
        self._line().price_unit = 5
        self._load(offer)
        self.assertTrue(down.exists())
        self.assertEqual(down.price_unit, 50)

    def test_archived_product(self):
        offer = self._send()
        self.pump.active = False
        with self.assertRaisesRegex(UserError, "archived"):
            offer.action_load()

    def test_deleted_terms_are_reported(self):
        tag = self.env["account.tax"].create({"name": "T 5", "amount": 5})
        self._line().tax_ids = tag
        offer = self._send()
        self._line().tax_ids = False
        self.env.flush_all()
        tag.unlink()
        offer.action_load()
        self.assertIn("left out", self.order.message_ids[0].body)

    def test_confirmed_order_cannot_be_loaded(self):
        offer = self._send()
        self.order.action_confirm()
        with self.assertRaises(UserError):
            offer.action_load()

    def test_route_comes_back(self):
        if "route_ids" not in self.env["sale.order.line"]._fields:
            self.skipTest("sale_stock is not installed")
        route = self.env["stock.route"].create({"name": "Direct", "sale_selectable": True})
        self._line().sudo().route_ids = route
        offer = self._send()
        self._line().sudo().route_ids = False
        self._load(offer)
        self.assertEqual(self._line().sudo().route_ids, route)
