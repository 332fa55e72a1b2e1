from odoo import fields, models
from odoo.exceptions import UserError


class CrmLeadSample(models.Model):
    _inherit = "crm.lead.sample"

    agreement_id = fields.Many2one(
        "consignment.agreement",
        string="Sample Loan",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    return_date = fields.Date(string="Back by", help="Empty: three months after the handover.")

    def action_deliver(self):
        """Hand samples over; those of a product leave the stock as a loan to the prospect.

        :return: True
        """
        result = super().action_deliver()
        for sample in self.filtered(lambda s: s.product_id.is_storable and not s.agreement_id):
            sample._lend()
        return result

    def _lend(self):
        partner = self.lead_id.partner_id
        if not partner:
            raise UserError(self.env._("Enter the contact of the prospect: the sample goes to it."))
        # sudo: who gives a sample to a prospect need not have access to stock and agreements
        agreement = (
            self.env["consignment.agreement"].sudo().create(self._prepare_agreement_values())
        )
        agreement.action_activate()
        agreement.fill_up([self._prepare_goods_values()])
        self.agreement_id = agreement

    def _prepare_goods_values(self):
        return {
            "product_id": self.product_id.id,
            "quantity": self.quantity,
            "uom_id": self.uom_id.id,
        }

    def _prepare_agreement_values(self):
        delivered = self.delivered_date or fields.Date.context_today(self)
        return {
            "kind": "sample_out",
            "partner_id": self.lead_id.partner_id.commercial_partner_id.id,
            "company_id": (self.lead_id.company_id or self.env.company).id,
            "user_id": (self.user_id or self.env.user).id,
            "date_start": delivered,
            "due_date": self.return_date or fields.Date.add(delivered, months=3),
        }
