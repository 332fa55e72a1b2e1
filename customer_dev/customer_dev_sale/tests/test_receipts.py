from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.customer_dev.tests.common import DevelopmentCommon


@tagged("post_install", "-at_install")
class TestReceipts(DevelopmentCommon):
    """Orders and money of one's own customers on the workbench."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = cls.env["account.journal"].search([("type", "=", "bank")], limit=1)

    def _payment(self, partner, amount=500, **values):
        if not self.journal:
            self.skipTest("needs a chart of accounts")
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": partner.id,
                "amount": amount,
                "journal_id": self.journal.id,
                **values,
            }
        )
        payment.action_post()
        self.env.flush_all()
        return payment

    def _tile(self, key, user=None):
        told = self.env["crm.lead"].with_user(user or self.rep).get_workbench()
        return next(tile for tile in told["tiles"] if tile["key"] == key)

    def test_receipts_of_own_customers(self):
        own = self.env["res.partner"].create({"name": "Own", "user_id": self.rep.id})
        other = self.env["res.partner"].create({"name": "Other", "user_id": self.other_rep.id})
        self._payment(own)
        self._payment(other, 70)
        tile = self._tile("new_receipts")
        self.assertEqual((tile["count"], tile["amount"]), (1, 500))
        rows = self.env["crm.receipt"].with_user(self.rep).search([])
        self.assertEqual(rows.partner_id, own)
        with self.assertRaises(AccessError):
            self.env["account.payment"].with_user(self.rep).search([])

    def test_a_won_deal_tells_whose_customer_it_is(self):
        partner = self.env["res.partner"].create({"name": "Won", "is_company": True})
        self._lead(self.won, partner_id=partner.id)
        self._payment(partner)
        self.assertEqual(self._tile("new_receipts")["count"], 1)

    def test_confirmed_orders_are_counted(self):
        partner = self.env["res.partner"].create({"name": "Buyer"})
        orders = self.env["sale.order"].create(
            [{"partner_id": partner.id, "user_id": self.rep.id} for _number in range(2)]
        )
        orders[0].write({"state": "sale", "date_order": fields.Datetime.now()})
        self.assertEqual(self._tile("new_orders")["count"], 1)
