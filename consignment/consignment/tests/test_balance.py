from odoo.tests import tagged

from odoo.addons.consignment.tools.ageing import open_layers

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestBalance(ConsignmentCommon):
    def setUp(self):
        super().setUp()
        self.valve = self.make_product("average")
        self.receive(self.valve, 100, 5.0, days_ago=300)
        self.agreement = self.make_agreement()

    def test_balance_and_value(self):
        self.agreement.fill_up([self.line(self.valve, 15)])
        self.assertEqual(
            self.agreement.get_balance(),
            [{"product_id": self.valve.id, "lot_id": False, "quantity": 15.0, "value": 75.0}],
        )

    def test_value_at_a_past_date_has_the_cost_of_that_date(self):
        self.agreement.fill_up([self.line(self.valve, 10)], self.day(20))
        self.receive(self.valve, 100, 7.0)
        self.assertAlmostEqual(self.agreement.get_balance(self.day(5))[0]["value"], 50.0)
        self.assertAlmostEqual(self.agreement.get_balance()[0]["value"], 60.0)

    def test_goods_of_others_have_no_value(self):
        consigned = self.make_agreement("consign_in")
        consigned.fill_up([self.line(self.valve, 10)])
        self.assertEqual(consigned.get_balance()[0]["value"], 0.0)

    def test_ageing_is_first_in_first_out(self):
        self.agreement.fill_up([self.line(self.valve, 10)], self.day(200))
        self.agreement.fill_up([self.line(self.valve, 5)], self.day(40))
        self.agreement.pick_up([self.line(self.valve, 8)], self.day(10))
        rows = [(row["days"], row["quantity"]) for row in self.agreement.get_ageing()]
        self.assertEqual(rows, [(200, 2.0), (40, 5.0)])
        rows = [(row["days"], row["quantity"]) for row in self.agreement.get_ageing(self.day(20))]
        self.assertEqual(rows, [(180, 10.0), (20, 5.0)])
        self.assertFalse(self.agreement.get_ageing(self.day(250)))

    def test_buckets(self):
        for days in (200, 100, 70, 45, 3):
            self.agreement.fill_up([self.line(self.valve, 1)], self.day(days))
        layers = self.env["consignment.ageing"].search([("agreement_id", "=", self.agreement.id)])
        self.assertEqual(sorted(layers.mapped("bucket")), ["0", "1", "2", "3", "4"])
        self.assertEqual(sum(self.agreement.mapped("goods_quantity")), 5.0)
        self.assertEqual(self.agreement.oldest_days, 200)

    def test_vat_age(self):
        """Older than the agreement's VAT age: listed and reminded of, nothing is posted."""
        self.agreement.age_vat_days = 150
        self.agreement.fill_up([self.line(self.valve, 1)], self.day(160))
        self.agreement.fill_up([self.line(self.valve, 1)], self.day(140))
        layers = self.env["consignment.ageing"].search(
            [("agreement_id", "=", self.agreement.id), ("is_vat_due", "=", True)]
        )
        self.assertEqual(layers.mapped("days"), [160])
        entries = self.env["account.move"].search_count([])
        self.env["consignment.agreement"]._cron_remind()
        kinds = self.agreement.activity_ids.activity_type_id
        self.assertIn(self.env.ref("consignment.mail_activity_type_vat"), kinds)
        self.assertEqual(self.env["account.move"].search_count([]), entries)

    def test_ageing_agrees_with_the_plain_algorithm(self):
        plan = [(90, 5), (80, -2), (60, 9), (50, -7), (20, 4), (5, -1)]
        for days, quantity in plan:
            method = self.agreement.fill_up if quantity > 0 else self.agreement.pick_up
            method([self.line(self.valve, abs(quantity))], self.day(days))
        expected = open_layers([(-days, key, float(q)) for key, (days, q) in enumerate(plan)])
        found = [(-row["days"], row["quantity"]) for row in self.agreement.get_ageing()]
        self.assertEqual(found, list(reversed(expected)))

    def test_verbs(self):
        self.agreement.fill_up([self.line(self.valve, 10)])
        self.agreement.pick_up([self.line(self.valve, 1)])
        self.agreement.convert([self.line(self.valve, 1)], "gift")
        place = self.agreement.location_id
        self._make_out_move(self.valve, 2, location_id=place.id)
        self._make_out_move(
            self.valve, 1, location_id=place.id, location_dest_id=self.inventory_location.id
        )
        self._make_in_move(
            self.valve, 3, location_id=self.inventory_location.id, location_dest_id=place.id
        )
        self._make_in_move(
            self.valve, 1, location_id=self.customer_location.id, location_dest_id=place.id
        )
        events = self.agreement.event_ids
        totals = {}
        for event in events:
            totals[event.verb] = totals.get(event.verb, 0) + event.quantity
        self.assertEqual(
            totals,
            {"fill_up": 10, "pick_up": -1, "issue": -3, "loss": -1, "gain": 3, "issue_return": 1},
        )
        self.assertEqual(self.balance(self.agreement, self.valve), 9)
        self.assertEqual(self.quantity(self.valve, place), 9)

    def test_queries_do_not_grow(self):
        self.agreement.fill_up([self.line(self.valve, 10)])
        self.env.flush_all()
        self.env.invalidate_all()
        self.agreement.get_balance()
        self.env.invalidate_all()
        with self.assertQueryCount(30):
            self.agreement.get_balance()
        others = self.env["consignment.agreement"]
        for _number in range(5):
            others |= self.make_agreement()
        self.env.flush_all()
        self.env.invalidate_all()
        agreements = self.agreement | others
        with self.assertQueryCount(8):
            agreements.mapped("goods_quantity")

    def test_queries_do_not_grow_with_the_products(self):
        """What a standard or an average cost is today stands on the card."""
        for method in ("standard", "average"):
            with self.subTest(method=method):
                few, many = (self.count_balance_queries(method, count) for count in (2, 20))
                self.assertEqual(few, many)
                self.assertLessEqual(many, 10)

    def count_balance_queries(self, method, products):
        agreement = self.make_agreement()
        for _number in range(products):
            product = self.make_product(method)
            self.receive(product, 10, 5.0, days_ago=50)
            agreement.fill_up([self.line(product, 5)])
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.assertEqual(len(agreement.get_balance()), products)
        return self.cr.sql_log_count - before
