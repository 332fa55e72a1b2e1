from odoo import api, models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.depends("location_id.consignment_kind")
    def _compute_value(self):  # pylint: disable=missing-return
        """Spread the value over all valued quantity, in and out of the warehouses.

        One company at a time: the value of a product belongs to one company, and so must
        the quantity it is divided by.
        """
        self.value = 0
        for company, quants in self.filtered("company_id").grouped("company_id").items():
            alone = quants.with_context(allowed_company_ids=company.ids)
            valuation = alone.product_id._get_place_valuation_context()
            super(StockQuant, quants.with_context(**valuation))._compute_value()

    def _gather(
        self,
        product_id,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
        qty=0,
    ):
        quants = super()._gather(
            product_id,
            location_id,
            lot_id=lot_id,
            package_id=package_id,
            owner_id=owner_id,
            strict=strict,
            qty=qty,
        )
        if strict or location_id.consignment_agreement_id:
            return quants
        return quants._order_consigned()

    def _order_consigned(self):
        """Own goods first, or theirs first, as each agreement says (a stable order)."""
        # Whoever may reserve stock need not be able to read agreements: only the policy is used.
        agreements = self.sudo().location_id.consignment_agreement_id
        if not agreements:
            return self
        ranks = {agreement.id: agreement._get_reserve_rank() for agreement in agreements}
        rank = {
            quant: ranks.get(quant.sudo().location_id.consignment_agreement_id.id, 1)
            for quant in self
        }
        return self.filtered(lambda quant: rank[quant] is not None).sorted(rank.get)
