import os
import unittest
from threading import Barrier, Thread

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name


@tagged("post_install", "-at_install", "-standard", "database_breaking")
@unittest.skipUnless(
    os.environ.get("ODOO_TEST_COMMIT"), "commits: for a database that is thrown away"
)
class TestTwoConnections(BaseCase):
    """Two people at the same moment: one wins or both fit, and nothing becomes negative."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            company = env.ref("base.main_company")
            env = env(context={"allowed_company_ids": company.ids})
            partner = env["res.partner"].create({"name": "Two Connections"})
            self.product = (
                env["product.product"]
                .create({"name": "Raced Valve", "is_storable": True, "standard_price": 5})
                .id
            )
            warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
            env["stock.quant"]._update_available_quantity(
                env["product.product"].browse(self.product), warehouse.lot_stock_id, 20
            )
            agreement = env["consignment.agreement"].create(
                {"partner_id": partner.id, "company_id": company.id}
            )
            agreement.action_activate()
            agreement.fill_up([self.line(5)])
            self.agreement = agreement.id
            self.company = company.id

    def line(self, quantity):
        return {"product_id": self.product, "quantity": quantity}

    def race(self, *operations):
        """Run the operations at the same moment, each on its own connection."""
        barrier, outcomes = Barrier(len(operations)), []

        def run(operation):
            try:
                with self.registry.cursor() as cr:  # commits when left without an error
                    context = {"allowed_company_ids": [self.company]}
                    env = api.Environment(cr, SUPERUSER_ID, context)
                    agreement = env["consignment.agreement"].browse(self.agreement)
                    agreement.get_balance()  # the snapshot is taken before the start
                    barrier.wait(30)
                    retrying(lambda: operation(agreement), env)
            except UserError as error:
                outcomes.append(error)
            else:
                outcomes.append(None)

        threads = [Thread(target=run, args=(operation,)) for operation in operations]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        self.assertEqual(len(outcomes), len(operations), "no error but a told one")
        return [error for error in outcomes if error]

    def there(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"allowed_company_ids": [self.company]})
            agreement = env["consignment.agreement"].browse(self.agreement)
            quants = env["stock.quant"].search([("product_id", "=", self.product)])
            internal = quants.filtered(lambda q: q.location_id.usage == "internal")
            self.assertFalse(internal.filtered(lambda quant: quant.quantity < 0))
            balance = sum(row["quantity"] for row in agreement.get_balance())
            place = internal.filtered(lambda q: q.location_id == agreement.location_id)
            self.assertEqual(balance, sum(place.mapped("quantity")))
            return balance

    def test_two_settlements_of_which_one_fits(self):
        refused = self.race(
            lambda agreement: agreement.report_sales([self.line(4)]),
            lambda agreement: agreement.report_sales([self.line(4)]),
        )
        self.assertEqual(len(refused), 1)
        self.assertEqual(self.there(), 1)

    def test_two_settlements_that_both_fit(self):
        refused = self.race(
            lambda agreement: agreement.report_sales([self.line(2)]),
            lambda agreement: agreement.report_sales([self.line(2)]),
        )
        self.assertFalse(refused)
        self.assertEqual(self.there(), 1)

    def test_two_conversions_to_a_sale(self):
        refused = self.race(
            lambda agreement: agreement.convert([self.line(3)], "sale"),
            lambda agreement: agreement.convert([self.line(3)], "sale"),
        )
        self.assertEqual(len(refused), 1)
        self.assertIn("only 2 are there", str(refused[0]))
        self.assertEqual(self.there(), 2)

    def test_two_conversions_to_a_sale_that_both_fit(self):
        refused = self.race(
            lambda agreement: agreement.convert([self.line(2)], "sale"),
            lambda agreement: agreement.convert([self.line(3)], "sale"),
        )
        self.assertFalse(refused)
        self.assertEqual(self.there(), 0)

    def test_two_other_conversions(self):
        refused = self.race(
            lambda agreement: agreement.convert([self.line(3)], "gift"),
            lambda agreement: agreement.convert([self.line(3)], "own_use"),
        )
        self.assertEqual(len(refused), 1)
        self.assertEqual(self.there(), 2)

    def test_count_and_report(self):
        """Three are counted while two are reported: either order leaves three or one."""
        refused = self.race(
            lambda agreement: agreement.settle_by_count([self.line(3)]),
            lambda agreement: agreement.report_sales([self.line(2)]),
        )
        self.assertFalse(refused)
        self.assertIn(self.there(), (1, 3))

    def test_two_counts_settle_once(self):
        """Both counted three: the second one finds nothing missing any more."""
        refused = self.race(
            lambda agreement: agreement.settle_by_count([self.line(3)]),
            lambda agreement: agreement.settle_by_count([self.line(3)]),
        )
        self.assertFalse(refused)
        self.assertEqual(self.there(), 3)

    def test_one_list_is_settled_once(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"allowed_company_ids": [self.company]})
            report = env["consignment.report"].create(
                {
                    "agreement_id": self.agreement,
                    "line_ids": [(0, 0, self.line(2))],
                }
            )
            report_id = report.id
        refused = self.race(
            lambda agreement: agreement.report_ids.browse(report_id).action_confirm(),
            lambda agreement: agreement.report_ids.browse(report_id).action_confirm(),
        )
        self.assertEqual(len(refused), 1)
        self.assertIn("already settled", str(refused[0]))
        self.assertEqual(self.there(), 3)

    def test_two_settlement_returns(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"allowed_company_ids": [self.company]})
            order = env["consignment.agreement"].browse(self.agreement).report_sales([self.line(4)])
        refused = self.race(
            lambda agreement: agreement.return_sales(order, [self.line(3)], "dealer"),
            lambda agreement: agreement.return_sales(order, [self.line(3)], "stock"),
        )
        self.assertEqual(len(refused), 1)
        self.assertIn(self.there(), (1, 4))

    def test_fill_up_and_pick_up(self):
        refused = self.race(
            lambda agreement: agreement.fill_up([self.line(5)]),
            lambda agreement: agreement.pick_up([self.line(5)]),
        )
        self.assertFalse(refused)
        self.assertEqual(self.there(), 5)
