import base64

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError
from odoo.http import request

from ..offer_digest import digest
from .sale_offer import LIVE_STATES, OPEN_STATES


class SaleOffer(models.Model):
    """The negotiation: send, choose, accept, decline, counter, expire."""

    _inherit = "sale.offer"  # pylint: disable=consider-merging-classes-inherited

    # === STEPS === #

    def _record(self, kind, note=False, data=None, actor=None):
        """Add one step per offer to the negotiation's record."""
        self.env["sale.offer.event"]._engine_create(
            [offer._prepare_event_values(kind, note, data, actor) for offer in self]
        )

    def _prepare_event_values(self, kind, note, data, actor):
        return {
            "order_id": self.order_id.id,
            "offer_id": self.id,
            "company_id": self.company_id.id,
            "kind": kind,
            "date": fields.Datetime.now(),
            "user_id": self._get_acting_user().id,
            "actor": actor or self._get_actor(),
            "currency_id": self.currency_id.id,
            "amount_untaxed": self.amount_untaxed,
            "note": note or False,
            "data": data,
        }

    def _get_acting_user(self):
        """Return who acts: on the portal the visitor, although the host works as superuser."""
        if self.env.uid == SUPERUSER_ID and request and request.env.uid:
            return request.env.user
        return self.env.user

    def _get_actor(self):
        # the name alone: of users and contacts there is much to read
        user = self._get_acting_user().with_context(prefetch_fields=False)
        return self.order_id.partner_id.name if user._is_public() else user.name

    def _to_engine(self):
        """Check that the user may decide for these orders and return the offers in sudo.

        sudo: offers are read-only for everybody; the right to write the quotation stands for the
        right to negotiate it.
        """
        self.check_access("read")
        self.order_id.check_access("write")
        self.order_id._lock_for_decision()
        return self.sudo()

    # === SEND === #

    def action_send(self):
        """Send the offers to the customer by email with their PDF and mark them as sent.

        An offer that was sent before is sent again, without another round.

        :return: True
        :rtype: bool
        :raises UserError: an offer is closed, or an addon refuses (limits, missing approval)
        """
        offers = self._to_engine()
        offers._check_customer_active()
        for order, order_offers in offers.grouped("order_id").items():
            order_offers._check_can_send()
            pdfs = order_offers._get_pdfs()
            attachments = order_offers._make_pdf_attachments(pdfs)
            order_offers._send("mail", sent_to=order.partner_id.email_formatted, pdfs=pdfs)
            order._post_offer_mail(order_offers, attachments)
        return True

    def _send(self, channel, sent_to=False, pdfs=None):
        """Mark as sent: the customer has them now. Supersedes open offers of earlier rounds.

        :param str channel: how they went out, a key of ``sent_by_channel``
        :param str sent_to: address
        :param dict pdfs: {offer: bytes} of PDFs made elsewhere; missing ones are rendered
        """
        self._check_can_send()
        new = self.filtered(lambda offer: offer.state != "sent")
        new._supersede_earlier_rounds()
        now = fields.Datetime.now()
        new._engine_write(
            {
                "state": "sent",
                "sent_on": now,
                "sent_by_id": self.env.uid,
                "sent_by_channel": channel,
                "sent_to": sent_to or False,
            }
        )
        new.line_ids._engine_write({"date": now})
        for offer in new:
            offer._attach_pdf((pdfs or {}).get(offer))
        self._record("sent", note=sent_to)
        drafts = self.order_id.filtered(lambda order: order.state == "draft")
        # the host rounds amounts of every line and else looks up their currencies one by one
        drafts.order_line.fetch(["currency_id"])
        drafts.write({"state": "sent"})

    def _supersede_earlier_rounds(self):
        for order, offers in self.grouped("order_id").items():
            first_round = min(offers.mapped("round"))
            earlier = order.offer_ids.filtered(
                lambda offer, limit=first_round: offer.round < limit and not offer.keep_valid
            )
            order._check_no_payment_under_way(earlier)
            earlier._supersede()

    def _supersede(self):
        """Close what is still open: the customer's copies superseded, drafts cancelled."""
        live = self.filtered(lambda offer: offer.state in LIVE_STATES)
        live._engine_write({"state": "superseded", "decided_on": fields.Datetime.now()})
        live._record("superseded")
        waiting = self.filtered(lambda offer: offer.state in OPEN_STATES)
        waiting._engine_write({"state": "cancelled", "decided_on": fields.Datetime.now()})
        waiting._record("cancelled")

    def action_toggle_keep_valid(self):
        """Keep these offers open for the customer when the next round is sent, or stop that.

        :return: True
        :rtype: bool
        """
        for offer in self._to_engine():
            if offer.state not in ("draft", "approved", "sent"):
                raise UserError(self.env._("%s is not open any more.", offer.name))
            offer._engine_write({"keep_valid": not offer.keep_valid})
        return True

    def action_withdraw(self):
        """Take offers back: drafts are discarded, what the customer has is cancelled.

        :return: True
        :rtype: bool
        """
        offers = self._to_engine()
        drafts = offers.filtered(lambda offer: offer.state == "draft")
        live = offers.filtered(lambda offer: offer.state in ("to_approve", "approved", "sent"))
        if drafts | live != offers:
            raise UserError(self.env._("Only open offers can be withdrawn."))
        live._engine_write({"state": "cancelled", "decided_on": fields.Datetime.now()})
        live._record("cancelled")
        drafts._engine_unlink()
        return True

    # === PDF === #

    def _render_pdf(self):
        """Return the PDF of this offer as bytes, from the frozen rows, in the customer's language.

        Empty where the server has no PDF engine: the offer must go out all the same.
        """
        self.ensure_one()
        report = self.env["ir.actions.report"]
        if report.get_wkhtmltopdf_state() == "install":
            return b""
        content, _type = report._render_qweb_pdf("quotation_history.action_report_offer", self.ids)
        return content

    def _attach_pdf(self, content=None):
        self.ensure_one()
        content = content or self._render_pdf()
        if not content:
            return
        # the field stores base64; its digest is taken of what the field gives back
        self._engine_write({"pdf": base64.b64encode(content), "pdf_name": f"{self.name}.pdf"})
        self._engine_write({"pdf_digest": digest(self.with_context(bin_size=False).pdf)})

    def _get_pdfs(self):
        """Return {offer: bytes}: the PDF the customer has already, else one made now."""
        pdfs = {}
        for offer in self:
            sent = offer.with_context(bin_size=False).pdf
            if content := base64.b64decode(sent) if sent else offer._render_pdf():
                pdfs[offer] = content
        return pdfs

    def _make_pdf_attachments(self, pdfs):
        """Return attachments of the orders with ``pdfs`` of the offers, for a mail."""
        return self.env["ir.attachment"].create(
            [
                {
                    "name": f"{offer.name}.pdf",
                    "raw": content,
                    "mimetype": "application/pdf",
                    "res_model": "sale.order",
                    "res_id": offer.order_id.id,
                }
                for offer, content in pdfs.items()
            ]
        )

    # === LOAD === #

    def action_load(self):
        """Write this offer back onto the quotation, exactly.

        :return: True
        :rtype: bool
        :raises UserError: the order is decided, or a product of the offer is archived
        """
        self.ensure_one()
        offer = self._to_engine()
        offer.order_id._load_offer(offer)
        offer._record("loaded")
        return True

    def _check_can_load(self):
        archived = self.line_ids.product_id.filtered(lambda product: not product.active)
        if archived:
            message = self.env._(
                "%(offer)s cannot be loaded, these products are archived: %(products)s. "
                "Unarchive them first or make a new offer.",
                offer=self.name,
                products=", ".join(archived.mapped("display_name")),
            )
            raise UserError(self.order_id._hide_from_customers(message))

    # === ACCEPT === #

    def action_accept(self):
        """Accept this offer for the customer: load it, supersede the others, confirm the order.

        :return: True
        :rtype: bool
        :raises UserError: expired, superseded, decided already, or an addon refuses
        """
        self.ensure_one()
        offer = self._to_engine()
        offer._check_can_accept()
        offer._choose()
        self.order_id.action_confirm()
        return True

    def _choose(self, actor=None):
        """Make this the offer that signing, paying or confirming the order will accept.

        Work on the quotation that was never captured is kept as a draft before it is replaced.
        """
        self.ensure_one()
        order = self.order_id
        if not order._get_ready_offers(self):
            if not order._get_offer_with_content() and order._has_offered_product():
                order._capture_offer(label=self.env._("Work in progress"))
            order._load_offer(self)
        order._write_offer_state({"chosen_offer_id": self.id})
        self._record("chosen", actor=actor)

    def _settle(self, actor=None):
        """Record the acceptance when the order is confirmed."""
        self.ensure_one()
        now = fields.Datetime.now()
        self._engine_write(
            {"state": "accepted", "decided_on": now, "decided_by": actor or self._get_actor()}
        )
        self._record("accepted", actor=actor)
        (self.order_id.offer_ids - self)._supersede()

    # === DECLINE === #

    def action_decline(self, reason):
        """Record that the customer does not want these offers.

        :param str reason: the customer's words
        :return: True
        :rtype: bool
        """
        self._to_engine()._decline(reason)
        return True

    def _decline(self, note, lost_reason=None, actor=None):
        if any(offer.state not in LIVE_STATES for offer in self):
            raise UserError(self.env._("Only offers the customer has can be declined."))
        for offer in self:
            offer._engine_write(
                {
                    "state": "declined",
                    "decided_on": fields.Datetime.now(),
                    "decided_by": actor or offer._get_actor(),
                    "decision_note": note or offer.decision_note,
                    "lost_reason_id": lost_reason.id if lost_reason else False,
                }
            )
        self._record("declined", note=note, actor=actor)

    def _fall_through(self, note=False, lost_reason=None):
        """Record that the order placed on these accepted offers was cancelled after all."""
        for offer in self:
            offer._engine_write(
                {
                    "state": "cancelled",
                    "decided_on": fields.Datetime.now(),
                    "decided_by": offer._get_actor(),
                    "decision_note": note or offer.decision_note,
                    "lost_reason_id": lost_reason.id if lost_reason else False,
                }
            )
        self._record("cancelled", note=note)

    def _set_lost_reason(self, lost_reason, note=False):
        """Record why closed offers were lost, as the salesperson sees it."""
        for offer in self:
            offer._engine_write(
                {
                    "lost_reason_id": lost_reason.id,
                    "decision_note": note or offer.decision_note,
                }
            )


class SaleOfferLine(models.Model):
    _inherit = "sale.offer.line"  # pylint: disable=consider-merging-classes-inherited

    def _is_same_thing(self, live):
        """Return whether the live line can be written: its product and type are the same."""
        self.ensure_one()
        combo = self._get_payloads()[self].get("combo_item_id") or False
        return (
            live.product_id == self.product_id
            and (live.display_type or False) == (self.display_type or False)
            and live.combo_item_id.id == combo
            and not live.qty_invoiced
        )
