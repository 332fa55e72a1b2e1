from odoo.tests import HttpCase, tagged

from .test_sample_loan import SampleLoanCommon


@tagged("post_install", "-at_install")
class TestTours(SampleLoanCommon, HttpCase):
    def test_salesperson_hands_a_sample_over(self):
        """Without any right on stock, the sample leaves the warehouse as a loan until a day."""
        sample = self._sample(partner_id=self.partner.id)
        self.start_tour(
            f"/odoo/crm.lead.sample/{sample.id}", "customer_dev_consignment_lend", login="dev_rep"
        )
        agreement = sample.sudo().agreement_id
        self.assertEqual(agreement.state, "active")
        self.assertEqual(str(agreement.due_date), "2035-03-01")
