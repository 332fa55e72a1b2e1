from odoo import api, models


class ConsignmentTransfer(models.TransientModel):
    _inherit = "consignment.transfer"

    @api.model
    def _get_operations(self):
        operations = super()._get_operations()
        return [*operations[:2], ("sale", self.env._("Sell")), *operations[2:]]

    def _get_warning(self):
        """Warn before a fill-up that the guarantee no longer covers."""
        return super()._get_warning() or self._get_guarantee_warning()

    def _get_guarantee_warning(self):
        agreement = self.agreement_id
        if self.operation != "fill_up" or not agreement.guarantee_amount:
            return False
        value = agreement._get_exposure() + sum(
            agreement._convert_from_company(
                # Whoever hands goods over sees whether they are covered, not their cost.
                line.product_id.sudo().with_company(agreement.company_id).standard_price
                * line.uom_id._compute_quantity(line.quantity, line.product_id.uom_id)
            )
            for line in self.line_ids
            if line.product_id
        )
        if agreement.currency_id.compare_amounts(value, agreement.guarantee_amount) <= 0:
            return False
        return self.env._(
            "The guarantee of %(guarantee)s does not cover %(value)s owed or out.",
            guarantee=agreement.currency_id.format(agreement.guarantee_amount),
            value=agreement.currency_id.format(value),
        )

    def _get_result_action(self, result):
        if self.operation != "sale":
            return super()._get_result_action(result)
        return self.env["sale.order"].browse(result).get_formview_action()
