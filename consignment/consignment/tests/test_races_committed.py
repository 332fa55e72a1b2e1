from odoo.tests import tagged

from .race import RaceCase


@tagged("post_install", "-at_install", "-standard", "database_breaking")
class TestRaces(RaceCase):
    """One wins or both fit, nothing becomes negative, and nobody sees a deadlock."""

    def prepare(self, env):
        self.put_into_stock(env, 20)
        self.loan = self.make_agreement(env, kind="loan_out", due_date="2100-01-01")
        self.loan.fill_up([self.line(5)])

    def convert(self, quantity, way):
        return self.loan, lambda loan: loan.convert([self.line(quantity)], way)

    def there(self):
        return self.check_balance(self.loan.id)

    def test_two_conversions_of_which_one_fits(self):
        told = self.race(self.convert(3, "gift"), self.convert(3, "own_use"))
        self.assertEqual(len(told), 1)
        self.assertIn("only 2 are there", str(told[0]))
        self.assertEqual(self.there(), 2)

    def test_two_conversions_that_both_fit(self):
        self.assertFalse(self.race(self.convert(2, "gift"), self.convert(3, "own_use")))
        self.assertEqual(self.there(), 0)

    def test_lent_on_to_two_people(self):
        told = self.race(self.convert(4, "relend"), self.convert(4, "relend"))
        self.assertEqual(len(told), 1)
        self.assertEqual(self.there(), 1)

    def test_return_and_conversion(self):
        back = self.loan, lambda loan: loan.pick_up([self.line(5)])
        told = self.race(back, self.convert(1, "gift"))
        self.assertEqual(len(told), 1)
        self.assertIn(self.there(), (0, 4))

    def test_the_last_goods_for_two_borrowers(self):
        """15 are in stock; two people lend 10 of them."""
        with self.committed() as env:
            other = self.make_agreement(env, kind="loan_out", due_date="2100-01-01")
        told = self.race(
            (self.loan, lambda loan: loan.fill_up([self.line(10)])),
            (other, lambda loan: loan.fill_up([self.line(10)])),
        )
        self.assertEqual(len(told), 1)
        self.assertEqual(self.there() + self.check_balance(other.id), 15)

    def test_hand_over_while_it_is_closed(self):
        """Either the goods are there and it stays open, or it is closed and none are."""
        with self.committed() as env:
            self.loan.with_env(env).pick_up([self.line(5)])
        told = self.race(
            (self.loan, lambda loan: loan.fill_up([self.line(1)])),
            (self.loan, lambda loan: loan.action_close()),
        )
        self.assertEqual(len(told), 1)
        with self.committed() as env:
            state = self.loan.with_env(env).state
        self.assertEqual((state, self.there()), ("active", 1) if self.there() else ("closed", 0))

    def test_two_prices_on_the_same_day(self):
        """Both are kept; the later one holds."""
        with self.committed() as env:
            dealer = self.make_agreement(env)
        prices = [
            (dealer, lambda one, price=price: one.adjust_price([self.line(1, price_unit=price)]))
            for price in (8.0, 9.0)
        ]
        self.assertFalse(self.race(*prices))
        with self.committed() as env:
            kept = dealer.with_env(env).price_ids.mapped("price_unit")
        self.assertEqual(sorted(kept), [8.0, 9.0])
