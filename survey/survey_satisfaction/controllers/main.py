import math

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

QUESTIONS_PER_MINUTE = 4
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
PUBLIC = {
    "type": "http",
    "auth": "public",
    "website": True,
    "multilang": False,
    "sitemap": False,
}


class SatisfactionController(http.Controller):
    """The page behind the link of an invitation.

    Looking at it writes nothing: link scanners and chat previews look at every link. Only the
    form posted by a person starts the one response of the invitation.
    """

    # --- Looking -----------------------------------------------------------------------

    @http.route("/satisfaction/<string:token>", methods=["GET"], readonly=True, **PUBLIC)
    def satisfaction_landing(self, token, **kwargs):
        invitation = self._find_invitation(token)
        if not invitation:
            return self._render_closed()
        self._speak(invitation.lang)
        values = self._prepare_landing(invitation.wave_id, f"/satisfaction/{token}")
        values["name"] = invitation.partner_id.name
        values["can_decline"] = True
        return self._render("survey_satisfaction.landing", values)

    @http.route("/satisfaction/open/<string:token>", methods=["GET"], readonly=True, **PUBLIC)
    def satisfaction_open_landing(self, token, **kwargs):
        wave = self._find_open_wave(token)
        if not wave:
            return self._render_closed()
        values = self._prepare_landing(wave, f"/satisfaction/open/{token}")
        return self._render("survey_satisfaction.landing", values)

    # --- Doing -------------------------------------------------------------------------

    @http.route("/satisfaction/<string:token>/start", methods=["POST"], **PUBLIC)
    def satisfaction_start(self, token, **kwargs):
        invitation = self._find_invitation(token)
        if not invitation:
            return self._render_closed()
        try:
            answer = invitation._start()
        except UserError:
            return self._render_closed()
        return self._redirect_to(answer)

    @http.route("/satisfaction/open/<string:token>/start", methods=["POST"], **PUBLIC)
    def satisfaction_open_start(self, token, **kwargs):
        wave = self._find_open_wave(token)
        if not wave:
            return self._render_closed()
        answer = wave._create_response({"channel": "open"}, request.env.lang)
        return self._redirect_to(answer)

    @http.route("/satisfaction/<string:token>/decline", methods=["POST"], **PUBLIC)
    def satisfaction_decline(self, token, forever=None, **kwargs):
        invitation = self._find_invitation(token)
        if not invitation:
            return self._render_closed()
        self._speak(invitation.lang)
        if forever:
            invitation._opt_out()
        else:
            invitation._decline()
        return self._render("survey_satisfaction.declined", {})

    # --- For the team ------------------------------------------------------------------

    @http.route("/satisfaction/wave/<int:wave_id>/xlsx", type="http", auth="user", readonly=True)
    def satisfaction_xlsx(self, wave_id, **kwargs):
        wave = request.env["satisfaction.wave"].browse(wave_id)
        content = request.env["satisfaction.export"]._export(wave)
        name = f"{wave.display_name}.xlsx"
        return request.make_response(
            content,
            headers=[
                (
                    "Content-Type",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                ),
                ("Content-Disposition", content_disposition(name)),
            ],
        )

    # --- Helpers -----------------------------------------------------------------------

    def _find_invitation(self, token):
        """Return the invitation of a token that may still be used, sudoed; else nothing."""
        # Sudo: possession of the token is the permission.
        invitation = (
            request.env["satisfaction.invitation"].sudo().search([("token", "=", token)], limit=1)
        )
        usable = invitation.state in ("planned", "sent", "started", "answered")
        if not invitation or not usable or not invitation._wave_accepts():
            return invitation.browse()
        return invitation

    def _find_open_wave(self, token):
        # Sudo: see above.
        wave = request.env["satisfaction.wave"].sudo().search([("open_token", "=", token)], limit=1)
        if not wave or not wave.allow_open_link or not wave._accepts_answers():
            return wave.browse()
        return wave

    def _speak(self, lang):
        """Show the page in the customer's language, whatever the browser prefers."""
        data = request.env["res.lang"]._get_data(code=lang or "")
        if data:
            request.update_context(lang=data.code)
            request.lang = data

    def _prepare_landing(self, wave, url):
        wave = wave.with_context(lang=request.env.lang)
        survey = wave.survey_id
        return {
            "wave": wave,
            "title": survey.title,
            "company": wave.company_id,
            "purpose": wave.campaign_id.purpose,
            "confidentiality": wave.confidentiality,
            "minutes": max(1, math.ceil(self._count_clicks(survey) / QUESTIONS_PER_MINUTE)),
            "date_close": wave.date_close,
            "url": url,
        }

    def _count_clicks(self, survey):
        return sum(len(question.matrix_row_ids) or 1 for question in survey.question_ids)

    def _redirect_to(self, answer):
        url = f"/survey/{answer.survey_id.access_token}/{answer.access_token}"
        lang = answer.lang_id.code or request.env.lang
        return request.redirect(request.env["ir.http"]._url_for(url, lang))

    def _render(self, template, values, status=200):
        values = {"no_survey_navigation": True, "html_data": self._get_page_language(), **values}
        return request.render(template, values, headers=PRIVATE, status=status)

    @staticmethod
    def _get_page_language():
        """Dialogs and messages of the browser's side follow the language of the page."""
        return {"lang": (request.env.lang or "en_US").replace("_", "-")}

    def _render_closed(self):
        """The same words for expired, closed, spent, mistyped and foreign links."""
        return self._render("survey_satisfaction.closed", {}, status=404)
