from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.stock_account.tests.common import TestStockValuationCommon


class ConsignmentCommon(TestStockValuationCommon):
    """A company with its own chart, a dealer, an owner of goods, and least-privilege users."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.choose_company()
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.warehouse = cls.warehouse.with_env(cls.env)
        cls.dealer = cls.env["res.partner"].create({"name": "Dealer"})
        cls.consignor = cls.env["res.partner"].create({"name": "Consignor"})
        cls.keeper = cls.make_user("keeper", "stock.group_stock_user")

    @classmethod
    def choose_company(cls):
        """Which company the tests run in; ``InSecondCompany`` takes another one."""

    @classmethod
    def make_currency(cls, name, rate):
        """Return a currency of which ``rate`` units are worth one of the first company."""
        return cls.env["res.currency"].create(
            {
                "name": name,
                "symbol": name,
                "rate_ids": [
                    Command.create({"name": "2020-01-01", "rate": rate, "company_id": False})
                ],
            }
        )

    @classmethod
    def make_user(cls, login, groups, company=None, **values):
        """Return a user of one company with these groups and no more."""
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
            **values,
        )

    @classmethod
    def make_product(cls, method="average", valuation="real_time", **values):
        category = cls.env["product.category"].create(
            {
                "name": f"{method} {valuation}",
                "property_cost_method": method,
                "property_valuation": valuation,
            }
        )
        product = cls.env["product.product"].create(
            {
                "name": f"Valve {method}",
                "is_storable": True,
                "categ_id": category.id,
                "standard_price": 6.0 if method == "standard" else 5.0,
                "list_price": 20.0,
                **values,
            }
        )
        # Its first cost must not look younger than receipts dated back.
        costs = cls.env["product.value"].sudo().search([("product_id", "=", product.id)])
        costs.date = fields.Datetime.now() - timedelta(days=800)
        return product

    @classmethod
    def make_agreement(cls, kind="consign_out", activate=True, **values):
        agreement = cls.env["consignment.agreement"].create(
            {
                "kind": kind,
                "partner_id": (cls.consignor if kind.endswith("_in") else cls.dealer).id,
                "company_id": cls.company.id,
                "date_start": fields.Date.today() - timedelta(days=400),
                "due_date": fields.Date.today() + timedelta(days=10),
                **values,
            }
        )
        if activate:
            agreement.action_activate()
        return agreement

    @classmethod
    def make_lot(cls, product, name):
        return cls.env["stock.lot"].create(
            {"name": name, "product_id": product.id, "company_id": cls.company.id}
        )

    def receive(self, product, quantity, cost, days_ago=0, lot=None):
        values = {"lot_ids": [lot]} if lot else {}
        move = self._make_in_move(product, quantity, cost, **values)
        if days_ago:
            move.date = fields.Datetime.now() - timedelta(days=days_ago)
            self.env["product.value"].search([("move_id", "=", move.id)]).date = move.date
        return move

    @staticmethod
    def line(product, quantity, **values):
        return {"product_id": product.id, "quantity": quantity, **values}

    @staticmethod
    def day(days_ago):
        return (fields.Date.today() - timedelta(days=days_ago)).isoformat()

    def value(self, product, at=None):
        self.env.invalidate_all()
        product = product.with_company(self.company)
        if at:
            product = product.with_context(to_date=at)
        return product.total_value

    def quantity(self, product, location):
        self.env.invalidate_all()
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "child_of", location.id)]
        )
        return sum(quants.mapped("quantity"))

    def balance(self, agreement, product, at=None):
        return sum(
            row["quantity"] for row in agreement.get_balance(at) if row["product_id"] == product.id
        )

    # === MANUFACTURING === #

    def needs_manufacturing(self):
        if "mrp.bom" not in self.env:
            self.skipTest("Manufacturing is not installed")

    def make_bom(self, product, components, **values):
        """Return the bill of materials of one ``product``: ``{component: quantity}``."""
        return self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "company_id": self.company.id,
                "bom_line_ids": [
                    Command.create({"product_id": component.id, "product_qty": quantity})
                    for component, quantity in components.items()
                ],
                **values,
            }
        )

    def make_kit(self, components, **values):
        kit = self.make_product("average", **{"name": "Kit", "is_storable": False, **values})
        self.make_bom(kit, components, type="phantom")
        return kit

    def produce(self, product, components, quantity=1.0, done=None):
        """Manufacture ``quantity``; with ``done`` only so many, the rest is a backorder."""
        order = self.env["mrp.production"].create(
            {
                "product_id": product.id,
                "product_qty": quantity,
                "bom_id": self.make_bom(product, components).id,
                "company_id": self.company.id,
                "picking_type_id": self.warehouse.manu_type_id.id,
            }
        )
        order.action_confirm()
        order.action_assign()
        order.qty_producing = done or quantity
        order._set_qty_producing()
        order.move_raw_ids.picked = True
        rest = order.ids if done else []
        order.with_context(skip_backorder=True, mo_ids_to_backorder=rest).button_mark_done()
        return order


class InSecondCompany:
    """Mixed in before a common class: its tests run in another company, in its own currency."""

    @classmethod
    def choose_company(cls):
        res = super().choose_company()
        cls.first_company, company = cls.company, cls.other_company
        company.currency_id = cls.make_currency("XSC", 3.0)
        cls.company, cls.other_company = company, cls.first_company
        (cls.env.user | cls.user_admin).company_ids |= company
        (cls.env.user | cls.user_admin).company_id = company
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        cls.stock_location = cls.warehouse.lot_stock_id
        cls.picking_type_in = cls.warehouse.in_type_id
        cls.picking_type_out = cls.warehouse.out_type_id
        cls.account_stock_valuation = company.account_stock_valuation_id
        cls.account_stock_variation = cls.account_stock_valuation.account_stock_variation_id
        return res
