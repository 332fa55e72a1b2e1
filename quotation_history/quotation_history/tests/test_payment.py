from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OfferCommon


@tagged("post_install", "-at_install")
class TestPayment(OfferCommon):
    """A customer chose an offer and pays it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env["payment.provider"].create({"name": "Bank", "state": "disabled"})

    def setUp(self):
        super().setUp()
        self.order = self._create_order(require_payment=True, prepayment_percent=1.0)
        self.first = self._offer()
        self._line().price_unit = 95
        self.second = self._offer()
        self.order._send_offers("manual")
        self.first._to_engine()._choose()
        self.payment = self._pay(self.first)

    def _pay(self, offer):
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "reference": f"{offer.name} by bank",
                "amount": offer.amount_total,
                "currency_id": offer.currency_id.id,
                "partner_id": offer.partner_id.id,
                "state": "pending",
                "sale_order_ids": self.order.ids,
            }
        )

    def _send_next_round(self):
        self._line().price_unit = 90
        self.order._send_offers("manual")

    def test_payment_accepts_the_offer_that_was_chosen(self):
        self.payment._set_done()
        self.payment.with_context(
            skip_sale_auto_invoice_send=True
        )._check_amount_and_confirm_order()
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.order.accepted_offer_id, self.first)
        self.assertEqual(self.second.state, "superseded")

    def test_no_other_round_while_the_payment_is_under_way(self):
        with self.assertRaisesRegex(UserError, "by bank"), self.env.cr.savepoint():
            self._send_next_round()
        self.env.invalidate_all()
        self.assertEqual(self.first.state, "sent")

    def test_next_round_after_the_payment_was_cancelled(self):
        self.payment.state = "cancel"
        self._send_next_round()
        self.assertEqual(self.first.state, "superseded")

    def test_next_round_after_the_offer_was_withdrawn(self):
        self.first.with_user(self.seller).action_withdraw()
        self._send_next_round()
        self.assertEqual(self.order.current_round, 2)

    def test_offer_kept_valid_is_no_obstacle(self):
        self.first.action_toggle_keep_valid()
        self._send_next_round()
        self.assertEqual(self.first.state, "sent")
