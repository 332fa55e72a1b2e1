from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from .sale_offer import UNSENT_STATES

#: columns of the order that only the offers' own methods write
OFFER_STATE_FIELDS = frozenset(
    {"current_round", "chosen_offer_id", "accepted_offer_id", "customer_selection_digest"}
)


class SaleOrder(models.Model):
    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    current_round = fields.Integer(copy=False, readonly=True, aggregator=None)
    offer_ids = fields.One2many(
        "sale.offer", "order_id", string="Offers", readonly=True, copy=False
    )
    offer_event_ids = fields.One2many(
        "sale.offer.event", "order_id", string="Negotiation", readonly=True, copy=False
    )
    # what the form shows: without a round neither is looked for
    shown_offer_ids = fields.One2many("sale.offer", compute="_compute_shown_offers")
    shown_event_ids = fields.One2many("sale.offer.event", compute="_compute_shown_offers")
    chosen_offer_id = fields.Many2one(
        "sale.offer",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Chosen by the customer, not yet signed or paid.",
    )
    accepted_offer_id = fields.Many2one(
        "sale.offer", readonly=True, copy=False, index="btree_not_null"
    )
    # content after the customer picked optional products on the portal: still the offer he has
    customer_selection_digest = fields.Char(readonly=True, copy=False)
    offer_count = fields.Integer(compute="_compute_offer_summary")
    offer_summary = fields.Char(compute="_compute_offer_summary")
    offer_status = fields.Selection(
        [("same", "As sent"), ("differs", "Differs"), ("draft", "Captured, not sent")],
        compute="_compute_offer_status",
        help="How the quotation as it stands compares with what the customer has.",
    )
    offer_status_names = fields.Char(compute="_compute_offer_status")
    has_unsent_changes = fields.Boolean(compute="_compute_offer_status")

    # === COMPUTE METHODS === #

    @api.depends("current_round", "offer_ids")
    def _compute_offer_summary(self):
        with_offers = self.filtered("current_round")
        counts = with_offers._count_offers()
        for order in self:
            count = counts.get(order._origin.id, 0)
            order.offer_count = count
            order.offer_summary = count and order._get_offer_summary(count)

    def _get_offer_summary(self, count):
        number = self.current_round
        if count == 1:
            return self.env._("R%s · 1 offer", number)
        return self.env._("R%(round)s · %(count)s offers", round=number, count=count)

    def _count_offers(self):
        """Return {order id: number of offers}; no query for orders without a round."""
        if not self:
            return {}
        groups = self.env["sale.offer"]._read_group(
            [("order_id", "in", self.ids)], groupby=["order_id"], aggregates=["__count"]
        )
        return {order.id: count for order, count in groups}

    @api.depends("current_round", "offer_ids", "offer_event_ids")
    def _compute_shown_offers(self):
        with_offers = self.filtered("current_round")
        (self - with_offers).update({"shown_offer_ids": False, "shown_event_ids": False})
        for order in with_offers:
            order.shown_offer_ids = order.offer_ids
            order.shown_event_ids = order.offer_event_ids

    @api.depends("current_round", "state", "offer_ids.state")
    def _compute_offer_status(self):
        for order in self:
            status, offers = order._get_offer_status()
            order.offer_status = status
            order.offer_status_names = ", ".join(offers.mapped("short_name")) or False
            order.has_unsent_changes = status in ("differs", "draft")

    def _get_offer_status(self):
        """Return (status, offers it speaks of) of the order as it is stored."""
        order = self._origin
        if not order.current_round or order.state not in ("draft", "sent"):
            return False, self.env["sale.offer"]
        sent = order.offer_ids.filtered(lambda offer: offer.state == "sent")
        if order._get_ready_offers(sent):
            return "same", sent
        drafts = order.offer_ids.filtered(lambda offer: offer.state in UNSENT_STATES)
        if drafts and order._get_offer_with_content() & drafts:
            return "draft", drafts
        return ("differs", sent) if sent else (False, sent)

    def _get_ready_offers(self, offers):
        """Return those of ``offers`` whose content the order has at this moment."""
        self.ensure_one()
        if not offers:
            return offers
        content = self._get_offer_content_digest()
        if content == self.customer_selection_digest:
            content = (self.chosen_offer_id or offers[:1]).content_digest
        return offers.filtered(
            lambda offer: offer.content_digest == content and offer._is_for_customer()
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_offer_state_fields(vals)
        self._check_offer_state_fields(
            {key.removeprefix("default_") for key in self.env.context if key.startswith("default_")}
        )
        return super().create(vals_list)

    def write(self, vals):
        self._check_offer_state_fields(vals)
        return super().write(vals)

    def _check_offer_state_fields(self, vals):
        if not OFFER_STATE_FIELDS.isdisjoint(vals):
            raise UserError(
                self.env._("Rounds and accepted offers are kept by the offers themselves.")
            )

    def _write_offer_state(self, vals):
        """Write round and accepted offer; not reachable over RPC."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_offers(self):
        """Keep orders the customer has an offer of: they are cancelled, not deleted."""
        # sudo: an offer of another salesperson protects the order all the same
        orders = self.sudo()
        offers = orders.env["sale.offer"].search([("order_id", "in", orders.ids)])
        if sent := offers.filtered(lambda offer: offer.state != "draft"):
            raise UserError(
                self.env._(
                    "Offers of %s were sent or submitted for approval. Cancel the quotation "
                    "instead of deleting it.",
                    ", ".join(sent.order_id.mapped("name")),
                )
            )
        offers._engine_unlink()

    # === LOCK === #

    def _lock_for_decision(self):
        """Let one transaction at a time capture, send or decide the offers of these orders.

        :raises UserError: somebody else is at it at this very moment
        """
        try:
            # sudo: FOR UPDATE asks for no more than the methods' own access checks did
            self.sudo().lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is deciding on this quotation at this very moment. "
                    "Please reload the page and look again."
                )
            ) from error

    # === ACTIONS === #

    @api.readonly
    def action_view_offers(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("quotation_history.action_sale_offer")
        action["domain"] = [("order_id", "=", self.id)]
        action["context"] = {"search_default_open": 0}
        return action

    @api.readonly
    def action_compare_offers(self):
        """Open the comparison of the offers of this order, the current round first.

        :return: client action
        :rtype: dict
        """
        self.ensure_one()
        return self.offer_ids._get_compare_action()
