from odoo import api, fields, models
from odoo.exceptions import UserError

from ..offer_digest import digest

#: key of the frozen terms that holds what all lines have in common
SHARED_BY_LINES = "order_line"
#: nobody but us has seen these; addons that approve offers set the latter two
UNSENT_STATES = ("draft", "to_approve", "approved")
#: the customer may still accept these, or will once they are sent
OPEN_STATES = (*UNSENT_STATES, "sent")
#: the customer has seen these and they wait for an answer of either side
LIVE_STATES = ("sent", "countered")


class SaleOffer(models.Model):
    """One offer of one round: what was on the quotation at that moment, frozen.

    Alternatives A, B, C… of one round stand side by side; sending the changed quotation again
    opens the next round. The order stays one, whatever the number of rounds.
    """

    _name = "sale.offer"
    _inherit = ["sale.offer.frozen"]
    _description = "Offer"
    _order = "order_id desc, round desc, option, id"
    _rec_names_search = ["name", "label"]
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True)
    order_id = fields.Many2one(
        "sale.order",
        string="Quotation",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    order_state = fields.Selection(related="order_id.state", string="Quotation Status")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(related="order_id.user_id", string="Salesperson")
    team_id = fields.Many2one(related="order_id.team_id", string="Sales Team")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, ondelete="restrict")
    currency_rate = fields.Float(
        digits=0, readonly=True, help="Units of the offer's currency per unit of company currency."
    )
    round = fields.Integer(required=True, readonly=True, aggregator=None)
    option = fields.Char(string="Alternative", required=True, readonly=True)
    short_name = fields.Char(compute="_compute_short_name", string="Offer")
    label = fields.Char(readonly=True, help="What this alternative is about, as 'cash price'.")
    keep_valid = fields.Boolean(
        readonly=True, help="Stays open for the customer when the next round is sent."
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("to_approve", "To Approve"),
            ("approved", "Approved"),
            ("sent", "Sent"),
            ("countered", "Countered"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("superseded", "Superseded"),
            ("expired", "Expired"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        default="draft",
        required=True,
        readonly=True,
    )

    # frozen terms
    pricelist_id = fields.Many2one("product.pricelist", readonly=True, ondelete="restrict")
    payment_term_id = fields.Many2one("account.payment.term", readonly=True, ondelete="restrict")
    incoterm_id = fields.Many2one("account.incoterms", readonly=True, ondelete="restrict")
    validity_date = fields.Date(string="Valid Until", readonly=True)
    commitment_date = fields.Datetime(string="Delivery Date", readonly=True)
    note = fields.Html(string="Terms and Conditions", readonly=True, sanitize=False)
    # read only when the offer is loaded or proven
    header_payload = fields.Json(readonly=True, groups=fields.NO_ACCESS, prefetch=False)
    line_ids = fields.One2many("sale.offer.line", "offer_id", string="Lines", readonly=True)

    amount_untaxed = fields.Monetary(string="Untaxed Amount", readonly=True)
    amount_tax = fields.Monetary(string="Taxes", readonly=True)
    amount_total = fields.Monetary(string="Total", readonly=True)
    change_percent = fields.Float(
        string="Change",
        readonly=True,
        digits=(16, 2),
        aggregator="avg",
        help="Untaxed amount against the first offer of the round before, in percent.",
    )
    margin = fields.Monetary(readonly=True, groups="quotation_history.group_see_margin")
    margin_percent = fields.Float(
        readonly=True, aggregator="avg", groups="quotation_history.group_see_margin"
    )

    # proof
    content_digest = fields.Char(
        readonly=True, help="Same commercial content, same value, whatever the round."
    )
    digest = fields.Char(readonly=True, help="SHA-256 of everything frozen in this offer.")
    pdf = fields.Binary(string="PDF as Sent", attachment=True, readonly=True)
    pdf_name = fields.Char(readonly=True)
    pdf_digest = fields.Char(readonly=True)

    # who, when, what was said
    captured_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    captured_on = fields.Datetime(readonly=True)
    sent_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    sent_on = fields.Datetime(readonly=True)
    sent_to = fields.Char(readonly=True)
    sent_by_channel = fields.Selection(
        [("mail", "Email"), ("print", "Print"), ("portal", "Portal link"), ("manual", "By hand")],
        string="Sent Through",
        readonly=True,
    )
    first_viewed_on = fields.Datetime(string="First Viewed", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    decided_by = fields.Char(readonly=True)
    decision_note = fields.Text(string="Customer's Words", readonly=True)
    lost_reason_id = fields.Many2one("sale.offer.lost.reason", readonly=True, ondelete="restrict")
    reminded_on = fields.Date(readonly=True)
    event_ids = fields.One2many("sale.offer.event", "offer_id", string="Steps", readonly=True)

    _order_round_option_unique = models.Constraint(
        "unique(order_id, round, option)",
        "This quotation already has an offer with this round and letter.",
    )
    _list_idx = models.Index("(order_id desc, round desc, option, id)")
    _state_validity_idx = models.Index(
        "(state, validity_date) WHERE state IN ('sent', 'countered', 'approved', 'to_approve')"
    )

    @api.depends("round", "option")
    def _compute_short_name(self):
        for offer in self:
            offer.short_name = f"R{offer.round}-{offer.option}"

    @api.depends("name", "label")
    def _compute_display_name(self):
        for offer in self:
            offer.display_name = f"{offer.name} {offer.label}" if offer.label else offer.name

    def _belongs_to_drafts(self):
        return all(offer.state == "draft" for offer in self)

    def _engine_unlink(self):
        drafts = self.filtered(lambda offer: offer.state == "draft")
        drafts.event_ids._engine_unlink()
        drafts.line_ids._engine_unlink()
        return super()._engine_unlink()

    # === PAYLOAD === #

    def _get_terms_payload(self):
        """Return the values that restore the terms of the quotation."""
        terms = self.header_payload or {}
        return {name: value for name, value in terms.items() if name != SHARED_BY_LINES}

    def _get_shared_payload(self):
        """Return the values that restore what all lines of the offer have in common."""
        return (self.header_payload or {}).get(SHARED_BY_LINES, {})

    # === DIGEST === #

    def _get_digest_fields(self):
        """Return the names of the columns the digest proves. Extend to freeze more."""
        return [
            "name", "round", "option", "label", "pricelist_id", "payment_term_id", "incoterm_id",
            "validity_date", "commitment_date", "note", "header_payload", "amount_untaxed",
            "amount_tax", "amount_total", "currency_id", "currency_rate", "company_id",
            "partner_id", "order_id", "content_digest", "captured_by_id", "captured_on",
        ]  # fmt: skip

    def _get_digest_values(self):
        """Return what is hashed, rebuilt from the stored rows."""
        self.ensure_one()
        lines = self.line_ids.sorted(lambda line: (line.position, line.id))
        return {
            "offer": self._read_plain(self._get_digest_fields()).dicts()[0],
            "lines": lines._read_plain(lines._get_digest_fields()),
        }

    def _compute_digest(self):
        return digest(self._get_digest_values())

    def verify_digest(self):
        """Prove that the offers are what was frozen, and their PDF what was sent.

        Reads the rows again from the database, so that a change made behind the ORM shows.

        :return: True when every offer, its lines and its PDF match their digests
        :rtype: bool
        """
        self.check_access("read")
        # sudo: the payload is readable by nobody; only a yes or no leaves this method
        offers = self.sudo().with_context(bin_size=False)
        offers.invalidate_recordset(flush=True)
        offers.line_ids.invalidate_recordset(flush=True)
        return all(offer._is_intact() for offer in offers)

    def _is_intact(self):
        if self.digest != self._compute_digest():
            return False
        return not self.pdf_digest or self.pdf_digest == digest(self.pdf or b"")

    # === HOOKS FOR OTHER ADDONS === #

    def _check_can_send(self):
        """Raise a ``UserError`` where these offers may not be sent. Extend for approvals."""
        for offer in self:
            if offer.state == "to_approve":
                raise UserError(
                    self.env._("%s waits for an approval and can be sent afterwards.", offer.name)
                )
            if offer.state not in ("draft", "approved", "sent"):
                raise UserError(
                    self.env._("%s cannot be sent: it is not open any more.", offer.name)
                )
            # a quotation can be decided by a plain write of its state too
            if offer.order_id.state not in ("draft", "sent"):
                raise UserError(
                    self.env._(
                        "%s is not a quotation any more: none of its offers can be sent.",
                        offer.order_id.name,
                    )
                )
            if error := offer._get_customer_error():
                raise UserError(error)

    def _check_can_accept(self):
        """Raise a ``UserError`` where this offer may not be accepted. Extend for limits."""
        self._check_customer_active()
        for offer in self:
            if error := offer._get_acceptance_error():
                raise UserError(error)

    def _check_customer_active(self):
        for customer in self.partner_id:
            if not customer.active:
                message = self.env._(
                    "%s is archived. Unarchive the customer first.", customer.display_name
                )
                raise UserError(self.order_id[:1]._hide_from_customers(message))

    def _get_acceptance_error(self):
        """Return why the customer cannot have this offer, ``False`` where he can."""
        self.ensure_one()
        if self.order_id.state not in ("draft", "sent"):
            return self.env._(
                "%s has already been decided: no offer of it can be chosen any more.",
                self.order_id.name,
            )
        if error := self._get_customer_error():
            return error
        if self.state == "sent" and not self._is_past_validity():
            return False
        return self.env._(
            "%(offer)s cannot be chosen any more (%(state)s). Please ask for a new offer.",
            offer=self.name,
            state=self._get_state_label(),
        )

    def _get_customer_error(self):
        """Return why the customer of the quotation is not whom this offer was made to."""
        if self._is_for_customer():
            return False
        return self.env._(
            "%(offer)s was made for %(customer)s, the quotation is for another customer now. "
            "Make a new offer.",
            offer=self.name,
            customer=self.partner_id.display_name,
        )

    def _is_for_customer(self):
        """Return whether the offer was made to the customer the quotation is for now.

        Another contact or address of the same company is the same customer.
        """
        self.ensure_one()
        customer = self.order_id.partner_id.commercial_partner_id
        return self.partner_id.commercial_partner_id == customer

    def _is_past_validity(self):
        return bool(self.validity_date) and self.validity_date < fields.Date.today()

    def _get_state_label(self):
        if self.state in LIVE_STATES and self._is_past_validity():
            return self.env._("expired")
        return dict(self._fields["state"]._description_selection(self.env))[self.state].lower()

    # === SCREENS === #

    @api.readonly
    def action_open_order(self):
        """Open the quotation of this offer.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.order_id.id,
            "views": [(False, "form")],
        }

    def action_verify(self):
        """Tell whether the offer still is what was frozen.

        :return: notification
        :rtype: dict
        """
        intact = self.verify_digest()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if intact else "danger",
                "message": self.env._("Nothing was changed since the offer was frozen.")
                if intact
                else self.env._("The stored offer differs from what was frozen!"),
            },
        }

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.name
