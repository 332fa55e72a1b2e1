from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestLock(ConsignmentCommon):
    """Two people at the same moment: the second one starts again and sees what is left."""

    def setUp(self):
        super().setUp()
        self.valve = self.make_product()
        self.receive(self.valve, 10, 5.0)
        self.agreement = self.make_agreement("loan_out")
        self.agreement.fill_up([self.line(self.valve, 5)])

    def test_each_operation_writes_the_row(self):
        """Whoever read before this commit cannot write after it (serialization)."""
        for operation in (
            lambda: self.agreement.fill_up([self.line(self.valve, 1)]),
            lambda: self.agreement.pick_up([self.line(self.valve, 1)]),
            lambda: self.agreement.convert([self.line(self.valve, 1)], "gift"),
            lambda: self.agreement.adjust_price([{"product_id": self.valve.id, "price_unit": 3.0}]),
        ):
            before = self.agreement.operation_count
            operation()
            self.assertEqual(self.agreement.operation_count, before + 1)
