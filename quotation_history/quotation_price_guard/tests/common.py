from odoo import fields
from odoo.tests import new_test_user

from odoo.addons.quotation_history.tests.price_memory_common import PriceMemoryCommon


class PriceGuardCommon(PriceMemoryCommon):
    """Products with a cost of 60 and a sales price of 100, people of each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        # Whatever the database holds, these tests start without rules of their own kind.
        cls.env["sale.price.floor"].search([]).active = False
        cls.env["sale.price.authority"].search([]).unlink()
        cls.env["product.pricelist"].search([("is_published", "=", True)]).is_published = False
        cls.category = cls.env["product.category"].create({"name": "Guarded goods"})
        (cls.valve | cls.pump).categ_id = cls.category
        cls.portal = new_test_user(cls.env, "guard_customer", groups="base.group_portal")
        cls.valve.standard_price = 60.0
        cls.pump.standard_price = 60.0
        cls.price_manager = new_test_user(
            cls.env,
            "guard_manager",
            groups="quotation_price_guard.group_price_manager,"
            "sales_team.group_sale_salesman_all_leads",
        )
        cls.seller = new_test_user(cls.env, "guard_seller", groups="sales_team.group_sale_salesman")
        cls.colleague = new_test_user(
            cls.env, "guard_colleague", groups="sales_team.group_sale_salesman"
        )
        cls.today = fields.Date.today()

    @classmethod
    def _floor(cls, **values):
        return cls.env["sale.price.floor"].create(
            {
                "name": "Least margin",
                "basis": "standard",
                "min_margin": 25.0,
                "action": "approval",
                **values,
            }
        )

    @classmethod
    def _agree(cls, price=88.0, approve=True, **values):
        scope = {"partner_category_id", "product_tmpl_id", "categ_id"} & values.keys()
        agreement = cls.env["sale.agreed.price"].create(
            {
                **({} if "partner_category_id" in scope else {"partner_id": cls.customer.id}),
                **({} if scope - {"partner_category_id"} else {"product_id": cls.valve.id}),
                "price": price,
                **values,
            }
        )
        if approve:
            agreement.with_user(cls.price_manager).action_approve()
        return agreement

    def _order(self, price=None, user=None, **line):
        """Return a quotation of the seller; without a price the addon finds one."""
        user = user or self.seller
        values = {"product_id": self.valve.id, **line}
        if price is not None:
            values["price_unit"] = price
        return (
            self.env["sale.order"]
            .with_user(user)
            .create(
                {
                    "partner_id": self.customer.id,
                    "user_id": user.id,
                    "order_line": [fields.Command.create(values)],
                }
            )
        )
