from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.quotation_history.tests.price_memory_common import PriceMemoryCommon


@tagged("post_install", "-at_install")
class TestLotCosts(PriceMemoryCommon):
    """Different purchase prices of one product are told apart on the line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gauge = cls.env["product.product"].create(
            {
                "name": "Gauge",
                "is_storable": True,
                "tracking": "lot",
                "lot_valuated": True,
                "list_price": 100.0,
            }
        )
        cls.lots = cls.env["stock.lot"].create(
            [{"name": name, "product_id": cls.gauge.id} for name in ("OLD", "NEW")]
        )
        place = (
            cls.env["stock.warehouse"]
            .search([("company_id", "=", cls.env.company.id)], limit=1)
            .lot_stock_id
        )
        for lot, cost in zip(cls.lots, (50.0, 62.5), strict=True):
            cls.env["stock.quant"]._update_available_quantity(cls.gauge, place, 5, lot_id=lot)
            lot.standard_price = cost
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "order_line": [Command.create({"product_id": cls.gauge.id})],
            }
        )

    def test_lots_in_stock_with_their_costs(self):
        costs = self.order.order_line.lot_costs
        self.assertRegex(costs, r"NEW: .*62\.50.* · OLD: .*50\.00")

    def test_cost_per_unit_of_the_line(self):
        self.order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        self.assertIn("750.00", self.order.order_line.lot_costs)

    def test_reserved_lot_alone_once_it_is_chosen(self):
        self.order.action_confirm()
        move = self.order.order_line.move_ids
        move.move_line_ids.unlink()
        self.env["stock.move.line"].create(
            {**move._prepare_move_line_vals(), "lot_id": self.lots[0].id, "quantity": 1}
        )
        self.env.invalidate_all()
        self.assertRegex(self.order.order_line.lot_costs, r"^OLD: .*50\.00")

    def test_lots_of_all_lines_are_read_at_once(self):
        def count_queries(lines):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": self.gauge.id})] * lines,
                }
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order.order_line.mapped("lot_costs")
            return self.env.cr.sql_log_count - before

        count_queries(1)
        self.assertEqual(count_queries(2), count_queries(8))

    def test_products_without_lots_say_nothing(self):
        self.order.order_line.product_id = self.valve
        self.assertFalse(self.order.order_line.lot_costs)

    def test_costs_need_the_right(self):
        seller = new_test_user(
            self.env, "lot_seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        with self.assertRaises(AccessError):
            self.order.order_line.with_user(seller).read(["lot_costs"])

    def test_costs_show_to_who_gives_no_discounts(self):
        """The form of a line has them whether or not discounts are switched on."""
        manager = new_test_user(
            self.env, "lot_manager", groups="sales_team.group_sale_manager,base.group_user"
        )
        manager.group_ids -= self.env.ref("sale.group_discount_per_so_line")
        arch = etree.fromstring(
            self.env["sale.order"].with_user(manager).get_view(view_type="form")["arch"]
        )
        self.assertTrue(arch.xpath("//field[@name='order_line']/form//field[@name='lot_costs']"))
