import base64
import math

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
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
        user = self._get_acting_user()
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
            attachments = order_offers._make_pdf_attachments()
            order_offers._send("mail", sent_to=order.partner_id.email_formatted)
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
        self.order_id.filtered(lambda order: order.state == "draft").write({"state": "sent"})

    def _supersede_earlier_rounds(self):
        for order, offers in self.grouped("order_id").items():
            first_round = min(offers.mapped("round"))
            earlier = order.offer_ids.filtered(
                lambda offer, limit=first_round: offer.round < limit and not offer.keep_valid
            )
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

    def _make_pdf_attachments(self):
        """Return attachments of the orders with the PDF of each offer, for a mail."""
        return self.env["ir.attachment"].create(
            [
                {
                    "name": f"{offer.name}.pdf",
                    "raw": content,
                    "mimetype": "application/pdf",
                    "res_model": "sale.order",
                    "res_id": offer.order_id.id,
                }
                for offer, content in ((offer, offer._render_pdf()) for offer in self)
                if content
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
            raise UserError(
                self.env._(
                    "%(offer)s cannot be loaded, these products are archived: %(products)s. "
                    "Unarchive them first or make a new offer.",
                    offer=self.name,
                    products=", ".join(archived.mapped("display_name")),
                )
            )

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

    def _set_lost_reason(self, lost_reason, note=False):
        """Record why closed offers were lost, as the salesperson sees it."""
        for offer in self:
            offer._engine_write(
                {
                    "lost_reason_id": lost_reason.id,
                    "decision_note": note or offer.decision_note,
                }
            )

    # === COUNTER === #

    def action_counter(self, lines, note):
        """Record the customer's counter-offer.

        :param list lines: dicts with ``line_id`` (id of the offer line) or ``product_id``, and
            ``price_unit`` (wanted net unit price in the offer's currency and the line's unit),
            ``quantity`` and ``note``, each optional
        :param str note: the customer's words
        :return: True
        :rtype: bool
        :raises UserError: offer not open, a line of another offer, text instead of a number
        """
        self.ensure_one()
        self._to_engine()._counter(lines, note)
        return True

    def _counter(self, lines, note, actor=None):
        if self.state not in LIVE_STATES or self._is_past_validity():
            raise UserError(
                self.env._(
                    "%(offer)s is not open any more (%(state)s): please ask for a new offer.",
                    offer=self.name,
                    state=self._get_state_label(),
                )
            )
        wishes = [self._parse_wish(line) for line in lines or []]
        wishes = [wish for wish in wishes if wish]
        if not wishes and not (note or "").strip():
            raise UserError(self.env._("Say what you wish: a price, a quantity or a remark."))
        for line, values in wishes:
            line._engine_write(values)
        self._engine_write({"state": "countered", "decision_note": note or False})
        data = [{"line": line.id, **values} for line, values in wishes]
        self._record("countered", note=self._get_counter_text(wishes, note), data=data, actor=actor)
        self._schedule_counter_activity(note)

    def _parse_wish(self, line):
        """Return (offer line, values) of one wish, ``False`` for an empty one."""
        frozen = self._find_line(line)
        values = {}
        for key, name in (("price_unit", "price"), ("quantity", "qty")):
            number = self._parse_number(line.get(key))
            if number is not False:
                values[f"customer_target_{name}"] = number
        if text := str(line.get("note") or "").strip():
            values["customer_note"] = text[:500]
        return values and (frozen, values)

    def _find_line(self, line):
        if not isinstance(line, dict):
            raise UserError(self.env._("Each line of a counter-offer names a line or a product."))
        products = self.line_ids.filtered(lambda frozen: not frozen.display_type)
        if line.get("line_id"):
            found = products.filtered(lambda frozen: frozen.id == line["line_id"])
        else:
            found = products.filtered(lambda frozen: frozen.product_id.id == line.get("product_id"))
        if not found:
            raise UserError(self.env._("A line of the counter-offer is not part of %s.", self.name))
        return found[:1]

    def _parse_number(self, value):
        """Return ``value`` as a number, ``False`` where nothing was given."""
        if value is None or value is False or value == "":
            return False
        try:
            number = float(str(value).replace(",", "").strip())
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or number < 0:
            raise UserError(self.env._("'%s' is not a price or quantity.", value))
        return number

    def _get_counter_text(self, wishes, note):
        lines = [
            self.env._(
                "%(product)s: %(price)s × %(quantity)s %(note)s",
                product=line.product_id.display_name or line.name,
                price=values.get("customer_target_price", "–"),
                quantity=values.get("customer_target_qty", line.qty),
                note=values.get("customer_note", ""),
            ).strip()
            for line, values in wishes
        ]
        return "\n".join([*([note] if note else []), *lines])

    def _schedule_counter_activity(self, note):
        order = self.order_id
        order.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=order.user_id.id or self.env.ref("base.user_admin").id,
            summary=self.env._("Counter-offer on %s", self.short_name),
            note=Markup("<p>%s</p>") % (note or ""),
        )

    def _post_answer(self, title, text):
        """Put the customer's answer into the chatter, where followers read it."""
        order = self.order_id
        user = self._get_acting_user()
        order.message_post(
            body=Markup("<b>%s</b><br/>%s") % (title, text or ""),
            author_id=(order.partner_id if user._is_public() else user.partner_id).id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def action_counter_to_draft(self):
        """Turn the customer's counter-offer into the draft of the next round, in one step.

        The wanted prices are net prices: they replace the unit price, the discount becomes zero.

        :return: id of the new draft offer
        :rtype: int
        """
        self.ensure_one()
        if self.state != "countered":
            raise UserError(self.env._("%s has no counter-offer.", self.name))
        offer = self._to_engine()
        order = offer.order_id
        order._load_offer(offer)
        for frozen in offer.line_ids.filtered("sale_line_id"):
            frozen._apply_wish()
        label = self.env._("Counter-offer on %s", self.short_name)
        return order._capture_offer(label=label, new_round=True).id

    # === EXPIRY === #

    @api.model
    def _cron_expire_offers(self, batch=500):
        """Expire what is past its date, remind salespeople of what soon will be."""
        today = fields.Date.today()
        domain = [
            ("state", "in", ("sent", "approved", "to_approve")),
            ("validity_date", "<", today),
        ]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(domain))
        while offers := self.search(domain, limit=batch, order="validity_date, id"):
            offers._expire()
            if not cron._commit_progress(processed=len(offers)):
                return
        self._remind(today)

    def _expire(self):
        self._engine_write({"state": "expired", "decided_on": fields.Datetime.now()})
        self._record("expired")

    @api.model
    def _remind(self, today):
        for company in self.env["res.company"].search([("offer_reminder_days", ">", 0)]):
            limit = fields.Date.add(today, days=company.offer_reminder_days)
            offers = self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "sent"),
                    ("validity_date", ">=", today),
                    ("validity_date", "<=", limit),
                    ("reminded_on", "=", False),
                ]
            )
            for order, order_offers in offers.grouped("order_id").items():
                order_offers._schedule_expiry_activity(order)
            offers._engine_write({"reminded_on": today})
            offers._record("reminded")

    def _schedule_expiry_activity(self, order):
        order.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=min(self.mapped("validity_date")),
            user_id=order.user_id.id or self.env.ref("base.user_admin").id,
            summary=self.env._(
                "%s expires soon: ask the customer", ", ".join(self.mapped("short_name"))
            ),
        )


class SaleOfferLine(models.Model):
    _inherit = "sale.offer.line"  # pylint: disable=consider-merging-classes-inherited

    def _is_same_thing(self, live):
        """Return whether the live line can be written: its product and type are the same."""
        self.ensure_one()
        combo = (self.payload or {}).get("combo_item_id") or False
        return (
            live.product_id == self.product_id
            and (live.display_type or False) == (self.display_type or False)
            and live.combo_item_id.id == combo
            and not live.qty_invoiced
        )

    def _apply_wish(self):
        """Write the customer's wish onto the live line."""
        self.ensure_one()
        values = {}
        if self.customer_target_qty:
            values["product_uom_qty"] = self.customer_target_qty
        if self.customer_target_price:
            values.update(price_unit=self.customer_target_price, discount=0.0)
        if values:
            self.sale_line_id.write(values)
