"""What tests of random sequences share: the settings, plain stocks, and what must always hold."""

import os
from functools import wraps

from hypothesis import HealthCheck, Phase, given, settings

from odoo.exceptions import UserError

from odoo.addons.consignment.tools.ageing import open_layers


def sequences(*strategies, examples=8):
    """Run a test with random sequences, each on a state that is rolled back.

    For a long search, say how many in the environment: ``SEQUENCE_EXAMPLES=300``.
    """
    examples = int(os.environ.get("SEQUENCE_EXAMPLES", examples))

    def decorate(test):
        @wraps(test)
        def rolled_back(self, **drawn):
            with self.cr.savepoint(flush=True) as savepoint:
                test(self, **drawn)
                savepoint.rollback()
                self.env.invalidate_all()

        return settings(
            deadline=None,
            max_examples=examples,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            database=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        )(given(*strategies)(rolled_back))

    return decorate


class PlainStock:
    """Own goods and their value, reckoned without any database."""

    def __init__(self):
        self.layers = []

    @property
    def quantity(self):
        return sum(quantity for quantity, _cost in self.layers)

    @property
    def value(self):
        return sum(quantity * cost for quantity, cost in self.layers)

    def take_in(self, quantity, cost):
        self.layers.append((quantity, cost))


class FifoStock(PlainStock):
    """What came first goes first, each at its own cost."""

    def take_out(self, quantity):
        while quantity > 1e-9:
            there, cost = self.layers.pop(0)
            if there > quantity:
                self.layers.insert(0, (there - quantity, cost))
            quantity -= there


class AverageStock(PlainStock):
    """All goods are mixed and cost the same."""

    def take_in(self, quantity, cost):
        total = self.quantity + quantity
        self.layers = [(total, (self.value + quantity * cost) / total)]

    def take_out(self, quantity):
        [(there, cost)] = self.layers
        self.layers = [(there - quantity, cost)] if there - quantity > 1e-9 else []


PLAIN = {"average": AverageStock, "fifo": FifoStock}


class Sequences:
    """Mixed into a test case: what must hold after every step."""

    def attempt(self, action):
        """Do a step in a savepoint; return whether it was allowed."""
        try:
            with self.cr.savepoint():
                action()
        except UserError:
            return False
        return True

    def assert_place(self, agreement, product, expected):
        """The balance by events, the quants and the ages all say ``expected``."""
        self.assertAlmostEqual(self.balance(agreement, product), expected)
        self.assertAlmostEqual(self.quantity(product, agreement.location_id), expected)
        layers = [
            row["quantity"] for row in agreement.get_ageing() if row["product_id"] == product.id
        ]
        self.assertAlmostEqual(sum(layers), expected)
        events = self.env["consignment.event"].search(
            [("agreement_id", "=", agreement.id), ("product_id", "=", product.id)]
        )
        for lot in events.lot_id or [events.lot_id]:
            mine = events.filtered(lambda event, lot=lot: event.lot_id == lot)
            plain = open_layers([(event.date, event.id, event.quantity) for event in mine])
            there = [row for row in agreement.get_balance() if row["lot_id"] == lot.id]
            there = [row for row in there if row["product_id"] == product.id]
            self.assertAlmostEqual(
                sum(quantity for _date, quantity in plain),
                sum(row["quantity"] for row in there),
            )

    def assert_nothing_negative(self, products):
        self.env.flush_all()
        negative = self.env["stock.quant"].search(
            [
                ("product_id", "in", [product.id for product in products]),
                ("location_id.usage", "=", "internal"),
                "|",
                ("quantity", "<", 0),
                ("reserved_quantity", "<", 0),
            ]
        )
        self.assertFalse(negative, negative.mapped(lambda q: (q.location_id.name, q.quantity)))
