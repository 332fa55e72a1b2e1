from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.consignment.tools.ageing import open_layers

from .common import ConsignmentCommon

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["fill_up", "pick_up", "gift", "own_use", "in", "in_back", "receive"]),
        st.integers(0, 1),
        st.integers(0, 1),
        st.integers(1, 9),
    ),
    min_size=3,
    max_size=8,
)
COST = 5.0


@tagged("post_install", "-at_install")
class TestInvariants(ConsignmentCommon):
    """Whatever is done in whatever order, the books and the hands agree."""

    @settings(
        deadline=None,
        max_examples=8,
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
        products = [
            self.make_product("average"),
            self.make_product("fifo", tracking="lot"),
        ]
        lots = [self.env["stock.lot"], self.make_lot(products[1], "L")]
        out = [self.make_agreement(), self.make_agreement("loan_out")]
        owned = self.make_agreement("consign_in")
        book = {}
        for verb, which, place, quantity in steps:
            product, lot = products[which], lots[which]
            line = self.line(product, quantity, lot_id=lot.id)
            try:
                with self.cr.savepoint():
                    self.do(verb, out[place], owned, product, lot, line)
            except UserError:
                continue
            self.note(book, verb, place, product, quantity)
            self.check(book, products, out, owned)

    def do(self, verb, agreement, owned, product, lot, line):
        if verb == "receive":
            self.receive(product, line["quantity"], COST, lot=lot)
        elif verb in ("in", "in_back"):
            getattr(owned, "fill_up" if verb == "in" else "pick_up")([line])
        elif verb in ("gift", "own_use"):
            agreement.convert([line], verb)
        else:
            getattr(agreement, verb)([line])

    def note(self, book, verb, place, product, quantity):
        """Keep the plain books the database is compared with."""
        home, away, foreign = (
            (product, "home"),
            (product, place),
            (product, "foreign"),
        )
        changes = {
            "receive": {home: 1},
            "in": {foreign: 1},
            "in_back": {foreign: -1},
            "gift": {away: -1},
            "own_use": {away: -1},
            "fill_up": {home: -1, away: 1},
            "pick_up": {home: 1, away: -1},
        }[verb]
        for key, sign in changes.items():
            book[key] = book.get(key, 0) + sign * quantity

    def check(self, book, products, out, owned):
        self.env.invalidate_all()
        for product in products:
            own = sum(
                quantity
                for (owner, where), quantity in book.items()
                if owner == product and where != "foreign"
            )
            there = self.quantity(product, self.stock_location)
            self.assertAlmostEqual(
                there,
                book.get((product, "home"), 0) + book.get((product, "foreign"), 0),
            )
            for index, agreement in enumerate(out):
                self.check_place(agreement, product, book.get((product, index), 0))
            self.check_place(owned, product, book.get((product, "foreign"), 0))
            self.assertAlmostEqual(self.value(product), own * COST)
        negative = self.env["stock.quant"].search(
            [
                ("product_id", "in", [product.id for product in products]),
                ("location_id.usage", "=", "internal"),
                ("quantity", "<", 0),
            ]
        )
        self.assertFalse(negative)

    def check_place(self, agreement, product, expected):
        self.assertAlmostEqual(self.balance(agreement, product), expected)
        self.assertAlmostEqual(self.quantity(product, agreement.location_id), expected)
        layers = [
            row["quantity"] for row in agreement.get_ageing() if row["product_id"] == product.id
        ]
        self.assertAlmostEqual(sum(layers), expected)
        events = self.env["consignment.event"].search(
            [("agreement_id", "=", agreement.id), ("product_id", "=", product.id)]
        )
        plain = open_layers([(event.date, event.id, event.quantity) for event in events])
        self.assertAlmostEqual(sum(quantity for _date, quantity in plain), expected)
