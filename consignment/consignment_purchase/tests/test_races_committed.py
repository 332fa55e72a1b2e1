from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.consignment.tests.race import RaceCase


@tagged("post_install", "-at_install", "-standard", "database_breaking")
class TestPurchaseRaces(RaceCase):
    """Deliveries, draws and settlements at once: each piece is drawn and billed once."""

    def prepare(self, env):
        company = env["res.company"].browse(self.company)
        if not company.chart_template:
            env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
        agreement = self.make_agreement(
            env, kind="consign_in", date_start="2026-01-01", purchase_tax_source="agreement"
        )
        agreement.fill_up([self.line(10, price_unit=7.0)])
        self.agreement = agreement

    def today(self):
        return fields.Date.today().isoformat()

    def reserved(self, quantity):
        """Return a delivery that holds ``quantity`` and waits for somebody to confirm it."""
        with self.committed() as env:
            stock = self.get_stock(env)
            customers = env.ref("stock.stock_location_customers")
            picking = env["stock.picking"].create(
                {
                    "picking_type_id": stock.warehouse_id.out_type_id.id,
                    "location_id": stock.id,
                    "location_dest_id": customers.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.product,
                                "product_uom_qty": quantity,
                                "location_id": stock.id,
                                "location_dest_id": customers.id,
                            }
                        )
                    ],
                }
            )
            picking.action_confirm()
            picking.action_assign()
            picking.move_ids.picked = True
        return picking, lambda picking: picking.with_context(skip_backorder=True)._action_done()

    def settle(self):
        return self.agreement, lambda agreement: agreement.settle_vendor(self.today())

    def there(self):
        return self.check_balance(self.agreement.id)

    def check_draws(self, expected):
        """Everything drawn is either billed once or still open."""
        with self.committed() as env:
            agreement = self.agreement.with_env(env)
            draws = env["consignment.draw"].search([("agreement_id", "=", agreement.id)])
            drawn, settled = sum(draws.mapped("drawn")), sum(draws.mapped("settled"))
            self.assertEqual(drawn, expected)
            self.assertEqual(sum(draws.mapped("open_quantity")), drawn - settled)
            lines = agreement.purchase_order_ids.order_line
            self.assertEqual(sum(lines.mapped("qty_received")), drawn)
            self.assertEqual(sum(lines.mapped("qty_invoiced")), settled)
            return settled

    def test_two_first_deliveries_share_the_order_of_the_month(self):
        self.assertFalse(self.race(self.reserved(3), self.reserved(4)))
        self.assertEqual(self.there(), 3)
        self.check_draws(7)
        with self.committed() as env:
            self.assertEqual(len(self.agreement.with_env(env).purchase_order_ids), 1)

    def test_two_settlements_are_one_bill(self):
        self.race(self.reserved(4))
        self.assertFalse(self.race(self.settle(), self.settle()))
        self.assertEqual(self.check_draws(4), 4)
        with self.committed() as env:
            self.assertEqual(len(self.agreement.with_env(env).settlement_ids), 1)

    def test_settlement_while_goods_leave(self):
        """The delivery is on this bill or on the next one, never on both or none."""
        self.race(self.reserved(4))
        self.assertFalse(self.race(self.settle(), self.reserved(2)))
        self.assertIn(self.check_draws(6), (4, 6))
        self.race(self.settle())
        self.assertEqual(self.check_draws(6), 6)

    def test_drawn_by_hand_and_given_back_to_the_owner(self):
        told = self.race(
            (self.agreement, lambda agreement: agreement.draw([self.line(7)])),
            (self.agreement, lambda agreement: agreement.pick_up([self.line(7)])),
        )
        self.assertEqual(len(told), 1)
        self.assertEqual(self.there(), 3)

    def test_delivery_and_return_of_what_is_not_reserved(self):
        told = self.race(
            self.reserved(4), (self.agreement, lambda agreement: agreement.pick_up([self.line(6)]))
        )
        self.assertFalse(told)
        self.assertEqual(self.there(), 0)
        self.check_draws(4)

    def test_the_same_draw_is_given_back_twice(self):
        with self.committed() as env:
            self.agreement.with_env(env).draw([self.line(5)])
        back = self.agreement, lambda agreement: agreement.return_draw([self.line(3)])
        self.assertEqual(len(self.race(back, back)), 1)
        self.assertEqual(self.there(), 8)

    def test_borrowed_goods_bought_twice(self):
        with self.committed() as env:
            borrowed = self.make_agreement(
                env, kind="borrow_in", date_start="2026-01-01", purchase_tax_source="agreement"
            )
            borrowed.fill_up([self.line(4, price_unit=7.0)])
            borrowed.draw([self.line(4)])
        buy = borrowed, lambda agreement: agreement.buy_borrowed([self.line(3)])
        told = self.race(buy, buy)
        self.assertEqual(len(told), 1)
        self.assertIn("more than are owed", str(told[0]))

    def test_closing_waits_for_the_delivery(self):
        """A delivery draws while somebody closes: nothing unsettled is closed away."""
        with self.committed() as env:
            self.agreement.with_env(env).pick_up([self.line(6)])
        self.race(self.reserved(4), (self.agreement, lambda agreement: agreement.action_close()))
        with self.committed() as env:
            self.assertEqual(self.agreement.with_env(env).state, "active")
        self.check_draws(4)
