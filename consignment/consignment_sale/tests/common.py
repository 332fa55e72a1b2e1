from odoo.addons.consignment.tests.common import ConsignmentCommon


class ConsignmentSaleCommon(ConsignmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.valve = cls.make_product("average", invoice_policy="order", taxes_id=False)
        cls.agreement = cls.make_agreement()
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")
        cls.agreement.user_id = cls.seller

    def order(self, order_id):
        return self.env["sale.order"].browse(order_id)

    def fill(self, quantity=15, days_ago=20, cost=6.5, stock=20):
        self.receive(self.valve, stock, cost, days_ago=days_ago + 5)
        self.agreement.fill_up(
            [self.line(self.valve, quantity, price_unit=50.0)], self.day(days_ago)
        )

    def invoice(self, order):
        moves = order._create_invoices(final=True)
        moves.action_post()
        return moves

    def cogs(self, move):
        lines = move.line_ids.filtered(lambda line: line.display_type == "cogs")
        account = self.valve._get_product_accounts()["expense"]
        return sum(lines.filtered(lambda line: line.account_id == account).mapped("balance"))
