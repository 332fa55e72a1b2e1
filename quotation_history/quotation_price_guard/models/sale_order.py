from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import trust
from .sale_price_guard import PricedLine

# Outcomes of a line that stop a document, in the order they are told.
STOPPING = ("block", "refused", "approval", "pending")


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

    # === PRICE DATE AND PROMOTIONS === #

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

    # === FLOORS === #

    def _judge_prices(self, lines=None):
        """Return the judgements of the order's lines, by line id; empty without floors."""
        self.ensure_one()
        company = self.company_id or self.env.company
        if not self.env["sale.price.floor"]._get_floor_ids(company.id):
            return {}
        order_lines = self.order_line
        discount = sum(line.price_subtotal for line in order_lines if line._is_document_discount())
        judgements = self.env["sale.price.guard"]._judge(
            [line._get_priced_line() for line in order_lines if line._is_price_guarded()],
            company,
            self.partner_id,
            self.pricelist_id,
            fields.Date.context_today(self),
            user=self._get_authority_user(),
            discount=discount,
        )
        if lines is None:
            return judgements
        return {key: value for key, value in judgements.items() if key in lines.ids}

    def _get_authority_user(self):
        """Return whose authority counts: never a customer's, never the system's."""
        user = self.env.user
        return user if not user.share and not user._is_superuser() else self.env["res.users"]

    def _check_price_floors(self, lines=None):
        """Raise where prices are below a floor and nobody who may has let them pass.

        What the acting user lets pass by own authority is recorded as such a decision, so that
        the customer's acceptance later finds it. Warnings are noted on the order.
        """
        guard = self.env["sale.price.guard"]
        for order in self:
            judgements = order._judge_prices(lines)
            order._settle_judgements(guard._group_by_outcome(judgements))

    def _settle_judgements(self, groups):
        """Raise, record and note what the outcomes of one document ask for."""
        self._check_currency_known(groups)
        stopped = {key: groups[key] for key in STOPPING if groups.get(key)}
        if stopped:
            raise UserError(self._hide_from_customers(self._get_floor_error(stopped)))
        by_authority = [
            judgement
            for judgement in groups.get("approved", [])
            if judgement.within_authority and not judgement.decision
        ]
        if by_authority:
            self._create_price_approval(by_authority, kind="authority")._decide("approved")
        if groups.get("warn"):
            message = self._get_price_guard_message({"warn": groups["warn"]})
            # sudo: a customer who accepts on the portal leaves the note for the salesperson
            self.sudo().message_post(body=message, subtype_xmlid="mail.mt_note")

    def _check_currency_known(self, groups):
        """A foreign currency without a rate would be compared one to one."""
        currency = self.currency_id
        if not any(groups.values()) or currency == self.company_id.currency_id:
            return
        if not currency.sudo().rate_ids:
            raise UserError(
                self.env._(
                    "There is no exchange rate for %s, so prices cannot be checked against their "
                    "floors. Enter a rate first.",
                    currency.name,
                )
            )

    def _get_floor_error(self, stopped):
        texts = self._get_outcome_texts()
        lines = [self.env._("%s: prices below their floor.", self.name)]
        for key, judgements in stopped.items():
            names = ", ".join(judgement.line.product.display_name for judgement in judgements)
            lines.append(f"{texts[key]} {names}")
        return "\n".join(lines)

    def _hide_from_customers(self, message):
        """Customers learn that they have to wait, not why."""
        if not self.env.user.share:
            return message
        return self.env._(
            "This quotation cannot be confirmed online right now. Please contact your salesperson."
        )

    def _get_portal_refusal(self):
        """Hold the customer's signature and payment until the prices may be confirmed."""
        if (refusal := super()._get_portal_refusal()) or self.state not in ("draft", "sent"):
            return refusal
        return self._has_stopped_prices() and self.env._(
            "We are still checking the prices of this quotation. You can confirm it as soon as "
            "your salesperson has released it."
        )

    def _has_stopped_prices(self):
        """Whether prices wait for approval, are refused, or rest on a promotion that ended."""
        groups = self.env["sale.price.guard"]._group_by_outcome(self._judge_prices())
        if any(groups.get(outcome) for outcome in STOPPING):
            return True
        must_run = self._is_priced_by_order_date() and not self.keep_promotions
        return must_run and bool(self._get_ended_promotion_lines())

    # === APPROVAL === #

    def action_request_price_approval(self, reason=""):
        """Ask for approval of the prices below their floor.

        Asked again while a request with the same prices waits, it returns that request.

        :param str reason: why the customer should get these prices
        :return: action that opens the request
        :raise UserError: nothing to approve, or refused before at these prices
        """
        self.ensure_one()
        self.check_access("write")
        return self._request_price_approval(self._judge_prices(), reason)

    def _request_price_approval(self, judgements, reason=""):
        groups = self.env["sale.price.guard"]._group_by_outcome(judgements)
        if groups.get("refused"):
            raise UserError(self._get_floor_error({"refused": groups["refused"]}))
        if groups.get("approval"):
            approval = self._create_price_approval(groups["approval"], reason=reason)
            # sudo: the requester may read approvals, the engine adds the reviews
            approval.sudo().request_validation()
        else:
            approval = self.price_approval_ids.filtered(lambda a: a.state == "pending")[:1]
        if not approval:
            raise UserError(self.env._("No price of this quotation needs an approval."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Price Approval"),
            "res_model": "sale.price.approval",
            "res_id": approval.id,
            "views": [(False, "form")],
        }

    def _create_price_approval(self, judgements, kind="request", reason=""):
        # sudo: approvals are made by the guard alone, salespeople may only read them
        approvals = trust.as_engine(self.env["sale.price.approval"].sudo())
        line = self.env["sale.price.approval.line"]
        approval = approvals.create(
            {
                "name": self.env._("Prices of %s", self.name),
                "order_id": self.id,
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.commercial_partner_id.id,
                "user_id": self.env.uid,
                "reason": reason or False,
                "kind": kind,
                "line_ids": [
                    fields.Command.create(line._prepare_values(judgement, self.company_id))
                    for judgement in judgements
                ],
            }
        )
        return approval.with_env(self.env)

    def action_view_price_approvals(self):
        """Open the approvals of the quotation.

        :return: action
        """
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "quotation_price_guard.action_sale_price_approval"
        )
        return action | {"domain": [("order_id", "=", self.id)], "context": {}}

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

    def _get_priced_offer_lines(self, offer):
        """Return the priced lines of an offer of this quotation, and its own discount."""
        lines = offer.line_ids.filtered(
            lambda line: line.product_id and not line.display_type and line.qty > 0
        )
        discount = sum(line.price_subtotal for line in lines if line.price_subtotal < 0)
        return [
            PricedLine(
                key=line.id,
                product=line.product_id,
                uom=line.uom_id,
                quantity=line.qty,
                amount=line.price_subtotal,
                rate=offer.currency_rate,
                order_line_id=line.sale_line_id.id,
            )
            for line in lines
            if line.price_subtotal > 0
        ], discount
