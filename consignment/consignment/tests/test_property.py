from hypothesis import strategies as st

from odoo import Command
from odoo.tests import tagged

from .common import ConsignmentCommon
from .sequences import PLAIN, Sequences, sequences

OWN = ["receive", "fill_up", "pick_up", "gift", "own_use", "count", "cancel"]
FOREIGN = ["in", "in_back"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(OWN + FOREIGN),
        st.integers(0, 1),  # which product
        st.integers(0, 1),  # which place
        st.integers(0, 1),  # which lot
        st.integers(1, 9),  # how many
    ),
    min_size=4,
    max_size=10,
)
METHODS = ("average", "fifo")


@tagged("post_install", "-at_install")
class TestInvariants(Sequences, ConsignmentCommon):
    """Whatever is done in whatever order, the books and the hands agree."""

    @sequences(STEPS)
    def test_random_sequences(self, steps):
        """Each step leaves the books right; what is told of own goods is true without others'."""
        mixed = self.run_sequence(steps)
        alone = self.run_sequence([step for step in steps if step[0] not in FOREIGN])
        self.assertEqual([round(value, 4) for value in mixed], [round(value, 4) for value in alone])

    def run_sequence(self, steps):
        """Do the steps on fresh goods and places; return the values of the own goods."""
        self.products = [
            self.make_product("average"),
            self.make_product("fifo", tracking="lot"),
        ]
        lots = [self.make_lot(self.products[1], name) for name in ("L0", "L1")]
        self.lots = [[self.env["stock.lot"]] * 2, lots]
        self.out = [self.make_agreement(), self.make_agreement("loan_out")]
        self.owned = self.make_agreement("consign_in")
        self.plain = [PLAIN[method]() for method in METHODS]
        self.book = {}
        for step in steps:
            changes = {}
            if self.attempt(lambda step=step, changes=changes: changes.update(self.do(*step))):
                for key, change in changes.items():
                    self.book[key] = self.book.get(key, 0) + change
                self.check()
        return [self.value(product) for product in self.products]

    def do(self, verb, which, place, lot, quantity):
        """Do one step and return what it changes in the plain books."""
        product, lot = self.products[which], self.lots[which][lot]
        line = self.line(product, quantity, lot_id=lot.id)
        return getattr(self, f"do_{verb}")(which, place, lot, line, quantity)

    def do_receive(self, which, place, lot, line, quantity):
        cost = 4.0 + quantity  # another cost each time
        self.receive(self.products[which], quantity, cost, lot=lot)
        self.plain[which].take_in(quantity, cost)
        return {(which, "home"): quantity}

    def do_fill_up(self, which, place, lot, line, quantity):
        self.out[place].fill_up([line])
        return {(which, "home"): -quantity, (which, place): quantity}

    def do_pick_up(self, which, place, lot, line, quantity):
        self.out[place].pick_up([line])
        return {(which, "home"): quantity, (which, place): -quantity}

    def do_gift(self, which, place, lot, line, quantity, to="gift"):
        self.out[place].convert([line], to)
        self.plain[which].take_out(quantity)
        return {(which, place): -quantity}

    def do_own_use(self, *step):
        return self.do_gift(*step, to="own_use")

    def do_in(self, which, place, lot, line, quantity):
        self.owned.fill_up([line])
        return {(which, "foreign"): quantity}

    def do_in_back(self, which, place, lot, line, quantity):
        self.owned.pick_up([line])
        return {(which, "foreign"): -quantity}

    def do_count(self, which, place, lot, line, quantity):
        """A count at the place finds that some are gone."""
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.products[which].id),
                ("location_id", "=", self.out[place].location_id.id),
                ("lot_id", "=", lot.id),
                ("quantity", ">", 0),
            ],
            limit=1,
        )
        lost = min(quantity, quant.quantity)
        if lost:
            quant.with_context(inventory_mode=True).inventory_quantity = quant.quantity - lost
            quant.action_apply_inventory()
            self.plain[which].take_out(lost)
        return {(which, place): -lost}

    def do_cancel(self, which, place, lot, line, quantity):
        """A delivery is reserved and cancelled: nothing has changed."""
        product, home = self.products[which], self.stock_location
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.picking_type_out.id,
                "location_id": home.id,
                "location_dest_id": self.customer_location.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": home.id,
                            "location_dest_id": self.customer_location.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        picking.action_cancel()
        return {}

    def check(self):
        self.env.invalidate_all()
        self.assert_nothing_negative(self.products)
        for which, product in enumerate(self.products):
            there = {key[1]: held for key, held in self.book.items() if key[0] == which}
            home, foreign = there.get("home", 0), there.get("foreign", 0)
            self.assertAlmostEqual(self.quantity(product, self.stock_location), home + foreign)
            for place, agreement in enumerate(self.out):
                self.assert_place(agreement, product, there.get(place, 0))
            self.assert_place(self.owned, product, foreign)
            own = sum(there.values()) - foreign
            self.assertAlmostEqual(self.plain[which].quantity, own, msg="sum over all places")
            self.assertAlmostEqual(self.value(product), self.plain[which].value, delta=0.02)
