from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .sale_price_guard import STOPPING


class SaleOrder(models.Model):
    _inherit = "sale.order"

    price_date = fields.Datetime(
        string="Priced On",
        copy=False,
        readonly=True,
        help="When the quotation was first sent: with promotions by the date of the quotation, "
        "prices stay those of this moment.",
    )
    keep_promotions = fields.Boolean(
        string="Honour Ended Promotions",
        copy=False,
        help="Confirm at the promotional prices although the promotion has ended since. For price "
        "managers.",
    )
    price_approval_ids = fields.One2many("sale.price.approval", "order_id")
    price_approval_count = fields.Integer(compute="_compute_price_approval_count")
    price_guard_level = fields.Selection(
        [("none", "None"), ("info", "Information"), ("warning", "Warning"), ("danger", "Danger")],
        compute="_compute_price_guard",
        groups="sales_team.group_sale_salesman",
    )
    price_guard_message = fields.Html(
        compute="_compute_price_guard", groups="sales_team.group_sale_salesman"
    )
    needs_price_approval = fields.Boolean(
        compute="_compute_price_guard", groups="sales_team.group_sale_salesman"
    )
    promotion_message = fields.Char(
        compute="_compute_promotion_message", groups="sales_team.group_sale_salesman"
    )

    # === COMPUTE METHODS === #

    @api.depends("price_approval_ids")
    def _compute_price_approval_count(self):
        approvals = self.env["sale.price.approval"]
        asked = self.filtered(lambda order: approvals._is_used(order.company_id.id))._origin.ids
        groups = asked and approvals._read_group(
            [("order_id", "in", asked)], ["order_id"], ["__count"]
        )
        counts = dict(groups)
        for order in self:
            order.price_approval_count = counts.get(order._origin, 0)

    @api.depends_context("uid")
    @api.depends("order_line.price_subtotal", "order_line.product_uom_qty", "state", "partner_id")
    def _compute_price_guard(self):
        guard = self.env["sale.price.guard"]
        for order in self:
            groups = {}
            if order.state in ("draft", "sent"):
                groups = guard._group_by_outcome(order._judge_prices())
            order.needs_price_approval = bool(groups.get("approval"))
            order.price_guard_level = order._get_price_guard_level(groups)
            order.price_guard_message = order._get_price_guard_message(groups)

    @api.model
    def _get_price_guard_level(self, groups):
        if groups.get("block") or groups.get("refused"):
            return "danger"
        if groups.get("approval") or groups.get("pending") or groups.get("warn"):
            return "warning"
        return "info" if groups.get("approved") or groups.get("no_basis") else "none"

    def _get_price_guard_message(self, groups):
        """Return one line per outcome with the products concerned, never a floor price."""
        texts = self._get_outcome_texts()
        parts = [
            Markup("<div>%s %s</div>")
            % (text, ", ".join(judgement.line.product.display_name for judgement in groups[key]))
            for key, text in texts.items()
            if groups.get(key)
        ]
        return Markup("").join(parts) or False

    def _get_outcome_texts(self):
        return {
            "block": self.env._("Below the floor, nobody may sell at this price:"),
            "refused": self.env._("Below the floor, refused at this price or a worse one:"),
            "approval": self.env._("Below the floor, approval needed before sending:"),
            "pending": self.env._("Below the floor, waiting for approval:"),
            "approved": self.env._("Below the floor, approved:"),
            "warn": self.env._("Below the floor:"),
            "no_basis": self.env._("Floor without a basis, not checked:"),
        }

    @api.depends("order_line.price_rule_id", "price_date", "state", "keep_promotions")
    def _compute_promotion_message(self):
        for order in self:
            lines = order.state in ("draft", "sent") and order._get_ended_promotion_lines()
            order.promotion_message = order._get_promotion_text(lines) if lines else False

    def _get_promotion_text(self, lines):
        names = ", ".join(sorted({name for name in lines.mapped("price_rule_name") if name}))
        if self._is_priced_by_order_date() and not self.keep_promotions:
            return self.env._(
                "A promotion of this quotation has ended: %s. Update these prices, or have a "
                "price manager honour it.",
                names,
            )
        return self.env._("A promotion of this quotation has ended and is honoured: %s.", names)

    # === CRUD AND CONFIRMATION === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_keep_promotions(vals)
            vals.pop("price_date", None)
        orders = super().create(vals_list)
        for order, vals in zip(orders, vals_list, strict=True):
            if vals.get("state") in ("sent", "sale"):
                order._check_price_floors()
        return orders

    def write(self, vals):
        self._check_keep_promotions(vals)
        state = vals.get("state")
        if state in ("sent", "sale"):
            orders = self.filtered(lambda order: order.state in ("draft", "sent"))
            if state == "sale":
                orders._check_promotions()
            orders._check_price_floors()
            vals = orders._freeze_price_dates(vals)
        return super().write(vals)

    def _freeze_price_dates(self, vals):
        """Keep the day of the quotation before the confirmation overwrites the order date.

        :return: ``vals`` of the write that is going on, with the day where it is one order's
        """
        orders = self.filtered(
            lambda order: not order.price_date and not order._is_priced_by_order_date()
        )
        if len(orders) == len(self) == 1:
            return {**vals, "price_date": orders.date_order}
        for date, same_day in orders.grouped("date_order").items():
            same_day.price_date = date
        return vals

    @api.model
    def _check_keep_promotions(self, vals):
        if vals.get("keep_promotions") and not self.env.user.has_group(
            "quotation_price_guard.group_price_manager"
        ):
            raise AccessError(self.env._("Only a price manager can honour an ended promotion."))

    def _confirmation_error_message(self):
        """Tell about floors with the host's own errors, before anything is written."""
        if error := super()._confirmation_error_message():
            return error
        groups = self.env["sale.price.guard"]._group_by_outcome(self._judge_prices())
        stopped = {key: groups[key] for key in STOPPING if groups.get(key)}
        return self._hide_from_customers(self._get_floor_error(stopped)) if stopped else False
