from odoo.tests import HttpCase, tagged

from .common import PurchaseConsignmentCommon


@tagged("post_install", "-at_install")
class TestTours(PurchaseConsignmentCommon, HttpCase):
    """As people work: the warehouse ships, the accountant settles."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.valve = cls.make_product()
        groups = "account.group_account_invoice,purchase.group_purchase_user"
        cls.clerk = cls.make_user("cpu_clerk", groups)
        cls.worker = cls.make_user(
            "cpu_worker", "stock.group_stock_user,purchase.group_purchase_user"
        )

    def test_deliver_and_settle(self):
        self.receive(self.valve, 10, 5.0, days_ago=9)
        agreement = self.make_consigned(self.valve, 10, settlement_cycle="report")
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.picking_type_out.id,
                "location_id": self.stock_location.id,
                "location_dest_id": self.customer_location.id,
                "partner_id": self.customer.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.valve.id,
                            "product_uom_qty": 12,
                            "location_id": self.stock_location.id,
                            "location_dest_id": self.customer_location.id,
                        },
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self.start_tour(
            f"/odoo/action-stock.action_picking_tree_all/{picking.id}",
            "consignment_purchase_deliver",
            login="cpu_worker",
        )
        self.assertEqual(self.draws(agreement).drawn, 2.0)
        self.start_tour(
            f"/odoo/action-consignment.action_in/{agreement.id}",
            "consignment_purchase_settle",
            login="cpu_clerk",
        )
        self.assertAlmostEqual(agreement.settlement_ids.bill_id.amount_untaxed, 14.0)

    def test_borrowed_in_kind(self):
        agreement = self.make_consigned(self.valve, 4, kind="borrow_in")
        self.deliver(self.valve, 4)
        self.receive(self.valve, 5, 5.0)
        self.start_tour(
            f"/odoo/action-consignment.action_in/{agreement.id}",
            "consignment_purchase_borrow",
            login="cpu_worker",
        )
        self.assertEqual(agreement.get_owed()[0]["quantity"], 2.0)
