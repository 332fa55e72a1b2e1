"""Two people at the same moment, each on a connection of their own; everything is committed."""

import os
import unittest
from contextlib import contextmanager
from threading import Barrier, Thread

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase
from odoo.tests.common import get_db_name


@unittest.skipUnless(
    os.environ.get("ODOO_TEST_COMMIT"), "commits: for a database that is thrown away"
)
class RaceCase(BaseCase):
    """A product in stock, and operations that start together."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.company = 0
        with self.committed() as env:
            company = env.ref("base.main_company")
            self.company = company.id
        with self.committed() as env:
            self.product = self.make_product(env)
            self.prepare(env)

    def prepare(self, env):
        """Make what the operations need; an extension point."""

    @contextmanager
    def committed(self):
        """Yield an environment that is committed when left without an error."""
        with self.registry.cursor() as cr:
            context = {"allowed_company_ids": [self.company]} if self.company else {}
            yield api.Environment(cr, SUPERUSER_ID, context)

    def make_product(self, env, **values):
        values = {"name": "Raced Valve", "is_storable": True, "standard_price": 5.0, **values}
        return env["product.product"].create(values).id

    def get_stock(self, env):
        domain = [("company_id", "=", self.company)]
        return env["stock.warehouse"].search(domain, limit=1).lot_stock_id

    def put_into_stock(self, env, quantity):
        product = env["product.product"].browse(self.product)
        env["stock.quant"]._update_available_quantity(product, self.get_stock(env), quantity)

    def make_agreement(self, env, **values):
        partner = env["res.partner"].create({"name": "Raced Partner"})
        agreement = env["consignment.agreement"].create(
            {"partner_id": partner.id, "company_id": self.company, **values}
        )
        agreement.action_activate()
        return agreement

    def line(self, quantity, **values):
        return {"product_id": self.product, "quantity": quantity, **values}

    def race(self, *operations):
        """Run ``(record, action)`` pairs at the same moment; return the errors people are told.

        Whatever else goes wrong (a deadlock, a serialization failure shown) fails the test.
        """
        barrier, told, finished = Barrier(len(operations)), [], []

        def run(record, action):
            try:
                with self.committed() as env:
                    mine = record.with_env(env)
                    mine.exists()  # the snapshot is taken before the start
                    barrier.wait(60)
                    retrying(lambda: action(mine), env)
            except UserError as error:
                told.append(error)
            finished.append(record)

        threads = [Thread(target=run, args=operation) for operation in operations]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(180)
        self.assertEqual(len(finished), len(operations), "nobody sees another error")
        return told

    def check_balance(self, agreement_id):
        """Nothing is negative, events and quants agree; return what is there."""
        with self.committed() as env:
            agreement = env["consignment.agreement"].browse(agreement_id)
            quants = env["stock.quant"].search([("product_id", "=", self.product)])
            internal = quants.filtered(lambda quant: quant.location_id.usage == "internal")
            bad = internal.filtered(lambda q: q.quantity < 0 or q.reserved_quantity < 0)
            self.assertFalse(bad)
            balance = sum(row["quantity"] for row in agreement.get_balance())
            place = internal.filtered(lambda quant: quant.location_id == agreement.location_id)
            self.assertEqual(balance, sum(place.mapped("quantity")))
            return balance
