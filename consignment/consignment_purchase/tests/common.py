from odoo import Command, fields

from odoo.addons.consignment.tests.common import ConsignmentCommon
from odoo.addons.consignment.tests.sequences import Sequences


class PurchaseConsignmentCommon(Sequences, ConsignmentCommon):
    """A consignor and a lender whose goods are used, sold and settled."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lender = cls.env["res.partner"].create({"name": "Lender"})
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        cls.accountant = cls.make_user("cpu_accountant", "account.group_account_invoice")
        cls.buyer = cls.make_user("cpu_buyer", "purchase.group_purchase_user")

    @classmethod
    def make_consigned(cls, product, quantity, price=7.0, kind="consign_in", lots=(), **values):
        """Return an agreement under which ``quantity`` of ``product`` lies in our stock."""
        values.setdefault("purchase_tax_source", "agreement")
        if kind == "borrow_in":
            values.setdefault("partner_id", cls.lender.id)
        agreement = cls.make_agreement(kind, **values)
        if lots:
            lines = [cls.line(product, 1, lot_id=lot.id, price_unit=price) for lot in lots]
        else:
            lines = [cls.line(product, quantity, price_unit=price)]
        agreement.fill_up(lines, cls.day(20))
        return agreement

    def deliver(self, product, quantity, done=None, user=None, **values):
        """Deliver from the stock as a warehouse worker would; the rest is a backorder."""
        pickings = self.env["stock.picking"].with_user(user or self.keeper)
        picking = pickings.create(
            {
                "picking_type_id": self.picking_type_out.id,
                "location_id": self.stock_location.id,
                "location_dest_id": self.customer_location.id,
                "partner_id": self.customer.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "product_uom": product.uom_id.id,
                            "location_id": self.stock_location.id,
                            "location_dest_id": self.customer_location.id,
                            **values,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        if done is not None:
            picking.move_ids.quantity = done
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True)._action_done()
        return picking

    def draws(self, agreement):
        self.env.invalidate_all()
        return self.env["consignment.draw"].search([("agreement_id", "=", agreement.id)])

    def draw_line(self, agreement):
        self.env.invalidate_all()
        return agreement.purchase_order_ids.order_line

    @staticmethod
    def today():
        return fields.Date.today().isoformat()

    def assert_no_negative(self, product):
        self.assert_nothing_negative([product])
