from odoo import api, fields, models


class ConsignmentVendorSettlement(models.TransientModel):
    _name = "consignment.vendor.settlement"
    _description = "Settle with the Owner of Goods"

    agreement_ids = fields.Many2many(
        "consignment.agreement",
        required=True,
        domain="[('direction', '=', 'in'), ('state', 'in', ('active', 'closing'))]",
        default=lambda self: self._get_default_agreements(),
    )
    date_to = fields.Date(
        "Until",
        required=True,
        default=lambda self: self._get_default_date(),
        help="Everything used until the end of this day and not yet settled is billed.",
    )
    draw_ids = fields.Many2many("consignment.draw", compute="_compute_draw_ids")
    sale_ids = fields.Many2many("account.move.line", compute="_compute_draw_ids")
    currency_id = fields.Many2one("res.currency", compute="_compute_draw_ids")
    amount = fields.Monetary("To Settle", compute="_compute_draw_ids", help="Before tax.")

    @api.model
    def _get_default_agreements(self):
        agreements = self.env["consignment.agreement"]
        if self.env.context.get("active_model") == agreements._name:
            agreements = agreements.browse(self.env.context.get("active_ids", []))
        return agreements.filtered(
            lambda agreement: (
                agreement.direction == "in" and agreement.state in ("active", "closing")
            )
        )

    @api.model
    def _get_default_date(self):
        """Return the last settlement day of the agreements, today where each report settles."""
        return self._get_default_agreements()[:1]._get_last_settlement_day()

    @api.depends("agreement_ids", "date_to")
    def _compute_draw_ids(self):
        for wizard in self:
            draws, sales = wizard._get_open()
            wizard.draw_ids = draws
            wizard.sale_ids = sales
            currencies = wizard.agreement_ids.currency_id
            wizard.currency_id = currencies if len(currencies) == 1 else False
            wizard.amount = sum(draws.mapped("amount")) - sum(sales.mapped("balance"))

    def _get_open(self):
        draws, sales = self.env["consignment.draw"], self.env["account.move.line"]
        for agreement in self.agreement_ids._origin:
            if not self.date_to:
                continue
            if agreement.method == "commission":
                sales |= agreement._get_open_sales(self.date_to)
            else:
                draws |= agreement._get_open_draws(self.date_to).with_env(self.env)
        return draws, sales

    def action_confirm(self):
        """Make the draft bills and show the settlements (an action dictionary)."""
        self.ensure_one()
        bills = [
            agreement.settle_vendor(fields.Date.to_string(self.date_to))
            for agreement in self.agreement_ids
            if len(self.agreement_ids) == 1 or agreement._has_open(self.date_to)
        ]
        settlements = self.env["consignment.settlement"].search([("bill_id", "in", bills)])
        if len(settlements) == 1:
            return settlements.get_formview_action()
        xmlid = "consignment_purchase.action_consignment_settlement"
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {**action, "domain": [("id", "in", settlements.ids)], "context": {}}
