from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon


class OfferCommon(BaseCommon):
    """A customer, two products and a quotation of a salesperson who sees his own only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env, "offer_seller", groups="sales_team.group_sale_salesman", email="s@example.com"
        )
        cls.other_seller = new_test_user(
            cls.env, "offer_other", groups="sales_team.group_sale_salesman", email="o@example.com"
        )
        cls.manager = new_test_user(
            cls.env, "offer_manager", groups="sales_team.group_sale_manager", email="m@example.com"
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Offer Customer",
                "email": "customer@example.com",
                "is_company": True,
                "lang": "en_US",
            }
        )
        cls.pump = cls._create_product("Pump", 100.0, 60.0)
        cls.valve = cls._create_product("Valve", 20.0, 12.0)
        cls.order = cls._create_order()

    @classmethod
    def _create_product(cls, name, price, cost):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "list_price": price,
                "standard_price": cost,
                "taxes_id": [Command.clear()],
            }
        )

    @classmethod
    def _create_order(cls, **values):
        lines = [
            Command.create({"product_id": cls.pump.id, "product_uom_qty": 2.0}),
            Command.create({"product_id": cls.valve.id, "product_uom_qty": 10.0}),
        ]
        values = {
            "partner_id": cls.customer.id,
            "user_id": cls.seller.id,
            "order_line": lines,
            "require_signature": False,
            "require_payment": False,
            **values,
        }
        return cls.env["sale.order"].with_user(cls.seller).create(values)

    def _line(self, product=None):
        product = product or self.pump
        return self.order.order_line.filtered(lambda line: line.product_id == product)

    def _offer(self, option="", label=""):
        return (
            self.env["sale.offer"]
            .with_user(self.seller)
            .browse(self.order.capture_offer(option, label))
        )

    def _send(self, option="", label=""):
        offer = self._offer(option, label)
        self.order._send_offers("manual")
        return offer
