from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import tagged

from .common import PurchaseConsignmentCommon


@tagged("post_install", "-at_install")
class TestDraw(PurchaseConsignmentCommon):
    """Goods of others become ours, at the agreed price, the moment they are used."""

    def test_own_first_then_theirs(self):
        """10 own at 5 and 2 of 10 consigned at 7: draw 14, cost of the delivery 64."""
        for method in ("average", "fifo"):
            for valuation in ("real_time", "periodic"):
                with self.subTest(method=method, valuation=valuation):
                    product = self.make_product(method, valuation)
                    self.receive(product, 10, 5.0, days_ago=9)
                    agreement = self.make_consigned(product, 10)
                    picking = self.deliver(product, 12)
                    draw = self.draws(agreement)
                    self.assertEqual(draw.drawn, 2.0)
                    self.assertAlmostEqual(draw.move_id.value, 14.0)
                    self.assertTrue(draw.move_id.is_in)
                    self.assertAlmostEqual(picking.move_ids.value, 64.0)
                    self.assertAlmostEqual(self.value(product), 0.0)
                    line = self.draw_line(agreement)
                    self.assertEqual((line.qty_received, line.qty_to_invoice), (2.0, 2.0))
                    self.assertEqual(self.quantity(product, agreement.location_id), 8.0)
                    self.assert_no_negative(product)

    def test_standard_price(self):
        """The draw is worth the standard price as any receipt; the order keeps the agreed one."""
        product = self.make_product("standard")
        self.receive(product, 10, 5.0, days_ago=9)
        agreement = self.make_consigned(product, 10)
        picking = self.deliver(product, 12)
        self.assertAlmostEqual(picking.move_ids.value, 72.0)
        self.assertAlmostEqual(self.draw_line(agreement).price_unit, 7.0)
        self.assertAlmostEqual(self.value(product), 0.0)

    def test_no_receipt_is_created(self):
        product = self.make_product()
        agreement = self.make_consigned(product, 10)
        self.deliver(product, 3)
        order = agreement.purchase_order_ids
        self.assertEqual(order.state, "purchase")
        self.assertEqual(order.picking_ids.consignment_operation, "draw")
        self.assertEqual(order.picking_ids.mapped("state"), ["done"])
        self.assertEqual(order.partner_id, self.consignor)
        self.assertAlmostEqual(order.amount_untaxed, 21.0)
        self.assertEqual(order.invoice_status, "to invoice")

    def test_ordered_quantity_policy_bills_what_was_used(self):
        product = self.make_product(purchase_method="purchase")
        agreement = self.make_consigned(product, 10)
        self.deliver(product, 3)
        self.assertEqual(self.draw_line(agreement).qty_to_invoice, 3.0)

    def test_bill_revalues_the_draw(self):
        """Billed at 7.5 the draw of 2 is worth 15."""
        product = self.make_product("fifo")
        self.receive(product, 10, 5.0, days_ago=9)
        agreement = self.make_consigned(product, 10)
        self.deliver(product, 12)
        bill = self.env["account.move"].browse(agreement.settle_vendor(self.today()))
        bill.invoice_date = self.today()
        bill.invoice_line_ids.price_unit = 7.5
        bill.action_post()
        self.assertAlmostEqual(self.draws(agreement).move_id.value, 15.0)

    def test_own_first_draws_nothing_while_own_goods_last(self):
        product = self.make_product("fifo")
        agreement = self.make_consigned(product, 10)
        self.receive(product, 5, 5.0)
        self.deliver(product, 3)
        self.assertFalse(self.draws(agreement))

    def test_theirs_first_draws_all(self):
        product = self.make_product("fifo")
        agreement = self.make_consigned(product, 10, reserve_policy="theirs_first")
        self.receive(product, 5, 5.0)
        self.deliver(product, 3)
        self.assertEqual(self.draws(agreement).drawn, 3.0)

    def test_what_stays_ours_costs_the_average_with_the_draw(self):
        """9 at 13 and 4 drawn at 7 cost 145: 8 leave, 5 of the 13 stay, now and ever after."""
        for place in ("elsewhere", "here"):
            with self.subTest(place=place):
                product = self.make_product()
                self.receive(product, 9, 13.0, days_ago=5)
                self.make_consigned(product, 4, reserve_policy="theirs_first")
                if place == "elsewhere":
                    self.make_agreement().fill_up([self.line(product, 5)], self.day(4))
                picking = self.deliver(product, 8)
                self.assertAlmostEqual(picking.move_ids.value, 145 / 13 * 8, 2)
                self.assertAlmostEqual(self.value(product), 145 / 13 * 5, 2)
                picking.date_done = fields.Datetime.now() - timedelta(days=2)
                self.assertAlmostEqual(self.value(product), 145 / 13 * 5, 2)

    def test_draw_and_use_are_of_the_same_second_in_the_place(self):
        product = self.make_product()
        agreement = self.make_consigned(product, 5)
        agreement.fill_up([self.line(product, 2)])
        picking = self.deliver(product, 6)
        event = agreement.event_ids.filtered(lambda event: event.verb == "draw")
        self.assertEqual(event.date, picking.move_ids.date)
        self.assertLess(event.move_id.date, picking.move_ids.date)

    def test_partial_delivery_and_backorder(self):
        """Of 8 asked 5 go out: 5 are drawn, 3 stay reserved and are drawn with the backorder."""
        product = self.make_product()
        agreement = self.make_consigned(product, 8)
        picking = self.deliver(product, 8, done=5)
        self.assertEqual(self.draws(agreement).drawn, 5.0)
        backorder = picking.backorder_ids
        backorder.action_assign()
        self.assertEqual(backorder.move_ids.quantity, 3.0)
        quants = self.env["stock.quant"].search(
            [("location_id", "=", agreement.location_id.id), ("product_id", "=", product.id)]
        )
        self.assertEqual((quants.quantity, quants.reserved_quantity), (3.0, 3.0))
        backorder.move_ids.picked = True
        backorder._action_done()
        self.assertEqual(sum(self.draws(agreement).mapped("drawn")), 8.0)
        self.assertEqual(len(self.draw_line(agreement)), 1, "same month, same price, one line")
        self.assert_no_negative(product)

    def test_serials_follow(self):
        product = self.make_product(tracking="serial")
        lots = [self.make_lot(product, f"S{number}") for number in range(3)]
        agreement = self.make_consigned(product, 3, lots=lots)
        picking = self.deliver(product, 2)
        self.assertEqual(picking.move_ids.lot_ids.mapped("name"), ["S0", "S1"])
        self.assertEqual(self.draws(agreement).lot_ids, picking.move_ids.lot_ids)
        self.assertEqual(picking.move_line_ids.location_id, self.stock_location)
        self.assert_no_negative(product)

    def test_lot_valuated_draw(self):
        product = self.make_product(tracking="lot", lot_valuated=True)
        own, theirs = self.make_lot(product, "OWN"), self.make_lot(product, "THEIRS")
        self.receive(product, 4, 5.0, lot=own)
        agreement = self.make_agreement("consign_in", purchase_tax_source="agreement")
        agreement.fill_up([self.line(product, 4, lot_id=theirs.id, price_unit=7.0)])
        picking = self.deliver(product, 6)
        self.assertAlmostEqual(picking.move_ids.value, 34.0)
        self.assertAlmostEqual(self.value(product), 0.0)

    def test_other_reservations_survive(self):
        """A draw frees and takes exactly its own reservation."""
        product = self.make_product()
        self.receive(product, 4, 5.0)
        agreement = self.make_consigned(product, 6)
        waiting = self.env["stock.picking"].create(
            {
                "picking_type_id": self.picking_type_out.id,
                "location_id": self.stock_location.id,
                "location_dest_id": self.customer_location.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": 7,
                            "location_id": self.stock_location.id,
                            "location_dest_id": self.customer_location.id,
                        }
                    )
                ],
            }
        )
        waiting.action_confirm()
        waiting.action_assign()
        self.deliver(product, 3)
        self.env.invalidate_all()
        self.assertEqual(waiting.move_ids.quantity, 7.0)
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id.usage", "=", "internal")]
        )
        self.assertEqual(sum(quants.mapped("reserved_quantity")), 7.0)
        self.assertEqual(sum(quants.mapped("quantity")), 7.0)
        waiting.move_ids.picked = True
        waiting._action_done()
        self.assertEqual(sum(self.draws(agreement).mapped("drawn")), 6.0)
        self.assert_no_negative(product)

    def test_consumption_in_production(self):
        product = self.make_product()
        self.receive(product, 10, 5.0, days_ago=9)
        agreement = self.make_consigned(product, 10)
        production = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", self.company.id)], limit=1
        )
        picking = self.deliver(product, 12, location_dest_id=production.id)
        self.assertEqual(self.draws(agreement).drawn, 2.0)
        self.assertAlmostEqual(picking.move_ids.value, 64.0)

    def scrap(self, product, quantity, location):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": product.id,
                "scrap_qty": quantity,
                "location_id": location.id,
                "company_id": self.company.id,
            }
        )
        scrap.action_validate()
        return scrap

    def test_scrap_we_answer_for_is_bought(self):
        product = self.make_product()
        agreement = self.make_consigned(product, 10, loss_policy="ours")
        scrap = self.scrap(product, 2, agreement.location_id)
        self.assertEqual(self.draws(agreement).drawn, 2.0)
        self.assertAlmostEqual(scrap.move_ids.value, 14.0)

    def test_scrap_the_owner_bears_is_a_loss_of_theirs(self):
        product = self.make_product()
        agreement = self.make_consigned(product, 10, loss_policy="theirs")
        scrap = self.scrap(product, 2, agreement.location_id)
        self.assertFalse(self.draws(agreement))
        self.assertAlmostEqual(scrap.move_ids.value, 0.0)
        losses = agreement.event_ids.filtered(lambda event: event.verb == "loss")
        self.assertEqual(losses.quantity, -2.0)
        self.assertEqual(self.balance(agreement, product), 8.0)

    def test_count_follows_the_loss_policy(self):
        for policy, drawn in (("ours", 3.0), ("theirs", 0.0)):
            product = self.make_product()
            agreement = self.make_consigned(product, 10, loss_policy=policy)
            quant = self.env["stock.quant"].search(
                [("location_id", "=", agreement.location_id.id), ("product_id", "=", product.id)]
            )
            quant.with_context(inventory_mode=True).inventory_quantity = 7
            quant.action_apply_inventory()
            self.assertEqual(sum(self.draws(agreement).mapped("drawn")), drawn)
            self.assertEqual(self.balance(agreement, product), 7.0)

    def test_multi_step_delivery_draws_at_the_first_step(self):
        self.warehouse.delivery_steps = "pick_ship"
        product = self.make_product()
        agreement = self.make_consigned(product, 5)
        reference = self.env["stock.reference"].create({"name": "SO1"})
        self.env["stock.rule"].run(
            [
                self.env["stock.rule"].Procurement(
                    product,
                    3,
                    product.uom_id,
                    self.customer_location,
                    "SO1",
                    "SO1",
                    self.company,
                    {"warehouse_id": self.warehouse, "reference_ids": reference},
                )
            ]
        )
        pick = reference.move_ids.filtered(lambda move: move.location_id == self.stock_location)
        pick.picking_id.action_assign()
        pick.picked = True
        pick.picking_id._action_done()
        self.assertEqual(self.draws(agreement).drawn, 3.0)
        ship = (pick.move_dest_ids or reference.move_ids - pick).picking_id
        ship.action_assign()
        ship.move_ids.picked = True
        ship._action_done()
        self.assertEqual(sum(self.draws(agreement).mapped("drawn")), 3.0)
        self.assertEqual(self.value(product), 0.0)

    def test_whole_package_stays_packed(self):
        product = self.make_product()
        agreement = self.make_consigned(product, 4)
        package = self.env["stock.package"].create({"name": "BOX"})
        quant = self.env["stock.quant"].search(
            [("location_id", "=", agreement.location_id.id), ("product_id", "=", product.id)]
        )
        self.env["stock.quant"]._update_available_quantity(product, quant.location_id, -4)
        self.env["stock.quant"]._update_available_quantity(
            product, quant.location_id, 4, package_id=package
        )
        picking = self.deliver(product, 4)
        self.assertEqual(picking.move_line_ids.package_id, package)
        self.assertEqual(self.draws(agreement).drawn, 4.0)
        self.assert_no_negative(product)

    def test_missing_price_blocks_before_anything_moved(self):
        product = self.make_product()
        agreement = self.make_agreement("consign_in", purchase_tax_source="agreement")
        agreement.fill_up([self.line(product, 5)])
        with self.assertRaisesRegex(RedirectWarning, "No price of Valve"):
            self.deliver(product, 2)

    def test_vendor_price_list_is_asked(self):
        product = self.make_product()
        product.seller_ids = [Command.create({"partner_id": self.consignor.id, "price": 8.0})]
        agreement = self.make_agreement("consign_in", purchase_tax_source="agreement")
        agreement.fill_up([self.line(product, 5)])
        self.deliver(product, 2)
        self.assertAlmostEqual(self.draw_line(agreement).price_unit, 8.0)

    def test_taxes_of_the_product(self):
        product = self.make_product()
        tax = product.supplier_taxes_id.filtered(lambda t: t.company_id == self.company)
        self.assertTrue(tax)
        agreement = self.make_consigned(product, 5, purchase_tax_source="product")
        self.deliver(product, 2)
        self.assertEqual(self.draw_line(agreement).tax_ids, tax)

    def test_missing_tax_blocks(self):
        product = self.make_product(supplier_taxes_id=[Command.clear()])
        self.make_consigned(product, 5, purchase_tax_source="product")
        with self.assertRaisesRegex(RedirectWarning, "no vendor tax"):
            self.deliver(product, 2)

    def test_foreign_currency_and_box(self):
        """2 boxes of 6 at 4.00 each piece in a currency worth half: 12 pieces, 24 of ours."""
        currency = self.env["res.currency"].create(
            {
                "name": "XVC",
                "symbol": "X",
                "rate_ids": [
                    Command.create({"name": "2020-01-01", "rate": 2.0, "company_id": False})
                ],
            }
        )
        box = self.env["uom.uom"].create(
            {"name": "Box", "relative_uom_id": self.uom.id, "relative_factor": 6.0}
        )
        product = self.make_product()
        agreement = self.make_consigned(product, 30, price=4.0, currency_id=currency.id)
        self.deliver(product, 2, product_uom=box.id)
        line = self.draw_line(agreement)
        self.assertEqual((line.qty_received, line.currency_id), (12.0, currency))
        self.assertAlmostEqual(self.draws(agreement).move_id.value, 24.0)
        bill = self.env["account.move"].browse(agreement.settle_vendor(self.today()))
        self.assertEqual((bill.currency_id, bill.amount_untaxed), (currency, 48.0))

    def test_currency_without_a_rate(self):
        currency = self.env["res.currency"].create({"name": "XVD", "symbol": "D"})
        product = self.make_product()
        self.make_consigned(product, 30, price=4.0, currency_id=currency.id)
        with self.assertRaisesRegex(RedirectWarning, "no rate of XVD"):
            self.deliver(product, 2)

    def test_price_changes_make_new_lines(self):
        product = self.make_product()
        agreement = self.make_consigned(product, 30)
        self.deliver(product, 2)
        agreement.adjust_price([{"product_id": product.id, "price_unit": 9.0}], self.today())
        self.assertEqual(self.draw_line(agreement).filtered("qty_received").price_unit, 9.0)
        self.assertAlmostEqual(self.draws(agreement).move_id.value, 18.0)

    def test_back_dated_delivery_takes_its_draw_along(self):
        product = self.make_product()
        agreement = self.make_consigned(product, 30)
        agreement.adjust_price([{"product_id": product.id, "price_unit": 9.0}], self.day(3))
        picking = self.deliver(product, 2)
        picking.date_done = self.day(10) + " 12:00:00"
        draw = self.draws(agreement)
        self.assertEqual(draw.date.date().isoformat(), self.day(10))
        self.assertAlmostEqual(draw.price_unit, 7.0)
        self.assertAlmostEqual(draw.move_id.value, 14.0)

    def test_manual_draw(self):
        product = self.make_product()
        agreement = self.make_consigned(product, 10).with_user(self.keeper)
        picking = self.env["stock.picking"].browse(agreement.draw([self.line(product, 4)]))
        self.assertEqual(picking.state, "done")
        self.assertAlmostEqual(self.value(product), 28.0)
        self.assertEqual(self.balance(agreement, product), 6.0)
        with self.assertRaisesRegex(UserError, "only 6 are there"):
            agreement.draw([self.line(product, 7)])

    def test_own_goods_do_not_get_into_the_place(self):
        product = self.make_product()
        self.receive(product, 5, 5.0)
        agreement = self.make_consigned(product, 5)
        with self.assertRaisesRegex(UserError, "holds the goods of"):
            self.deliver(product, 2, location_dest_id=agreement.location_id.id)

    def test_line_added_to_a_finished_delivery(self):
        """It would take the consignor's goods without a draw."""
        product = self.make_product()
        agreement = self.make_consigned(product, 5)
        picking = self.deliver(product, 2)
        with self.assertRaisesRegex(UserError, "somebody else's"):
            self.env["stock.move.line"].create(
                {
                    "move_id": picking.move_ids.id,
                    "picking_id": picking.id,
                    "product_id": product.id,
                    "quantity": 1,
                    "location_id": agreement.location_id.id,
                    "location_dest_id": self.customer_location.id,
                }
            )
