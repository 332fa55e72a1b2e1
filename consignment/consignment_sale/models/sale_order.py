from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    consignment_agreement_id = fields.Many2one(
        "consignment.agreement",
        "Issued from",
        index="btree_not_null",
        copy=False,
        check_company=True,
        domain="[('direction', '=', 'out'), ('state', 'in', ('active', 'closing'))]",
        help="The goods of this order are at this dealer or borrower and are issued from there.",
    )
    consignment_date = fields.Datetime(
        "Sold on", copy=False, help="When the dealer sold the goods. Empty: at confirmation."
    )
    consignment_report_ids = fields.One2many("consignment.report", "order_id")

    @api.depends("consignment_agreement_id")
    def _compute_currency_id(self):
        """What is issued from a dealer is settled in the agreement's currency."""
        res = super()._compute_currency_id()
        for order in self.filtered("consignment_agreement_id"):
            # Whoever writes the order may know its currency.
            order.currency_id = order.consignment_agreement_id.sudo().currency_id
        return res

    def write(self, vals):
        if "consignment_agreement_id" in vals:
            self._check_agreement_kept(vals["consignment_agreement_id"])
        return super().write(vals)

    def _check_agreement_kept(self, agreement_id):
        """Commission, corrections and returns follow the agreement the goods were issued from."""
        for order in self.filtered(lambda order: order.state == "sale"):
            if order.consignment_agreement_id.id != (agreement_id or False):
                raise UserError(
                    self.env._("%s is confirmed: its goods come from where they were.", order.name)
                )

    def action_confirm(self):
        """Date the order as the report it settles."""
        res = super().action_confirm()
        for order in self.filtered("consignment_agreement_id"):
            if order.consignment_date:
                order.date_order = order.consignment_date
            else:
                order.consignment_date = order.date_order
        return res

    def _create_account_invoices(self, invoice_vals_list, final):
        """Deduct the commission where that is agreed, of what each invoice charges or credits."""
        for values in invoice_vals_list:
            values["invoice_line_ids"] += self._prepare_commission_deductions(values)
        return super()._create_account_invoices(invoice_vals_list, final)

    def _prepare_commission_deductions(self, invoice_vals):
        """Return the commands of the lines that deduct the commission, one for each order."""
        # Whoever invoices need not be able to read the agreement.
        orders = self.sudo().filtered(lambda o: o.consignment_agreement_id._deducts_commission())
        commands = []
        for order in orders:
            base = order.order_line._get_charged(invoice_vals["invoice_line_ids"])
            deductions = order.consignment_agreement_id._prepare_deductions(order, base)
            commands += [Command.create(values) for values in deductions]
        return commands

    def _action_cancel(self):
        for order in self.filtered(lambda o: o.consignment_agreement_id and o.state == "sale"):
            order._check_nothing_settled()
        return super()._action_cancel()

    def _check_nothing_settled(self):
        """Goods that were issued come back first: else they would be nobody's."""
        if any(self.order_line.mapped(lambda line: line._is_consigned() and line.qty_delivered)):
            raise UserError(
                self.env._(
                    "%s issued goods from a dealer. Take them back with a settlement return "
                    "before you cancel it.",
                    self.name,
                )
            )

    def action_open_consignment_return(self):
        """Open the settlement return of this order (an action dictionary)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("consignment_sale.action_return")
        return {**action, "context": {"default_order_id": self.id}}

    def action_view_consignment_agreement(self):
        """Open the agreement the goods are issued from (an action dictionary)."""
        self.ensure_one()
        return self.consignment_agreement_id.get_formview_action()
