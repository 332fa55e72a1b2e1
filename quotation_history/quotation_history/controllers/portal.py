from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.http import request

from odoo.addons.sale.controllers import portal as sale_portal
from odoo.addons.sale_management.controllers import portal as sale_management_portal

MESSAGE_KEY = "sale_offer_message"


class CustomerPortal(sale_management_portal.CustomerPortal):
    # === WHAT CORE SHOWS === #

    @http.route()
    def portal_order_page(self, order_id, report_type=None, access_token=None, **kwargs):
        order_sudo = self._get_offer_order(order_id, access_token)
        if order_sudo and request.env.user.share:
            order_sudo = self._speak_customer_language(order_sudo)
            if request.httprequest.headers.get("Odoo-Link-Preview") != "True":
                order_sudo._capture_on_first_view()
                order_sudo._mark_offers_viewed()
            if report_type in ("pdf", "html", "text") and order_sudo._must_choose_offer():
                return self._show_offers_pdf(order_sudo, kwargs.get("download"))
        return super().portal_order_page(
            order_id, report_type=report_type, access_token=access_token, **kwargs
        )

    def _get_offer_order(self, order_id, access_token):
        """Return the order (sudo) the visitor may see, an empty one otherwise."""
        try:
            return self._document_check_access("sale.order", order_id, access_token=access_token)
        except (AccessError, MissingError):
            return request.env["sale.order"].sudo()

    def _speak_customer_language(self, order_sudo):
        """Speak the customer's language to whoever comes with the link.

        :return: the order (sudo) with that language, so that its messages speak it too

        The host's language cookie says nothing: it is set by itself on the first visit.
        """
        lang = order_sudo.partner_id.lang
        if lang and request.env.user._is_public():
            request.update_context(lang=lang)
            return order_sudo.with_context(lang=lang)
        return order_sudo

    def _show_offers_pdf(self, order_sudo, download):
        """Print what the customer may choose from instead of the quotation being worked on."""
        offers = order_sudo._get_portal_offers()
        if not offers:
            return request.redirect(order_sudo.get_portal_url())
        return self._show_report(
            model=offers if len(offers) == 1 else order_sudo,
            report_type="pdf",
            report_ref="quotation_history.action_report_offer"
            if len(offers) == 1
            else "quotation_history.action_report_offer_comparison",
            download=download,
        )

    def _get_page_view_values(self, document, access_token, values, *args, **kwargs):
        values = super()._get_page_view_values(document, access_token, values, *args, **kwargs)
        if document._name == "sale.order":
            values["offer_message"] = request.session.pop(MESSAGE_KEY, None)
        return values

    @http.route()
    def portal_quote_accept(self, order_id, access_token=None, name=None, signature=None):
        token = access_token or request.httprequest.args.get("access_token")
        order_sudo = self._get_offer_order(order_id, token)
        if order_sudo:
            order_sudo = self._speak_customer_language(order_sudo)
            try:
                self._check_signable(order_sudo)
            except UserError as error:
                return {"error": str(error)}
        return super().portal_quote_accept(order_id, access_token, name, signature)

    def _check_signable(self, order_sudo):
        if order_sudo.current_round:
            order_sudo._lock_for_decision()
            if order_sudo.state not in ("draft", "sent"):
                raise UserError(request.env._("%s has already been decided.", order_sudo.name))
        if refusal := order_sudo._get_portal_refusal():
            raise UserError(refusal)
        order_sudo._get_signable_offer()._check_can_accept()

    @http.route()
    def portal_quote_decline(self, order_id, access_token=None, decline_message=None, **kwargs):
        order_sudo = self._get_offer_order(order_id, access_token)
        if order_sudo.current_round and decline_message and order_sudo._has_to_be_signed():
            order_sudo._decline_offers(decline_message)
        return super().portal_quote_decline(
            order_id, access_token=access_token, decline_message=decline_message, **kwargs
        )

    @http.route()
    def portal_quote_option_update(self, order_id, line_id, access_token=None, **kwargs):
        order_sudo = self._get_offer_order(order_id, access_token)
        if order_sudo and order_sudo._must_choose_offer():
            return None
        offer = order_sudo and order_sudo._get_signable_offer()
        res = super().portal_quote_option_update(
            order_id, line_id, access_token=access_token, **kwargs
        )
        if offer:
            order_sudo._write_offer_state(
                {
                    "customer_selection_digest": order_sudo._get_offer_content_digest(),
                    "chosen_offer_id": offer.id,
                }
            )
        return res

    @http.route()
    def portal_my_sale_order_download_edi(self, order_id=None, access_token=None, **kwargs):
        order_sudo = self._get_offer_order(order_id, access_token)
        if order_sudo and order_sudo._must_choose_offer():
            return request.redirect(order_sudo.get_portal_url())
        return super().portal_my_sale_order_download_edi(
            order_id=order_id, access_token=access_token, **kwargs
        )

    # === CHOOSE, DECLINE, COUNTER === #

    @http.route(
        "/my/orders/<int:order_id>/offers/<int:offer_id>/choose",
        type="http", auth="public", methods=["POST"], website=True,
    )  # fmt: skip
    def portal_offer_choose(self, order_id, offer_id, access_token=None, **kwargs):
        def choose(offer):
            offer._check_can_accept()
            offer._choose()
            if not (offer.order_id._has_to_be_signed() or offer.order_id._has_to_be_paid()):
                offer.order_id._validate_order()
                return request.env._("Thank you! Your order has been confirmed.")
            return request.env._("You chose %s. Please confirm it below.", offer.short_name)

        return self._answer(order_id, offer_id, access_token, choose)

    @http.route(
        "/my/orders/<int:order_id>/offers/<int:offer_id>/decline",
        type="http", auth="public", methods=["POST"], website=True,
    )  # fmt: skip
    def portal_offer_decline(self, order_id, offer_id, access_token=None, reason=None, **kwargs):
        def decline(offer):
            if not (reason or "").strip():
                raise UserError(request.env._("Please tell us why, so that we can do better."))
            self._check_open(offer)
            offer._decline(reason.strip()[:2000])
            offer._post_answer(
                request.env._("%s was declined by the customer", offer.short_name), reason
            )
            return request.env._("Thank you for telling us.")

        return self._answer(order_id, offer_id, access_token, decline)

    @http.route(
        "/my/orders/<int:order_id>/offers/<int:offer_id>/counter",
        type="http", auth="public", methods=["POST"], website=True,
    )  # fmt: skip
    def portal_offer_counter(self, order_id, offer_id, access_token=None, note=None, **kwargs):
        def counter(offer):
            self._check_open(offer)
            wishes = self._parse_wishes(offer, kwargs)
            text = (note or "").strip()[:2000]
            offer._counter(wishes, text)
            offer._post_answer(
                request.env._("Counter-offer of the customer on %s", offer.short_name), text
            )
            return request.env._("Thank you! We will answer your counter-offer soon.")

        return self._answer(order_id, offer_id, access_token, counter)

    def _answer(self, order_id, offer_id, access_token, answer):
        """Check access, lock, let the customer answer, and show the page with a message.

        The offer must belong to the order the token is for.
        """
        order_sudo = self._get_offer_order(order_id, access_token)
        if not order_sudo:
            return request.redirect("/my")
        order_sudo = self._speak_customer_language(order_sudo)
        try:
            with request.env.cr.savepoint():
                order_sudo._lock_for_decision()
                offer = order_sudo.offer_ids.filtered(lambda offer: offer.id == offer_id)
                if not offer:
                    raise UserError(request.env._("This offer is not part of %s.", order_sudo.name))
                message = {"text": answer(offer), "kind": "success"}
        except UserError as error:
            message = {"text": str(error), "kind": "danger"}
        request.session[MESSAGE_KEY] = message
        return request.redirect(order_sudo.get_portal_url(anchor="offers"))

    def _check_open(self, offer):
        if error := offer._get_acceptance_error():
            raise UserError(error)

    def _parse_wishes(self, offer, form):
        """Return the wishes of the form; only the offer's own lines are looked at.

        Prices and quantities left as they are are no wish.
        """
        wishes = []
        for line in offer.line_ids.filtered(lambda line: not line.display_type):
            wish = {"line_id": line.id, "note": form.get(f"note_{line.id}")}
            for key, current in (("price_unit", line.price_net), ("quantity", line.qty)):
                value = form.get(f"{key}_{line.id}")
                number = offer._parse_number(value)
                if number is not False and abs(number - current) > 1e-6:
                    wish[key] = number
            if len(wish) > 2 or wish["note"]:
                wishes.append(wish)
        return wishes


class PaymentPortal(sale_portal.PaymentPortal):
    @http.route()
    def portal_order_transaction(self, order_id, access_token, **kwargs):
        # sudo: a guest pays; super() checks the token, this only asks for the state
        order = request.env["sale.order"].sudo().browse(order_id).exists()
        if order.state in ("draft", "sent") and (refusal := order._get_portal_refusal()):
            raise ValidationError(refusal)
        return super().portal_order_transaction(order_id, access_token, **kwargs)
