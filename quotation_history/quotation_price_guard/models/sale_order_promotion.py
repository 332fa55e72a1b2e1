from odoo import fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """The day that prices a quotation, and promotions that ended since."""

    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    def _is_priced_by_order_date(self):
        """Whether a promotion must still run when the order is confirmed."""
        company = self.company_id or self.env.company
        # sudo: a customer on the portal may not read the company's settings
        return company.sudo().price_promo_basis == "confirm"

    def _get_ended_promotion_lines(self):
        """Return the lines priced by a rule that no longer runs (or does not run yet)."""
        now = fields.Datetime.now()
        # sudo: portal customers and salespeople of other lists may not read the rules
        return self.order_line.filtered(
            lambda line: (
                (rule := line.sudo().price_rule_id)
                and (
                    (rule.date_end and rule.date_end < now)
                    or (rule.date_start and rule.date_start > now)
                )
            )
        )

    def action_update_ended_promotions(self):
        """Price the lines whose promotion has ended anew, at the prices of now.

        :return: True
        """
        for order in self.filtered(lambda order: order.state in ("draft", "sent")):
            lines = order._get_ended_promotion_lines()
            order.price_date = False
            if order._is_priced_by_order_date() or not lines:
                order._reprice_lines(lines)
                continue
            # By the date of the quotation the quotation is dated today.
            order.date_order = fields.Datetime.now()
            order._reprice_lines(lines)
        return True

    def _reprice_lines(self, lines):
        lines.invalidate_recordset(["pricelist_item_id"])
        lines.with_context(force_price_recomputation=True)._compute_price_unit()
        lines.discount = 0.0
        lines._compute_discount()

    def _check_promotions(self):
        """Stop the confirmation where a promotion has to run and does not; else leave a note."""
        for order in self:
            lines = order._get_ended_promotion_lines()
            if not lines:
                continue
            text = order._get_promotion_text(lines)
            if order._is_priced_by_order_date() and not order.keep_promotions:
                raise UserError(order._hide_from_customers(text))
            # sudo: a customer who confirms on the portal leaves the note for the salesperson
            order.sudo().message_post(body=text, subtype_xmlid="mail.mt_note")
