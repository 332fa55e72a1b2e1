from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Seal the offers of merged customers anew where they were as frozen until now.

        The same customer has another number from here on; what was offered did not change.
        """
        # sudo: whoever merges contacts changes the offers of all salespeople with them
        offers = self.env["sale.offer"].sudo().search([("partner_id", "in", src_partners.ids)])
        intact = offers.filtered(lambda offer: offer.verify_digest())
        result = super()._update_foreign_keys(src_partners, dst_partner)
        offers.invalidate_recordset(["partner_id"], flush=False)
        for offer in intact:
            offer._engine_write({"digest": offer._compute_digest()})
        return result
