from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentSaleCommon

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "receive",
                "fill_up",
                "pick_up",
                "issue",
                "stock",
                "dealer",
                "scrap",
                "count",
                "cancel",
            ]
        ),
        st.integers(0, 1),
        st.integers(0, 1),
        st.integers(1, 9),
    ),
    min_size=4,
    max_size=10,
)
COST = 5.0


@tagged("post_install", "-at_install")
class TestSaleInvariants(ConsignmentSaleCommon):
    """Fill-up, issue, return, pick-up, count and cancel in any order: the books agree."""

    @settings(
        deadline=None,
        max_examples=6,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(STEPS)
    def test_random_sequences(self, steps):
        with self.cr.savepoint(flush=True) as savepoint:
            self.run_sequence(steps)
            savepoint.rollback()
            self.env.invalidate_all()

    def run_sequence(self, steps):
        self.products = [
            self.make_product("average", taxes_id=False),
            self.make_product("fifo", tracking="lot", taxes_id=False),
        ]
        self.lots = [self.env["stock.lot"], self.make_lot(self.products[1], "L")]
        self.agreements = [self.make_agreement(), self.make_agreement()]
        self.book = {}
        for which in (0, 1):
            self.do("receive", which, 0, 20)
            self.do("fill_up", which, which, 9)
        for step in steps:
            try:
                with self.cr.savepoint():
                    done = self.do(*step)
            except UserError:
                done = False
            if done is not False:
                self.check()

    def do(self, verb, which, place, quantity):
        """Do one step, and write it into the plain books only when it went through."""
        product, agreement = self.products[which], self.agreements[place]
        line = self.line(product, quantity, lot_id=self.lots[which].id)
        changes = getattr(self, f"do_{verb}")(agreement, which, place, line) or {}
        for key, change in changes.items():
            self.book[key] = self.book.get(key, 0) + change
        return changes or False

    def do_receive(self, agreement, which, place, line):
        self.receive(self.products[which], line["quantity"], COST, lot=self.lots[which])
        return {(which, "home"): line["quantity"]}

    def do_fill_up(self, agreement, which, place, line):
        agreement.fill_up([line])
        return {(which, "home"): -line["quantity"], (which, place): line["quantity"]}

    def do_pick_up(self, agreement, which, place, line):
        agreement.pick_up([line])
        return {(which, "home"): line["quantity"], (which, place): -line["quantity"]}

    def do_issue(self, agreement, which, place, line):
        agreement.report_sales([line])
        return {(which, place): -line["quantity"]}

    def do_count(self, agreement, which, place, line):
        agreement.settle_by_count([line])
        return {(which, place): line["quantity"] - self.book.get((which, place), 0)}

    def do_return(self, agreement, which, line, destination):
        order = agreement.order_ids.filtered(
            lambda order: (
                order.state == "sale" and self.products[which] in order.order_line.product_id
            )
        )[:1]
        agreement.return_sales(order.id, [line], destination)
        return line["quantity"]

    def do_stock(self, agreement, which, place, line):
        return {(which, "home"): self.do_return(agreement, which, line, "stock")}

    def do_dealer(self, agreement, which, place, line):
        return {(which, place): self.do_return(agreement, which, line, "dealer")}

    def do_scrap(self, agreement, which, place, line):
        self.do_return(agreement, which, line, "scrap")
        return {(which, place): 0}

    def do_cancel(self, agreement, which, place, line):
        """An order that issued goods is not cancelled: the books stay as they are."""
        agreement.order_ids.filtered(lambda order: order.state == "sale")[:1]._action_cancel()
        return {(which, place): 0}

    def check(self):
        self.env.invalidate_all()
        for which, product in enumerate(self.products):
            places = {where: self.book.get((which, where), 0) for where in ("home", 0, 1)}
            self.assertAlmostEqual(self.quantity(product, self.stock_location), places["home"])
            for place, agreement in enumerate(self.agreements):
                self.assertAlmostEqual(self.balance(agreement, product), places[place])
                self.assertAlmostEqual(self.quantity(product, agreement.location_id), places[place])
                events = self.env["consignment.event"]._read_group(
                    [("agreement_id", "=", agreement.id), ("product_id", "=", product.id)],
                    [],
                    ["quantity:sum"],
                )
                self.assertAlmostEqual(events[0][0], places[place])
            self.assertAlmostEqual(self.value(product), sum(places.values()) * COST)
        negative = [
            ("product_id", "in", [product.id for product in self.products]),
            ("location_id.usage", "=", "internal"),
            ("quantity", "<", 0),
        ]
        self.assertFalse(self.env["stock.quant"].search_count(negative))
