from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PurchaseConsignmentCommon

VERBS = ["receive", "fill_up", "pick_up", "deliver", "draw", "return_draw", "settle", "price"]
STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 1), st.integers(1, 9)),
    min_size=4,
    max_size=10,
)
PRICES = (7.0, 8.0)


class Reference:
    """A plain average-cost stock beside the places of two owners."""

    def __init__(self):
        self.quantity, self.value = 0.0, 0.0
        self.places = [0.0, 0.0]
        self.drawn = [0.0, 0.0]

    @property
    def cost(self):
        return self.value / self.quantity if self.quantity else 0.0

    def take_in(self, quantity, cost):
        self.quantity, self.value = self.quantity + quantity, self.value + quantity * cost

    def take_out(self, quantity):
        self.value -= quantity * self.cost
        self.quantity -= quantity

    def draw(self, owner, quantity, price):
        self.places[owner] -= quantity
        self.drawn[owner] += quantity
        self.take_in(quantity, price)


@tagged("post_install", "-at_install")
class TestInvariants(PurchaseConsignmentCommon):
    """Whatever is used, given back and settled in whatever order, the books agree."""

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
        product = self.make_product("average")
        owners = [self.make_consigned(product, 5, price=price) for price in PRICES]
        self.current, self.owners = product, owners
        reference = Reference()
        reference.places = [5.0, 5.0]
        prices = list(PRICES)
        for verb, which, quantity in steps:
            if verb == "deliver":
                quantity = min(quantity, reference.quantity + sum(reference.places))
                if not quantity:
                    continue
            try:
                with self.cr.savepoint():
                    self.do(verb, owners, which, product, quantity, prices)
            except UserError:
                continue
            self.note(reference, verb, which, quantity, prices)
            self.check(reference, product, owners)

    def do(self, verb, owners, which, product, quantity, prices):
        agreement, line = owners[which], self.line(product, quantity)
        if verb == "receive":
            self.receive(product, quantity, 5.0)
        elif verb == "deliver":
            self.deliver(product, quantity)
        elif verb == "settle":
            agreement.settle_vendor(self.today())
        elif verb == "price":
            prices[which] += 1
            fresh = self.line(product, quantity, price_unit=prices[which])
            agreement.fill_up([fresh])
        else:
            getattr(agreement, verb)([line])

    def note(self, reference, verb, which, quantity, prices):
        if verb == "receive":
            reference.take_in(quantity, 5.0)
        elif verb in ("fill_up", "price"):
            reference.places[which] += quantity
        elif verb == "pick_up":
            reference.places[which] -= quantity
        elif verb == "draw":
            reference.draw(which, quantity, prices[which])
        elif verb == "return_draw":
            reference.take_out(quantity)
            reference.drawn[which] -= quantity
            reference.places[which] += quantity
        elif verb == "deliver":
            self.note_delivery(reference, quantity, prices)

    def note_delivery(self, reference, quantity, prices):
        """Own goods first; then what the owners have, in the order it was found."""
        missing = quantity - min(quantity, reference.quantity)
        self.env.invalidate_all()
        taken = [before - self.place_quantity(i) for i, before in enumerate(reference.places)]
        self.assertAlmostEqual(sum(taken), missing)
        for owner, part in enumerate(taken):
            if part:
                reference.draw(owner, part, prices[owner])
        reference.take_out(quantity)

    def place_quantity(self, index):
        return self.quantity(self.current, self.owners[index].location_id)

    def check(self, reference, product, owners):
        self.assert_no_negative(product)
        self.assertAlmostEqual(
            self.quantity(product, self.stock_location),
            reference.quantity + sum(reference.places),
        )
        for index, agreement in enumerate(owners):
            self.assertAlmostEqual(self.balance(agreement, product), reference.places[index])
            self.assertAlmostEqual(self.place_quantity(index), reference.places[index])
            lines = self.draw_line(agreement)
            self.assertAlmostEqual(sum(lines.mapped("qty_received")), reference.drawn[index])
            rows = self.draws(agreement)
            self.assertAlmostEqual(
                sum(rows.mapped("open_quantity")),
                reference.drawn[index] - sum(rows.mapped("settled")),
            )
            self.assertAlmostEqual(sum(lines.mapped("qty_invoiced")), sum(rows.mapped("settled")))
        self.assertAlmostEqual(self.value(product), reference.value, delta=0.05)
