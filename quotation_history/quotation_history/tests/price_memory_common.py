from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon


class PriceMemoryCommon(BaseCommon):
    """A customer with a branch, two products, and helpers to sell and quote."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Harbour Pumps", "is_company": True})
        cls.branch = cls.env["res.partner"].create(
            {"name": "Harbour Pumps, quay 3", "parent_id": cls.customer.id, "type": "delivery"}
        )
        cls.stranger = cls.env["res.partner"].create({"name": "Hill Motors", "is_company": True})
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.valve = cls._create_product("Gate valve")
        cls.pump = cls._create_product("Hand pump")
        cls.salesman = new_test_user(
            cls.env, "memory_salesman", groups="sales_team.group_sale_salesman"
        )
        cls.manager = new_test_user(
            cls.env, "memory_manager", groups="sales_team.group_sale_manager"
        )

    @classmethod
    def _create_product(cls, name, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "list_price": 100.0,
                "uom_id": cls.unit.id,
                "uom_ids": [Command.link(cls.dozen.id)],
                "taxes_id": [Command.clear()],
                "invoice_policy": "order",
                **values,
            }
        )

    @classmethod
    def _quote(cls, partner=None, price=100.0, product=None, **line):
        """Return a draft quotation with one line."""
        order = line.pop("order", {})
        return cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.customer).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": (product or cls.valve).id,
                            "price_unit": price,
                            "product_uom_qty": 1.0,
                            **line,
                        }
                    )
                ],
                **order,
            }
        )

    @classmethod
    def _sell(cls, partner=None, price=100.0, days_ago=0, **line):
        """Return an order confirmed so many days ago."""
        order = cls._quote(partner, price, **line)
        order.action_confirm()
        order.date_order = fields.Datetime.subtract(fields.Datetime.now(), days=days_ago)
        return order

    def _memory(self, order=None, user=None):
        order = order or self._quote()
        memory = order.with_user(user or self.salesman_all).get_price_memory()
        self.assertEqual(len(memory), 1)
        return memory[0]

    @property
    def salesman_all(self):
        return self.manager
