from datetime import time

from odoo import Command, models


class ConsignmentAgreement(models.Model):
    """Prices agreed later: open draws cost them at once, billed ones get a note."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    def _correct_draws(self, product, new, date_from):
        """Let draws since a day cost the new price: open ones at once, billed ones by a note."""
        since = self._localize(date_from, time.min)
        draws = self.env["consignment.draw"].search(
            [
                ("agreement_id", "=", self.id),
                ("product_id", "=", product.id),
                ("date", ">=", since),
                ("price_unit", "!=", new),
            ]
        )
        billed = draws.filtered("settled")
        self._reprice_open_draws(draws - billed, new)
        if billed:
            self._make_price_note(billed, new)

    def _reprice_open_draws(self, draws, price):
        for draw in draws:
            terms = self._get_draw_terms(draw.product_id, draw.date)[draw.product_id]
            line = self._get_draw_line(draw.product_id, terms, draw.date)
            self._move_draw(draw.move_id, line)
        draws.invalidate_model()

    def _make_price_note(self, draws, price):
        """Bill the settled quantity at the new price and take it off at the old one.

        Both lines belong to the purchase line, so that its quantity stays and its value
        follows.
        """
        commands = []
        for purchase_line, group in draws.grouped("purchase_line_id").items():
            quantity = sum(group.mapped("settled"))
            commands += [
                Command.create(self._prepare_settlement_bill_line(purchase_line, quantity, price)),
                Command.create(self._prepare_settlement_bill_line(purchase_line, -quantity)),
            ]
        order = draws.purchase_order_id.sorted("date_order")[-1:]
        values = order.with_context(default_move_type="in_invoice")._prepare_invoice()
        values["invoice_line_ids"] = commands
        bill = self.env["account.move"].with_company(self.company_id).create(values)
        if bill.currency_id.compare_amounts(bill.amount_total, 0.0) < 0:
            bill.action_switch_move_type()
        self.message_post(
            body=self.env._("Prices of settled goods were corrected with a draft bill or refund.")
        )
        return bill
