from odoo.tests import Form, tagged

from odoo.addons.quotation_history.tests.price_memory_common import PriceMemoryCommon


@tagged("post_install", "-at_install")
class TestReturnedGoods(PriceMemoryCommon):
    def _deliver(self, order):
        picking = order.picking_ids
        picking.move_ids.quantity = order.order_line.product_uom_qty
        picking.move_ids.picked = True
        picking._action_done()
        return picking

    def _return(self, picking, quantity):
        form = Form(
            self.env["stock.return.picking"].with_context(
                active_id=picking.id, active_ids=picking.ids, active_model="stock.picking"
            )
        )
        wizard = form.save()
        wizard.product_return_moves.write({"quantity": quantity, "to_refund": True})
        back = wizard._create_return()
        back.move_ids.quantity = quantity
        back.move_ids.picked = True
        back._action_done()

    def test_fully_returned_sale_is_left_out(self):
        self._sell(price=95.0, days_ago=5)
        order = self._sell(price=60.0, product_uom_qty=4.0)
        self._return(self._deliver(order), 4.0)
        self.assertEqual(self._memory()["last_sold_price"], 95.0)

    def test_partly_returned_sale_counts(self):
        order = self._sell(price=60.0, product_uom_qty=4.0)
        self._return(self._deliver(order), 1.0)
        self.assertEqual(self._memory()["last_sold_price"], 60.0)

    def test_sale_not_delivered_yet_counts(self):
        self._sell(price=60.0)
        self.assertEqual(self._memory()["last_sold_price"], 60.0)
