from odoo import fields, models
from odoo.exceptions import UserError

from .sale_offer import LIVE_STATES


class SaleOrder(models.Model):
    """Where the host's own steps capture, accept and decline offers."""

    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    # === SEND === #

    def message_post(self, **kwargs):
        if not self.env.context.get("mark_so_as_sent"):
            return super().message_post(**kwargs)
        offers = self._capture_for_sending()
        live = self._get_live_offers(offers)
        # the mail shows the quotation as it stands; the other alternatives go along as PDF
        pdfs = (offers - live)._get_pdfs()
        others = offers._make_pdf_attachments(pdfs)
        if others:
            kwargs["attachment_ids"] = [*(kwargs.get("attachment_ids") or []), *others.ids]
        message = super().message_post(**kwargs)
        if offers:
            # sudo: the sender need not be allowed to read every recipient
            partners = message.sudo().partner_ids
            sent_to = ", ".join(partner.email_formatted or partner.name for partner in partners)
            pdfs.update(self._get_mailed_pdfs(live, message, others))
            offers._send("mail", sent_to, pdfs)
        return message

    def _get_live_offers(self, offers):
        live = offers.browse()
        for order in self:
            live |= order._get_ready_offers(offers.filtered(lambda o, own=order: o.order_id == own))
        return live

    def _get_mailed_pdfs(self, live, message, others):
        """Return {offer: bytes} where the mail carries the one PDF of the quotation."""
        pdfs = (message.sudo().attachment_ids - others).filtered(
            lambda attachment: attachment.mimetype == "application/pdf"
        )
        named = pdfs.filtered(lambda attachment: self[:1].name in (attachment.name or ""))
        pdf = named[:1] if len(named) == 1 else pdfs if len(pdfs) == 1 else pdfs.browse()
        return {live: pdf.raw} if len(live) == 1 and pdf else {}

    def _capture_for_sending(self):
        """Capture what goes out with the next sending.

        :return: the offers (sudo): the quotation as it stands and the drafts beside it; empty
            where there is nothing to offer or the user may not write the quotation
        """
        offers = self.env["sale.offer"].sudo()
        for order in self.filtered(lambda order: order.state in ("draft", "sent")):
            if order._has_offered_product() and order.has_access("write"):
                live = order._capture_offer().sudo()
                drafts = order.sudo().offer_ids.filtered(
                    lambda offer, number=live.round: (
                        offer.round == number
                        and offer.state in ("draft", "approved")
                        and offer._is_for_customer()
                    )
                )
                offers |= live | drafts
        offers._check_can_send()
        return offers

    def _send_offers(self, channel, pdfs=None):
        """Capture and mark as sent by print, portal link or hand. Silent: no mail, no question.

        :param str channel: a key of ``sale.offer.sent_by_channel``
        :param dict pdfs: {order id: bytes} of the quotations' PDF as it went out
        :return: the offers sent (sudo)
        """
        offers = self._capture_for_sending()
        if offers:
            live = self._get_live_offers(offers)
            contents = {
                offer: pdfs[offer.order_id.id]
                for offer in live
                if offer.order_id.id in (pdfs or {})
            }
            offers._send(channel, pdfs=contents)
        return offers

    def action_quotation_sent(self):
        res = super().action_quotation_sent()
        self._send_offers("manual")
        return res

    def _post_offer_mail(self, offers, attachments):
        """Mail ``offers`` to the customer in the customer's language, from the chatter."""
        self.ensure_one()
        template = self.env.ref("quotation_history.mail_template_offers")
        rendering = template.with_context(offers=offers)
        body = rendering._render_field("body_html", self.ids, compute_lang=True)[self.id]
        subject = rendering._render_field("subject", self.ids, compute_lang=True)[self.id]
        self.with_context(lang=self.partner_id.lang).message_post(
            body=body,
            subject=subject,
            partner_ids=self.partner_id.ids,
            attachment_ids=attachments.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            email_layout_xmlid="mail.mail_notification_layout_with_responsible_signature",
        )

    def _check_no_payment_under_way(self, offers):
        """Refuse to close the offer a customer is paying: the payment would confirm another."""
        self.ensure_one()
        paid = self.chosen_offer_id & offers.filtered(lambda offer: offer.state in LIVE_STATES)
        # sudo: whoever sends offers need not be allowed to read payments
        waiting = self.sudo().transaction_ids.filtered(
            lambda transaction: transaction.state in ("pending", "authorized")
        )
        if paid and waiting:
            raise UserError(
                self.env._(
                    "The customer chose %(offer)s and its payment %(payment)s is under way. Wait "
                    "for it, or withdraw %(offer)s first.",
                    offer=paid.name,
                    payment=waiting[0].reference,
                )
            )

    # === CONFIRM === #

    def action_confirm(self):
        self.filtered("current_round")._prepare_offers_to_confirm()
        return super().action_confirm()

    def _confirmation_error_message(self):
        return super()._confirmation_error_message() or self._get_offer_confirmation_error()

    def _get_offer_confirmation_error(self):
        """Return why the company's policy stops a confirmation that no offer covers."""
        if not self.current_round or self.company_id.offer_confirm_policy != "sent":
            return False
        # sudo: the state of all offers decides, also for users who see their own only
        order = self.sudo()
        ready = order._get_ready_offers(order.offer_ids.filtered(lambda o: o.state == "sent"))
        if ready:
            return False
        return self.env._(
            "%s differs from every offer the customer has. Send it first, or load the offer that "
            "was agreed.",
            self.name,
        )

    def _prepare_offers_to_confirm(self):
        """Bring back what the customer chose, in case the quotation was edited since."""
        orders = self.filtered(lambda order: order.state in ("draft", "sent"))
        orders._lock_for_decision()
        for order in orders.sudo():
            chosen = order.chosen_offer_id
            if chosen and chosen.state == "sent" and not order._get_ready_offers(chosen):
                order._load_offer(chosen)

    def _action_confirm(self):
        res = super()._action_confirm()
        # sudo: portal customers and payment providers confirm too; offers are the engine's
        for order in self.sudo().filtered("current_round"):
            order._accept_confirmed_offer()
        return res

    def _accept_confirmed_offer(self):
        """Record which offer the confirmation accepted; one is made where none says the same."""
        offer = self._get_offer_to_accept()
        self._write_offer_state({"accepted_offer_id": offer.id, "chosen_offer_id": False})
        offer._settle()

    def _get_offer_to_accept(self):
        content = self._get_offer_content_digest()
        if content == self.customer_selection_digest:
            base = self.chosen_offer_id or self._get_portal_offers()[:1]
            label = self.env._("Customer's selection")
            return self._create_offer(*self._get_next_place("", False)[:2], label, content) or base
        candidates = self.offer_ids.filtered(
            lambda offer: offer.content_digest == content and offer._is_for_customer()
        )
        chosen = candidates & self.chosen_offer_id
        sent = candidates.filtered(lambda offer: offer.state in ("sent", "approved"))
        drafts = candidates.filtered(lambda offer: offer.state == "draft")
        if found := (chosen or sent.sorted("round", reverse=True) or drafts)[:1]:
            return found
        label = self.env._("As confirmed")
        offer = self._create_offer(*self._get_next_place("", True)[:2], label, content)
        self._tell_confirmed_content(offer)
        return offer

    def _tell_confirmed_content(self, offer):
        """Leave a note in the chatter that what was confirmed is none of the offers made."""
        had = self.offer_ids.filtered(lambda o: o.state == "sent").mapped("short_name")
        self.message_post(
            body=self.env._(
                "Confirmed as it stood, which was none of the offers: it is recorded as %(offer)s. "
                "The customer had %(sent)s.",
                offer=offer.short_name,
                sent=", ".join(had) or "–",
            ),
            subtype_xmlid="mail.mt_note",
        )

    # === CANCEL === #

    def _action_cancel(self):
        res = super()._action_cancel()
        self.sudo().filtered("current_round")._decline_offers()
        return res

    def _decline_offers(self, note=False, lost_reason=None, actor=None):
        """Close the offers of cancelled orders (sudo): declined by the customer or withdrawn."""
        for order in self:
            live = order.offer_ids.filtered(lambda offer: offer.state in LIVE_STATES)
            live._decline(note, lost_reason, actor)
            accepted = order.offer_ids.filtered(lambda offer: offer.state == "accepted")
            accepted._fall_through(note, lost_reason)
            (order.offer_ids - live - accepted)._supersede()
            order._write_offer_state({"chosen_offer_id": False, "accepted_offer_id": False})

    def action_cancel_with_reason(self):
        """Open the question why the quotation or order is lost, then cancel.

        :return: window action
        :rtype: dict
        """
        action = self.env["ir.actions.actions"]._for_xml_id(
            "quotation_history.action_sale_offer_lost"
        )
        action["context"] = {"default_order_ids": self.ids}
        return action

    def action_capture_alternative(self):
        """Open the small dialog that names the next alternative.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        self._check_can_capture()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "quotation_history.action_sale_offer_capture"
        )
        action["context"] = {"default_order_id": self.id}
        return action

    # === PORTAL === #

    def _get_portal_offers(self):
        """Return the offers the customer may choose from, newest round first."""
        self.ensure_one()
        if not self.current_round or self.state not in ("draft", "sent"):
            return self.env["sale.offer"]
        return self.offer_ids.filtered(lambda offer: not offer._get_acceptance_error()).sorted(
            lambda offer: (-offer.round, offer.option)
        )

    def _get_signable_offer(self):
        """Return the offer that signing or paying now would accept: chosen, or the only one."""
        offers = self._get_portal_offers()
        offer = (self.chosen_offer_id & offers) or (offers if len(offers) == 1 else offers.browse())
        return self._get_ready_offers(offer)

    def _hide_from_customers(self, message):
        """Customers learn that they have to wait, not why."""
        if not self.env["sale.offer"]._get_acting_user().share:
            return message
        return self.env._(
            "This quotation cannot be confirmed online right now. Please contact your salesperson."
        )

    def _must_choose_offer(self):
        """Return whether the customer first has to choose among offers, or none is left.

        The quotation as it stands is then not what the customer was offered: the portal shows the
        offers instead and neither signing nor paying is possible.
        """
        self.ensure_one()
        return (
            bool(self.current_round)
            and self.state in ("draft", "sent")
            and not self._get_signable_offer()
        )

    def _get_portal_refusal(self):
        """Return why the customer can neither sign nor pay now, ``False`` where he can.

        Extend for what else has to be settled first: a signature or a payment that is taken
        before the order can be confirmed is a promise nobody may keep.
        """
        self.ensure_one()
        if self._must_choose_offer():
            return self.env._("Please choose one of the offers first.")
        return False

    def _has_to_be_signed(self):
        return super()._has_to_be_signed() and not self._get_portal_refusal()

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and not self._get_portal_refusal()

    def _capture_on_first_view(self):
        """Freeze what the customer sees when he opens the link before any offer was sent."""
        self.ensure_one()
        if self.state not in ("draft", "sent") or self._was_offered():
            return
        try:
            with self.env.cr.savepoint():
                self._send_offers("portal")
        except UserError:
            # an addon refuses to send it: the customer's page must open all the same
            return

    def _was_offered(self):
        return any(offer.state != "draft" for offer in self.offer_ids)

    def _mark_offers_viewed(self):
        """Note the first time the customer looks at each open offer."""
        unseen = self._get_portal_offers().filtered(lambda offer: not offer.first_viewed_on)
        if unseen:
            unseen._engine_write({"first_viewed_on": fields.Datetime.now()})
            unseen._record("viewed")

    def _get_offers_to_compare(self):
        """Return the offers a printed comparison shows: those open, else those last sent.

        ``offer_ids`` in the context names them, as the comparison screen does.
        """
        self.ensure_one()
        wanted = self.env.context.get("offer_ids")
        offers = self.offer_ids.filtered(lambda offer: offer.state != "draft")
        chosen = self.offer_ids.filtered(lambda offer: offer.id in (wanted or []))
        open_offers = self._get_portal_offers()
        last = offers.filtered(lambda offer: offer.round == self.current_round)
        return (chosen or open_offers or last or self.offer_ids).sorted(
            lambda offer: (offer.round, offer.option)
        )
