from odoo import Command
from odoo.tests import tagged

from .common import PurchaseConsignmentCommon


@tagged("post_install", "-at_install")
class TestPerformance(PurchaseConsignmentCommon):
    """Deliveries of own goods cost what they cost the host; draws grow evenly."""

    def make_goods(self, count):
        category = self.make_product("average").categ_id
        return self.env["product.product"].create(
            [
                {
                    "name": f"Valve {number}",
                    "is_storable": True,
                    "categ_id": category.id,
                    "standard_price": 5.0,
                }
                for number in range(count)
            ]
        )

    def counted_delivery(self, products):
        """Deliver one of each product; return the queries of reserving and of finishing."""
        home, customers = self.stock_location, self.customer_location
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.picking_type_out.id,
                "location_id": home.id,
                "location_dest_id": customers.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": 1,
                            "location_id": home.id,
                            "location_dest_id": customers.id,
                        }
                    )
                    for product in products
                ],
            }
        )
        picking.action_confirm()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        picking.action_assign()
        picking.move_ids.picked = True
        picking._action_done()
        self.env.flush_all()
        self.assertEqual(picking.state, "done")
        return self.cr.sql_log_count - before

    def without_addons(self):
        moves, lines = type(self.env["stock.move"]), type(self.env["stock.move.line"])
        self.patch(moves, "_draw_consigned_goods", lambda moves: None)
        self.patch(moves, "_give_back_returned_goods", lambda moves: None)
        self.patch(moves, "_check_draw_fields", lambda moves: None)
        self.patch(moves, "_is_draw_return", lambda move: False)
        self.patch(lines, "_check_no_late_draw", lambda lines: None)
        self.patch(lines, "_check_not_settled", lambda lines: None)
        self.patch(type(self.env["stock.quant"]), "_order_consigned", lambda quants: quants)
        self.patch(type(self.env["stock.picking"]), "_redate_draws", lambda *arguments: None)

    def test_hundred_lines_of_own_goods(self):
        """At most five queries more than the host, however many lines there are."""
        products = self.make_goods(100)
        self.make_consigned(self.make_product(), 10)  # somewhere else something is consigned
        for product in products:
            self.env["stock.quant"]._update_available_quantity(product, self.stock_location, 9)
        self.counted_delivery(products[:2])
        ours = self.counted_delivery(products)
        self.without_addons()
        host = self.counted_delivery(products)
        self.assertLessEqual(ours - host, 5, (ours, host))

    def test_draws_grow_evenly(self):
        """Each further draw costs a bounded number of queries: no square of the lines."""
        products = self.make_goods(24)
        agreement = self.make_agreement("consign_in", purchase_tax_source="agreement")
        agreement.fill_up([self.line(product, 9, price_unit=7.0) for product in products])
        self.counted_delivery(products[:1])
        few, many = (self.counted_delivery(products[:count]) for count in (8, 24))
        self.assertEqual(len(self.draws(agreement)), 1 + 8 + 24)
        self.assertLess((many - few) / 16, 30, (few, many))
