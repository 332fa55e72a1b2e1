from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestKit(ConsignmentCommon):
    """A kit is no goods of its own: its components are consigned, valued and taken back."""

    def setUp(self):
        super().setUp()
        self.needs_manufacturing()
        self.valve = self.make_product("average", name="Valve")
        self.seal = self.make_product("fifo", name="Seal")
        self.kit = self.make_kit({self.valve: 1, self.seal: 2})
        self.receive(self.valve, 10, 5.0, days_ago=9)
        self.receive(self.seal, 20, 1.0, days_ago=9)

    def values(self, at=None):
        return self.value(self.valve, at), self.value(self.seal, at)

    def test_components_go_out_and_keep_their_value(self):
        agreement = self.make_agreement()
        agreement.fill_up([self.line(self.kit, 3)], self.day(5))
        self.assertEqual(self.balance(agreement, self.valve), 3)
        self.assertEqual(self.balance(agreement, self.seal), 6)
        self.assertEqual(self.values(), (50.0, 20.0))
        self.assertEqual(self.values(self.day(7)), (50.0, 20.0))
        self.assertEqual(sum(row["value"] for row in agreement.get_balance()), 21.0)

    def test_half_of_the_kits_come_back(self):
        agreement = self.make_agreement()
        agreement.fill_up([self.line(self.kit, 4)])
        agreement.pick_up([self.line(self.kit, 2)])
        self.assertEqual(self.balance(agreement, self.valve), 2)
        self.assertEqual(self.balance(agreement, self.seal), 4)
        with self.assertRaisesRegex(UserError, "Line 1: 3 × Valve asked, but only 2 are there"):
            agreement.pick_up([self.line(self.kit, 3)])

    def test_a_component_that_was_taken_out_is_missed(self):
        agreement = self.make_agreement("loan_out")
        agreement.fill_up([self.line(self.kit, 2)])
        agreement.pick_up([self.line(self.seal, 1)])
        with self.assertRaisesRegex(UserError, "4 × Seal asked, but only 3 are there"):
            agreement.convert([self.line(self.kit, 2)], "gift")
        agreement.convert([self.line(self.kit, 1)], "gift")
        self.assertEqual(self.values(), (45.0, 18.0))

    def test_agreed_price_is_that_of_the_kit(self):
        agreement = self.make_agreement()
        agreement.fill_up([self.line(self.kit, 1, price_unit=12.0)])
        self.assertEqual(agreement.price_ids.product_id, self.kit)

    def test_kits_of_others_have_no_value(self):
        agreement = self.make_agreement("consign_in")
        agreement.fill_up([self.line(self.kit, 3)])
        self.assertEqual(self.balance(agreement, self.seal), 6)
        self.assertEqual(self.values(), (50.0, 20.0))

    def test_half_a_kit_of_whole_pieces_is_refused(self):
        self.valve.whole_units = True
        agreement = self.make_agreement()
        with self.assertRaisesRegex(UserError, "Line 1: Valve comes in whole units only"):
            agreement.fill_up([self.line(self.kit, 0.5)])
