import math
import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .sale_offer import LIVE_STATES

#: a comma parts thousands and nothing else: "1,5" may mean one and a half, or fifteen
THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")
#: no price and no quantity is that large; the host cannot calculate with numbers without end
BEYOND_MONEY = 1e12


class SaleOffer(models.Model):
    """What the customer wishes instead, and the round it becomes."""

    _inherit = "sale.offer"  # pylint: disable=consider-merging-classes-inherited

    has_counter = fields.Boolean(
        compute="_compute_has_counter", help="The customer waits for an answer to a wish."
    )

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
        if lines and not isinstance(lines, list | tuple):
            raise UserError(self.env._("Each line of a counter-offer names a line or a product."))
        self._to_engine()._counter(lines, str(note or ""))
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
            if number is not False and not number:
                # nothing is the absence of a wish: to drop a line or have it free takes words
                raise UserError(self.env._("'%s' is not a price or quantity.", line.get(key)))
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
        if len(found) > 1:
            raise UserError(
                self.env._(
                    "%(product)s is on several lines of %(offer)s: name the line.",
                    product=found[0].product_id.display_name,
                    offer=self.name,
                )
            )
        return found

    def _parse_number(self, value):
        """Return ``value`` as a number, ``False`` where nothing was given."""
        if value is None or value is False or value == "":
            return False
        text = str(value).strip()
        if THOUSANDS.fullmatch(text):
            text = text.replace(",", "")
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not 0 <= number < BEYOND_MONEY:
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
        seller = self.order_id.user_id or self.env.ref("base.user_admin")
        # the customer's page speaks the customer's language, the activity the salesperson's
        order = self.order_id.with_context(lang=seller.lang)
        order.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=seller.id,
            summary=order.env._("Counter-offer on %s", self.short_name),
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

    @api.depends("state")
    def _compute_has_counter(self):
        """A counter-offer that came at the last moment does not lapse with the offer's date."""
        expired = self.filtered(lambda offer: offer.state == "expired")
        domain = [("offer_id", "in", expired.ids), ("kind", "=", "countered")]
        answered = expired and self.env["sale.offer.event"].search(domain).offer_id
        for offer in self:
            offer.has_counter = offer.state == "countered" or offer in answered

    def action_counter_to_draft(self):
        """Turn the customer's counter-offer into the draft of the next round, in one step.

        The wanted prices are net prices: they replace the unit price, the discount becomes zero.

        :return: id of the new draft offer
        :rtype: int
        """
        self.ensure_one()
        if not self.has_counter:
            raise UserError(self.env._("%s has no counter-offer.", self.name))
        offer = self._to_engine()
        order = offer.order_id
        order._load_offer(offer)
        for frozen in offer.line_ids.filtered("sale_line_id"):
            frozen._apply_wish()
        label = self.env._("Counter-offer on %s", self.short_name)
        return order._capture_offer(label=label, new_round=True).id


class SaleOfferLine(models.Model):
    _inherit = "sale.offer.line"  # pylint: disable=consider-merging-classes-inherited

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
