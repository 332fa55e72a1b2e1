from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.customer_dev.tests.common import DevelopmentCommon


class SampleLoanCommon(DevelopmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {"name": "Valve", "type": "consu", "is_storable": True}
        )
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.env["stock.quant"]._update_available_quantity(cls.product, warehouse.lot_stock_id, 5)
        cls.partner = cls.env["res.partner"].create({"name": "Acme"})

    def _sample(self, **lead_values):
        lead = self._lead(**lead_values)
        return (
            self.env["crm.lead.sample"]
            .with_user(self.rep)
            .create({"lead_id": lead.id, "product_id": self.product.id, "quantity": 2})
        )


@tagged("post_install", "-at_install")
class TestSampleLoan(SampleLoanCommon):
    """A sample handed over is a loan in the books of goods."""

    def test_sample_becomes_a_loan(self):
        sample = self._sample(partner_id=self.partner.id)
        sample.action_deliver()
        agreement = sample.sudo().agreement_id
        self.assertEqual((agreement.kind, agreement.state), ("sample_out", "active"))
        self.assertEqual(agreement.due_date, date.today() + relativedelta(months=3))
        [row] = agreement.get_balance()
        self.assertEqual((row["product_id"], row["quantity"]), (self.product.id, 2))

    def test_handed_over_twice_is_one_loan(self):
        sample = self._sample(partner_id=self.partner.id)
        sample.action_deliver()
        agreement = sample.sudo().agreement_id
        sample.action_deliver()
        self.assertEqual(sample.sudo().agreement_id, agreement)

    def test_somebody_must_be_there_to_lend_to(self):
        with self.assertRaises(UserError):
            self._sample().action_deliver()
