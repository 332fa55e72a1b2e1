from odoo import api, fields, models

from odoo.addons.consignment.const import KINDS_IN


class ConsignmentAgreement(models.Model):
    _inherit = "consignment.agreement"

    purchase_tax_source = fields.Selection(
        [("product", "Vendor taxes of the product"), ("agreement", "Taxes of this agreement")],
        "Purchase Taxes",
        default="product",
        required=True,
        help="Goods drawn are bought with these taxes. Taxes of this agreement may be none.",
    )
    purchase_tax_ids = fields.Many2many(
        "account.tax",
        "consignment_agreement_purchase_tax_rel",
        string="Agreement Taxes",
        check_company=True,
        domain="[('type_tax_use', '=', 'purchase'), ('company_id', 'parent_of', company_id)]",
    )
    return_policy = fields.Selection(
        [("keep", "Stay ours"), ("give_back", "Go back to the owner")],
        "Customer Returns",
        default="keep",
        required=True,
        help="What happens to drawn goods a customer sends back.",
    )
    self_billing = fields.Boolean(
        help="We issue the bill for the owner; its number is that of the settlement."
    )
    commission_account_id = fields.Many2one(
        "account.account",
        "Agency Account",
        check_company=True,
        domain="[('account_type', 'in', ('liability_current', 'liability_payable'))]",
        help="Sales made for the owner are credited here until they are settled.",
    )
    purchase_order_ids = fields.One2many("purchase.order", "consignment_agreement_id")
    settlement_ids = fields.One2many("consignment.settlement", "agreement_id")
    draw_ids = fields.One2many("consignment.draw", "agreement_id", "Draws")
    purchase_order_count = fields.Integer(compute="_compute_purchase_counts")
    settlement_count = fields.Integer(compute="_compute_purchase_counts")
    unsettled_amount = fields.Monetary(
        compute="_compute_unsettled_amount",
        groups="purchase.group_purchase_user,account.group_account_readonly",
        help="What was used of the owner's goods and is not billed, before tax.",
    )

    # === COMPUTE === #

    @api.depends("purchase_order_ids", "settlement_ids")
    def _compute_purchase_counts(self):
        # Only the number is shown; the lists behind it have their own rights.
        orders = self._count_by_agreement(self.env["purchase.order"].sudo(), self._get_order_key())
        settlements = self._count_by_agreement(
            self.env["consignment.settlement"].sudo(), "agreement_id"
        )
        for agreement in self:
            agreement.purchase_order_count = orders.get(agreement.id, 0)
            agreement.settlement_count = settlements.get(agreement.id, 0)

    def _get_order_key(self):
        return "consignment_agreement_id"

    def _count_by_agreement(self, model, key):
        groups = model._read_group([(key, "in", self.ids)], [key], ["__count"])
        return {agreement.id: count for agreement, count in groups}

    @api.depends("draw_ids")
    def _compute_unsettled_amount(self):
        groups = self.env["consignment.draw"]._read_group(
            [("agreement_id", "in", self.ids), ("open_quantity", "!=", 0)],
            ["agreement_id"],
            ["amount:sum"],
        )
        amounts = {agreement.id: amount for agreement, amount in groups}
        for agreement in self:
            agreement.unsettled_amount = amounts.get(agreement.id, 0.0)

    # === ENGINE HOOKS === #

    def exchange(self, lines, received, date=None):
        """Take another article instead of the lent one, or give one for a borrowed one.

        For borrowed goods ``lines`` are the borrowed articles that were used and
        ``received`` what their lender receives; both values stay what they cost, the
        difference shows in the stock variation.
        """
        self.ensure_one()
        if self.direction != "in":
            return super().exchange(lines, received, date)
        self._start_operation(("active", "closing"))
        self._check_draws_possible()
        settled, given = self._parse_goods(lines), self._parse_goods(received)
        return self._exchange_borrowed(settled, given, self._check_moment(date))

    def _forget_goods(self):
        res = super()._forget_goods()
        self.invalidate_recordset(["draw_ids", "unsettled_amount", "purchase_order_count"])
        self.env["consignment.draw"].invalidate_model()
        return res

    def _get_price(self, product, date):
        """Ask the vendor's price list when nothing was agreed."""
        price = super()._get_price(product, date)
        if price is not False or self.kind not in KINDS_IN:
            return price
        seller = product.with_company(self.company_id)._select_seller(
            partner_id=self.partner_id, quantity=None, date=date, uom_id=product.uom_id
        )
        if not seller or not seller.price:
            return False
        price = seller.product_uom_id._compute_price(seller.price_discounted, product.uom_id)
        return seller.currency_id._convert(
            price, self.currency_id, self.company_id, date, round=False
        )

    def _check_activation(self):
        res = super()._check_activation()
        if self.kind in KINDS_IN and self.method == "commission":
            self._get_commission_account()
        return res

    def _get_open_items(self):
        items = super()._get_open_items()
        # Whoever closes must know; the amounts are not shown.
        agreement = self.sudo()
        items += agreement.draw_ids._describe_open([("agreement_id", "=", self.id)])
        sales = agreement._get_open_sales(fields.Date.context_today(self))
        return items + [self.env._("%s: sold and not settled", sale.move_id.name) for sale in sales]

    def _prepare_move_values(self, line, source, target):
        values = super()._prepare_move_values(line, source, target)
        draw = line.extra.get("draw")
        if draw:
            values["origin_returned_move_id"] = draw.id
            values["to_refund"] = True
        purchase_line = line.extra.get("purchase_line") or (draw and draw.purchase_line_id)
        if purchase_line:
            values["purchase_line_id"] = purchase_line.id
        return values

    def _correct_settled(self, product, old, new, date_from):
        res = super()._correct_settled(product, old, new, date_from)
        if self.kind in KINDS_IN:
            # The price is the stock keeper's to enter, the purchase behind it is not.
            self.sudo()._correct_draws(product, new, date_from)
        return res

    # === VIEWS === #

    def action_view_draws(self):
        """Open what was drawn under these agreements (an action dictionary)."""
        xmlid = "consignment_purchase.action_consignment_draw"
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {**action, "domain": [("agreement_id", "in", self.ids)]}

    def action_view_purchase_orders(self):
        """Open the purchase orders of the draws (an action dictionary)."""
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase.purchase_form_action")
        return {
            **action,
            "domain": [("consignment_agreement_id", "in", self.ids)],
            "context": {},
        }

    def action_view_settlements(self):
        """Open the settlements of these agreements (an action dictionary)."""
        xmlid = "consignment_purchase.action_consignment_settlement"
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {**action, "domain": [("agreement_id", "in", self.ids)], "context": {}}
