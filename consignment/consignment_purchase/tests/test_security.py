from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PurchaseConsignmentCommon

MODELS = ("consignment.draw", "consignment.settlement", "consignment.settlement.line")


@tagged("post_install", "-at_install")
class TestSecurity(PurchaseConsignmentCommon):
    """Nobody can forge, hide or read a debt over RPC."""

    def setUp(self):
        super().setUp()
        self.product = self.make_product()
        self.agreement = self.make_consigned(self.product, 10)
        self.picking = self.deliver(self.product, 4)
        self.draw = self.draws(self.agreement).move_id

    def test_who_reads_and_that_nobody_writes(self):
        readers = (self.buyer, self.accountant)
        portal = self.make_user("cpu_portal", "base.group_portal")
        for name in MODELS:
            for user in readers:
                model = self.env[name].with_user(user)
                self.assertTrue(model.has_access("read"), (name, user.login))
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(model.has_access(operation), (name, user.login, operation))
            for user in (self.keeper, portal):
                self.assertFalse(self.env[name].with_user(user).has_access("read"), name)

    def test_keeper_delivers_without_purchase_rights(self):
        self.assertFalse(self.env["purchase.order"].with_user(self.keeper).has_access("write"))
        self.assertEqual(self.picking.state, "done")
        self.assertEqual(self.draw.create_uid, self.keeper)

    def test_draw_is_not_detached(self):
        move = self.draw.with_user(self.keeper)
        for values in ({"purchase_line_id": False}, {"consignment_draw_for_id": False}):
            with self.assertRaisesRegex(UserError, "by the system alone"):
                move.write(values)

    def test_draw_is_not_forged(self):
        line = self.draw.purchase_line_id
        other = self.picking.move_ids.with_user(self.keeper)
        with self.assertRaisesRegex(UserError, "by the system alone"):
            other.write({"purchase_line_id": line.id})
        with self.assertRaisesRegex(UserError, "by the system alone"):
            self.env["stock.move"].with_user(self.keeper).create(
                {
                    "product_id": self.product.id,
                    "location_id": self.stock_location.id,
                    "location_dest_id": self.agreement.location_id.id,
                    "purchase_line_id": line.id,
                }
            )

    def test_draw_is_not_forged_by_defaults(self):
        line = self.draw.purchase_line_id
        moves = self.env["stock.move"].with_user(self.keeper)
        move = moves.with_context(default_purchase_line_id=line.id).create(
            {
                "product_id": self.product.id,
                "location_id": self.stock_location.id,
                "location_dest_id": self.customer_location.id,
            }
        )
        self.assertFalse(move.sudo().purchase_line_id)
        orders = self.env["purchase.order"].with_user(self.buyer)
        order = orders.with_context(default_consignment_agreement_id=self.agreement.id).create(
            {"partner_id": self.consignor.id}
        )
        self.assertFalse(order.consignment_agreement_id)

    def test_purchaser_who_sells_sees_the_goods_of_others(self):
        if "consignment.report" not in self.env:
            self.skipTest("Consignment sales are not installed")
        both = self.make_user(
            "cpu_both", "purchase.group_purchase_user,sales_team.group_sale_salesman"
        )
        for name in ("agreement", "price", "event"):
            records = self.env[f"consignment.{name}"].with_user(both).search([])
            agreements = records if name == "agreement" else records.agreement_id
            self.assertIn(self.agreement, agreements, name)

    def test_context_key_opens_nothing(self):
        """What JSON can carry is not the object the code checks for."""
        for forged in (True, "DRAW", 1, {}):
            move = self.draw.with_user(self.keeper).with_context(consignment_draw=forged)
            with self.assertRaises(UserError):
                move.write({"purchase_line_id": False})

    def test_transfer_of_the_draw_type_is_drawn_too(self):
        """The operation type alone does not let goods slip into own stock."""
        values = {
            "picking_type_id": self.warehouse._get_consignment_type("draw").id,
            "location_id": self.agreement.location_id.id,
            "location_dest_id": self.stock_location.id,
            "move_ids": [
                (
                    0,
                    0,
                    {
                        "product_id": self.product.id,
                        "product_uom_qty": 2,
                        "location_id": self.agreement.location_id.id,
                        "location_dest_id": self.stock_location.id,
                    },
                )
            ],
        }
        picking = self.env["stock.picking"].with_user(self.keeper).create(values)
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids.picked = True
        picking._action_done()
        self.assertEqual(sum(self.draws(self.agreement).mapped("drawn")), 6.0)
        self.assertAlmostEqual(self.value(self.product), 14.0)
        self.assert_no_negative(self.product)

    def test_order_is_not_forged(self):
        orders = self.env["purchase.order"].with_user(self.buyer)
        values = {"partner_id": self.consignor.id, "consignment_agreement_id": self.agreement.id}
        with self.assertRaisesRegex(UserError, "by the system alone"):
            orders.create(values)
        order = self.agreement.purchase_order_ids.with_user(self.buyer)
        with self.assertRaisesRegex(UserError, "by the system alone"):
            order.write({"consignment_agreement_id": False})

    def test_settlement_is_not_written(self):
        self.agreement.settle_vendor(self.today())
        settlement = self.agreement.settlement_ids.with_user(self.accountant)
        with self.assertRaises(AccessError):
            settlement.write({"date_to": self.day(9)})

    def test_other_company_sees_nothing(self):
        other = self.make_user("cpu_other", "purchase.group_purchase_user", self.other_company)
        self.agreement.settle_vendor(self.today())
        self.env.flush_all()
        for name in MODELS:
            model = self.env[name].with_user(other)
            model = model.with_context(allowed_company_ids=self.other_company.ids)
            self.assertFalse(model.search([]))

    def test_amounts_are_hidden_from_the_keeper(self):
        agreement = self.agreement.with_user(self.keeper)
        with self.assertRaises(AccessError):
            agreement.read(["unsettled_amount"])
        self.assertEqual(agreement.get_owed()[0]["quantity"], 4.0)
