from hypothesis import strategies as st

from odoo.tests import tagged

from odoo.addons.consignment.tests.sequences import PLAIN, sequences

from .common import PurchaseConsignmentCommon

VERBS = ["receive", "fill_up", "pick_up", "deliver", "draw", "return_draw", "settle", "price"]
METHOD = st.sampled_from(["average", "fifo"])
STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 1), st.integers(1, 9)),
    min_size=4,
    max_size=10,
)
PRICES = (7.0, 8.0)


@tagged("post_install", "-at_install")
class TestInvariants(PurchaseConsignmentCommon):
    """Whatever is used, given back and settled in whatever order, the books agree."""

    @sequences(METHOD, st.booleans(), STEPS)
    def test_random_sequences(self, method, tracked, steps):
        self.start(method, tracked)
        for verb, which, quantity in steps:
            if verb == "deliver":
                quantity = min(quantity, self.plain.quantity + sum(self.places))
            if quantity and self.attempt(lambda step=(verb, which, quantity): self.do(*step)):
                self.note(verb, which, quantity)
                self.check()

    def start(self, method, tracked):
        """One product, of two owners; each brings a lot of its own when it is tracked."""
        values = {"tracking": "lot"} if tracked else {}
        self.product = self.make_product(method, **values)
        names = ("L0", "L1", "OWN") if tracked else ()
        lots = [self.make_lot(self.product, name) for name in names]
        self.lots = lots or [self.env["stock.lot"]] * 3
        self.prices, self.places, self.drawn = list(PRICES), [5.0, 5.0], [0.0, 0.0]
        self.owners = [
            self.make_agreement("consign_in", purchase_tax_source="agreement") for _price in PRICES
        ]
        for which, owner in enumerate(self.owners):
            owner.fill_up([self.goods(which, 5, price_unit=PRICES[which])], self.day(20))
        self.plain = PLAIN[method]()

    def goods(self, which, quantity, **values):
        return self.line(self.product, quantity, lot_id=self.lots[which].id, **values)

    def do(self, verb, which, quantity):
        agreement, line = self.owners[which], self.goods(which, quantity)
        if verb == "receive":
            self.receive(self.product, quantity, 5.0, lot=self.lots[2])
        elif verb == "deliver":
            self.deliver(self.product, quantity)
        elif verb == "settle":
            agreement.settle_vendor(self.today())
        elif verb == "price":
            self.prices[which] += 1
            agreement.fill_up([{**line, "price_unit": self.prices[which]}])
        else:
            getattr(agreement, verb)([line])

    def note(self, verb, which, quantity):
        """Keep the plain books the database is compared with."""
        if verb == "receive":
            self.plain.take_in(quantity, 5.0)
        elif verb in ("fill_up", "price"):
            self.places[which] += quantity
        elif verb == "pick_up":
            self.places[which] -= quantity
        elif verb == "draw":
            self.note_draw(which, quantity)
        elif verb == "return_draw":
            self.plain.take_out(quantity)
            self.drawn[which] -= quantity
            self.places[which] += quantity
        elif verb == "deliver":
            self.note_delivery(quantity)

    def note_draw(self, which, quantity):
        self.places[which] -= quantity
        self.drawn[which] += quantity
        self.plain.take_in(quantity, self.prices[which])

    def note_delivery(self, quantity):
        """Own goods first; then what the owners have, in the order it was found."""
        missing = quantity - min(quantity, self.plain.quantity)
        self.env.invalidate_all()
        taken = [
            before - self.quantity(self.product, owner.location_id)
            for before, owner in zip(self.places, self.owners, strict=True)
        ]
        self.assertAlmostEqual(sum(taken), missing)
        for which, part in enumerate(taken):
            if part:
                self.note_draw(which, part)
        self.plain.take_out(quantity)

    def check(self):
        self.assert_nothing_negative([self.product])
        self.assertAlmostEqual(
            self.quantity(self.product, self.stock_location),
            self.plain.quantity + sum(self.places),
        )
        for which, agreement in enumerate(self.owners):
            self.assert_place(agreement, self.product, self.places[which])
            lines = self.draw_line(agreement)
            self.assertAlmostEqual(sum(lines.mapped("qty_received")), self.drawn[which])
            rows = self.draws(agreement)
            settled = sum(rows.mapped("settled"))
            self.assertAlmostEqual(sum(rows.mapped("open_quantity")), self.drawn[which] - settled)
            self.assertAlmostEqual(sum(lines.mapped("qty_invoiced")), settled)
        self.assertAlmostEqual(self.value(self.product), self.plain.value, delta=0.05)
