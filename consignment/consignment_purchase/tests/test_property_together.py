from datetime import timedelta

from hypothesis import strategies as st

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.consignment.tests.sequences import PLAIN, sequences

from .common import PurchaseConsignmentCommon

FOREIGN = ("bring", "take_away", "draw", "return_draw")  # what concerns goods of others
VERBS = (
    "receive",
    "fill_up",
    "issue",
    "back_to_us",
    "back_to_dealer",
    "back_to_nobody",
    "pick_up",
    "count",
    "deliver",
    "cancel",
    *FOREIGN,
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(VERBS),
        st.integers(0, 1),  # which product
        st.integers(0, 1),  # which of two dealers, or of two owners
        st.integers(0, 1),  # which lot
        st.integers(1, 6),  # how many
    ),
    min_size=5,
    max_size=12,
)
START = [
    ("receive", 0, 0, 0, 9),
    ("receive", 1, 0, 0, 9),
    ("bring", 0, 0, 0, 5),
    ("bring", 1, 1, 1, 5),
    ("fill_up", 0, 0, 0, 5),
    ("fill_up", 1, 1, 0, 5),
]
FROM_DEALER, FROM_OWNER = ("issue", "pick_up", "count"), ("take_away", "draw")
METHODS = ("average", "fifo")
PRICES = (7.0, 8.0)


@tagged("post_install", "-at_install")
class TestEverythingTogether(PurchaseConsignmentCommon):
    """Dealers, owners and ordinary deliveries of the same goods, in any order."""

    def setUp(self):
        super().setUp()
        if "consignment.report" not in self.env:
            self.skipTest("Consignment sales are not installed")
        # The host reckons by date and number: people do one thing a second at most.
        self.clock = fields.Datetime.now() - timedelta(hours=1)
        self.patch(fields.Datetime, "now", lambda *_args: self.clock)

    @sequences(STEPS, examples=6)
    def test_random_sequences(self, steps):
        """The books agree after each step; others' goods that stay others' change nothing."""
        mixed = self.run_sequence(START + steps)
        if not self.was_drawn:
            alone = self.run_sequence([step for step in START + steps if step[0] not in FOREIGN])
            self.assertEqual(mixed, alone)

    def run_sequence(self, steps):
        """Do the steps on fresh goods and places; return the values of the own goods."""
        self.products = [
            self.make_product("average", taxes_id=False),
            self.make_product("fifo", tracking="lot", taxes_id=False),
        ]
        lots = [self.make_lot(self.products[1], name) for name in ("L0", "L1")]
        self.lots = [[self.env["stock.lot"]] * 2, lots]
        self.dealers = [self.make_agreement(), self.make_agreement()]
        self.owners = [
            self.make_agreement("consign_in", purchase_tax_source="agreement") for _one in PRICES
        ]
        self.plain = [PLAIN[method]() for method in METHODS]
        self.book, self.sales, self.was_drawn = {}, [], False
        for step in steps:
            if self.attempt(lambda step=step: self.do(*step)):
                self.note()
                self.check()
        return [round(self.value(product), 2) for product in self.products]

    def do(self, verb, which, place, lot, quantity):
        """Do one step; what it changes in the plain books is kept until it went through."""
        self.noted = []
        self.clock += timedelta(seconds=1)
        place, lot = self.find_goods(verb, which, place, lot)
        line = self.line(self.products[which], quantity, lot_id=self.lots[which][lot].id)
        getattr(self, f"do_{verb}")(which, place, lot if which else 0, line)

    def find_goods(self, verb, which, place, lot):
        """Return where there is something to take, rather than where there is nothing."""
        kind = "dealer" if verb in FROM_DEALER else "owner" if verb in FROM_OWNER else None
        if not kind or self.book.get((which, f"{kind} {place}", lot)):
            return place, lot
        found = [
            (int(where[-1]), held_lot)
            for (key, where, held_lot), held in self.book.items()
            if key == which and where.startswith(kind) and held
        ]
        return found[0] if found else (place, lot)

    def note(self):
        for change in self.noted:
            change()

    def later(self, change, *args):
        self.noted.append(lambda: change(*args))

    def move(self, which, lot, quantity, source=None, target=None):
        """Note that goods went from one place to another; None is outside."""
        for where, change in ((source, -quantity), (target, quantity)):
            if where:
                key = (which, where, lot)
                self.book[key] = self.book.get(key, 0) + change

    def there(self, which, where):
        return sum(
            held for (key, place, _lot), held in self.book.items() if (key, place) == (which, where)
        )

    # === OWN GOODS === #

    def do_receive(self, which, place, lot, line):
        quantity = line["quantity"]
        cost = 4.0 + quantity  # another cost each time
        self.receive(self.products[which], quantity, cost, lot=self.lots[which][lot])
        self.later(self.plain[which].take_in, quantity, cost)
        self.later(self.move, which, lot, quantity, None, "home")

    def do_fill_up(self, which, place, lot, line):
        self.dealers[place].fill_up([line])
        self.later(self.move, which, lot, line["quantity"], "home", f"dealer {place}")

    def do_pick_up(self, which, place, lot, line):
        self.dealers[place].pick_up([line])
        self.later(self.move, which, lot, line["quantity"], f"dealer {place}", "home")

    def do_issue(self, which, place, lot, line):
        self.note_sale(self.dealers[place].report_sales([line]), which, place, lot, line)

    def do_count(self, which, place, lot, line):
        """A count that finds less than the book says: the rest was sold."""
        book = self.book.get((which, f"dealer {place}", lot), 0)
        counted = min(line["quantity"], book - 1)
        if counted < 0:
            return
        order = self.dealers[place].settle_by_count([{**line, "quantity": counted}])
        self.note_sale(order, which, place, lot, {**line, "quantity": book - counted})

    def note_sale(self, order, which, place, lot, line):
        self.later(self.sell, order, which, place, lot, line["quantity"])

    def sell(self, order, which, place, lot, quantity):
        self.move(which, lot, quantity, f"dealer {place}")
        value = self.plain[which].value
        self.plain[which].take_out(quantity)
        cost = (value - self.plain[which].value) / quantity
        self.sales.append((order, which, place, lot, cost))

    def take_back(self, which, line, destination):
        """What came back has the cost it went out with."""
        sold = [sale for sale in self.sales if sale[1] == which]
        if not sold:
            return None
        order, _which, place, lot, cost = sold[-1]
        line["lot_id"] = self.lots[which][lot].id
        self.dealers[place].return_sales(order, [line], destination)
        self.later(self.plain[which].take_in, line["quantity"], cost)
        return place, lot, line["quantity"]

    def do_back_to_us(self, which, place, lot, line):
        if back := self.take_back(which, line, "stock"):
            _place, lot, quantity = back
            self.later(self.move, which, lot, quantity, None, "home")

    def do_back_to_dealer(self, which, place, lot, line):
        if back := self.take_back(which, line, "dealer"):
            place, lot, quantity = back
            self.later(self.move, which, lot, quantity, None, f"dealer {place}")

    def do_back_to_nobody(self, which, place, lot, line):
        if back := self.take_back(which, line, "scrap"):
            self.later(self.plain[which].take_out, back[-1])

    def do_cancel(self, which, place, lot, line):
        """A delivery is reserved and cancelled: nothing has changed."""
        home = self.stock_location
        values = {
            "product_id": line["product_id"],
            "product_uom_qty": line["quantity"],
            "location_id": home.id,
            "location_dest_id": self.customer_location.id,
        }
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.picking_type_out.id,
                "location_id": home.id,
                "location_dest_id": self.customer_location.id,
                "move_ids": [Command.create(values)],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        picking.action_cancel()

    # === GOODS OF OTHERS === #

    def do_bring(self, which, place, lot, line):
        self.owners[place].fill_up([{**line, "price_unit": PRICES[place]}])
        self.later(self.move, which, lot, line["quantity"], None, f"owner {place}")

    def do_take_away(self, which, place, lot, line):
        self.owners[place].pick_up([line])
        self.later(self.move, which, lot, line["quantity"], f"owner {place}")

    def do_draw(self, which, place, lot, line):
        self.owners[place].draw([line])
        self.later(self.note_draw, which, place, lot, line["quantity"])

    def note_draw(self, which, place, lot, quantity):
        self.was_drawn = True
        self.move(which, lot, quantity, f"owner {place}", "home")
        self.plain[which].take_in(quantity, PRICES[place])

    def do_return_draw(self, which, place, lot, line):
        self.owners[place].return_draw([line])
        self.later(self.move, which, lot, line["quantity"], "home", f"owner {place}")
        self.later(self.plain[which].take_out, line["quantity"])

    def do_deliver(self, which, place, lot, line):
        """Own goods go first, then those of the owners; which lots is the host's choice."""
        home = sum(self.there(which, where) for where in ("home", "owner 0", "owner 1"))
        quantity = min(line["quantity"], home)
        if not quantity:
            return
        own = min(quantity, self.there(which, "home"))
        moves = self.deliver(self.products[which], quantity).move_ids
        drawn = self.env["consignment.draw"].search(
            [("move_id.consignment_draw_for_id", "in", moves.ids)]
        )
        self.assertAlmostEqual(sum(drawn.mapped("drawn")), quantity - own)
        for draw in drawn.sorted("id"):
            for taken in draw.move_id.move_line_ids:
                place = self.owners.index(draw.agreement_id)
                lot = self.find_lot(which, taken)
                self.later(self.note_draw, which, place, lot, taken.quantity_product_uom)
        for taken in moves.move_line_ids:
            lot = self.find_lot(which, taken)
            self.later(self.move, which, lot, taken.quantity_product_uom, "home")
        self.later(self.plain[which].take_out, quantity)

    def find_lot(self, which, line):
        return self.lots[which].index(line.lot_id)

    # === WHAT MUST HOLD === #

    def check(self):
        self.assert_nothing_negative(self.products)
        places = {f"dealer {place}": dealer for place, dealer in enumerate(self.dealers)}
        places |= {f"owner {place}": owner for place, owner in enumerate(self.owners)}
        for which, product in enumerate(self.products):
            for where, agreement in places.items():
                self.assert_place(agreement, product, self.there(which, where))
            for lot, record in enumerate(self.lots[which]):
                self.check_lot(which, lot, record, places)
            home = sum(self.there(which, where) for where in ("home", "owner 0", "owner 1"))
            self.assertAlmostEqual(self.quantity(product, self.stock_location), home)
            own = sum(self.there(which, where) for where in ("home", "dealer 0", "dealer 1"))
            self.assertAlmostEqual(self.plain[which].quantity, own, msg="sum over all places")
            self.assertAlmostEqual(self.value(product), self.plain[which].value, delta=0.05)

    def check_lot(self, which, lot, record, places):
        if record:
            for where, agreement in places.items():
                held = sum(
                    row["quantity"] for row in agreement.get_balance() if row["lot_id"] == record.id
                )
                self.assertAlmostEqual(held, self.book.get((which, where, lot), 0))
