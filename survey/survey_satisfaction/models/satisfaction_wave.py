import base64
from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..fields import NullableFloat
from .satisfaction_figures import LARGE
from .survey_survey import CONFIDENTIALITY

KPI_FIELDS = (
    "index",
    "index_low",
    "index_high",
    "csat",
    "csat_low",
    "csat_high",
    "nps",
    "nps_low",
    "nps_high",
    "response_rate",
    "alpha",
)
# Set by buttons and crons only; everything else of a wave may be edited by the team.
GUARDED = {
    *KPI_FIELDS,
    "state",
    "mapping",
    "scale_signature",
    "survey_id",
    "campaign_id",
    "confidentiality",
    "min_cell",
    "frame_size",
    "frame_accounts",
    "response_count",
    "invited_count",
    "open_token",
    "anonymity_key",
    "closed_at",
    "approver_id",
    "report_pdf",
    "tables",
    "figures_at",
}
SEND_NOW = 500
# Up to here figures of an open wave are counted while one looks; beyond, once an hour.
LIVE_RESPONSES = LARGE


class SatisfactionWave(models.Model):
    """One round of a campaign: the same questions, a frozen mapping, comparable figures."""

    _name = "satisfaction.wave"
    _description = "Satisfaction Wave"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_open, id"  # graphs and pivots read from left to right

    campaign_id = fields.Many2one(
        "satisfaction.campaign", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    user_id = fields.Many2one(related="campaign_id.user_id")
    survey_id = fields.Many2one(
        "survey.survey", "Questionnaire", index=True, ondelete="restrict", readonly=True
    )
    name = fields.Char(required=True, tracking=True)
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("open", "Open"),
            ("closed", "Closed"),
            ("reported", "Reported"),
        ],
        default="planned",
        required=True,
        tracking=True,
        copy=False,
        index=True,
    )
    date_open = fields.Date("Opens", default=fields.Date.context_today, required=True)
    date_close = fields.Date("Closes", tracking=True)
    closed_at = fields.Datetime(readonly=True, copy=False)
    confidentiality = fields.Selection(
        CONFIDENTIALITY,
        default="identified",
        readonly=True,
    )
    min_cell = fields.Integer(default=5, readonly=True)
    mapping = fields.Json(readonly=True, copy=False)
    scale_signature = fields.Char("Scores", readonly=True, copy=False)
    frame_size = fields.Integer("Contacts", readonly=True, copy=False)
    frame_accounts = fields.Integer("Customers", readonly=True, copy=False)
    invited_count = fields.Integer("Invited", readonly=True, copy=False)
    response_count = fields.Integer("Responses", readonly=True, copy=False)
    current_response_count = fields.Integer("Responses Now", compute="_compute_current_counts")
    current_invited_count = fields.Integer("Invited Now", compute="_compute_current_counts")
    index = NullableFloat("Satisfaction Index", readonly=True, copy=False, aggregator="avg")
    index_low = NullableFloat(readonly=True, copy=False, aggregator=None)
    index_high = NullableFloat(readonly=True, copy=False, aggregator=None)
    csat = NullableFloat("Satisfied (%)", readonly=True, copy=False, aggregator="avg")
    csat_low = NullableFloat(readonly=True, copy=False, aggregator=None)
    csat_high = NullableFloat(readonly=True, copy=False, aggregator=None)
    nps = NullableFloat("NPS", readonly=True, copy=False, aggregator="avg")
    nps_low = NullableFloat(readonly=True, copy=False, aggregator=None)
    nps_high = NullableFloat(readonly=True, copy=False, aggregator=None)
    response_rate = NullableFloat("Response Rate (%)", readonly=True, copy=False, aggregator="avg")
    alpha = NullableFloat("Reliability (α)", readonly=True, copy=False, aggregator=None)
    tables = fields.Json(readonly=True, copy=False, groups="base.group_system")
    figures_at = fields.Datetime("Figures Of", readonly=True, copy=False)
    is_representative = fields.Boolean(compute="_compute_is_representative")
    previous_wave_id = fields.Many2one("satisfaction.wave", compute="_compute_previous_wave")
    conclusion = fields.Html(copy=False)
    approver_id = fields.Many2one("res.users", "Report Approved By", readonly=True, copy=False)
    report_pdf = fields.Binary(
        "Report as Approved",
        attachment=True,
        readonly=True,
        copy=False,
        groups="survey_satisfaction.group_satisfaction_officer",
    )
    report_pdf_name = fields.Char("Report File Name", compute="_compute_report_pdf_name")
    invitation_ids = fields.One2many("satisfaction.invitation", "wave_id")
    case_count = fields.Integer("Open Cases", compute="_compute_case_count")
    open_token = fields.Char(copy=False, groups="survey_satisfaction.group_satisfaction_manager")
    open_url = fields.Char(
        "Link for Everybody",
        compute="_compute_open_url",
        groups="survey_satisfaction.group_satisfaction_officer",
    )
    open_qr = fields.Binary(
        "QR Code",
        compute="_compute_open_qr",
        groups="survey_satisfaction.group_satisfaction_officer",
    )
    allow_open_link = fields.Boolean(related="campaign_id.allow_open_link")
    anonymity_key = fields.Char(copy=False, groups="base.group_system")
    dashboard = fields.Json(compute="_compute_dashboard")

    _name_unique = models.Constraint(
        "unique(campaign_id, name)", "A campaign has one wave of a name."
    )
    _one_open = models.UniqueIndex(
        "(campaign_id) WHERE state = 'open'", "A campaign has one open wave."
    )

    # --- Computes ----------------------------------------------------------------------

    @api.depends("name", "campaign_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for wave in self:
            wave.display_name = f"{wave.campaign_id.name or ''} {wave.name or ''}".strip()

    @api.depends("display_name")
    def _compute_report_pdf_name(self):
        for wave in self:
            wave.report_pdf_name = f"{wave.display_name}.pdf"

    @api.depends("response_rate", "campaign_id.min_response_rate")
    def _compute_is_representative(self):
        for wave in self:
            rate = wave.response_rate
            wave.is_representative = (
                rate is not False and rate >= wave.campaign_id.min_response_rate
            )

    def _compute_previous_wave(self):
        for wave in self:
            wave.previous_wave_id = self.search(
                [
                    ("campaign_id", "=", wave.campaign_id.id),
                    ("state", "in", ("closed", "reported")),
                    ("id", "!=", wave.id),
                    ("date_open", "<=", wave.date_open),
                ],
                order="date_open desc, id desc",
                limit=1,
            )

    def _compute_case_count(self):
        counts = dict(
            self.env["satisfaction.case"]._read_group(
                [("wave_id", "in", self.ids), ("is_open", "=", True)], ["wave_id"], ["__count"]
            )
        )
        for wave in self:
            wave.case_count = counts.get(wave, 0)

    def _compute_current_counts(self):
        """What came in up to this moment; the stored counts belong to the stored figures."""
        for wave in self:
            invited, responses = wave.invited_count, wave.response_count
            if wave._is_live():
                # sudo: two numbers, responses and invitations are for the survey team
                figures = self.env["satisfaction.figures"].sudo()
                invited, _answered, responses = figures._get_counts(wave.sudo())
            wave.current_invited_count, wave.current_response_count = invited, responses

    def _compute_open_url(self):
        # sudo: the link's token is for the server only, the address is for all
        for wave in self.sudo():
            wave.open_url = (
                f"{wave.get_base_url()}/satisfaction/open/{wave.open_token}"
                if wave.open_token and wave.allow_open_link
                else False
            )

    def _compute_open_qr(self):
        for wave in self:
            wave.open_qr = (
                base64.b64encode(
                    self.env["ir.actions.report"].barcode(
                        "QR", wave.open_url, width=300, height=300
                    )
                )
                if wave.open_url
                else False
            )

    def _compute_dashboard(self):
        for wave in self:
            wave.dashboard = wave._get_dashboard() if wave.state != "planned" else False

    def _is_live(self):
        """Whether the figures are counted at the moment one looks; closed waves keep theirs,
        very large ones show those of the last hour."""
        self.ensure_one()
        return self.state == "open" and self.response_count <= LIVE_RESPONSES

    # --- What a client may not decide --------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._check_client_values({k: v for k, v in vals.items() if k != "campaign_id"})
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_client_values(vals)
            self._check_not_reported(vals)
        result = super().write(vals)
        if "date_close" in vals:
            self._push_deadlines()
        return result

    def _check_client_values(self, vals):
        if GUARDED & vals.keys():
            raise AccessError(self.env._("Figures and state of a wave are not written by hand."))

    def _check_not_reported(self, vals):
        """What a manager has approved stays as it was approved."""
        if {"name", "date_open", "date_close", "conclusion"} & vals.keys() and self.filtered(
            lambda wave: wave.state == "reported"
        ):
            raise UserError(self.env._("The report of this wave is approved."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.filtered(lambda wave: wave.state != "planned"):
            raise UserError(self.env._("A wave with answers is kept."))

    def _push_deadlines(self):
        """A longer wave gives those who have begun the same time."""
        for wave in self.filtered(lambda w: w.state == "open"):
            # Sudo: responses belong to the survey team.
            self.env["survey.user_input"].sudo().search(
                [("wave_id", "=", wave.id), ("state", "!=", "done")]
            ).deadline = wave._get_deadline()

    def _check_officer(self):
        self.check_access("write")
        if not self.env.user.has_group("survey_satisfaction.group_satisfaction_officer"):
            raise AccessError(self.env._("Only the survey team may do this."))

    # --- Sending -----------------------------------------------------------------------

    def action_send(self):
        """Send the invitations that are due: the first hundreds now, the rest by the cron.

        Idempotent: whoever was invited is not invited again.

        :return: number of contacts invited by this call
        """
        self._check_officer()
        total = 0
        # Sudo: templates show the personal link, which officers do not see.
        Invitation = self.env["satisfaction.invitation"].sudo()
        for wave in self:
            if wave.state != "open":
                raise UserError(self.env._("Open the wave first."))
            domain = [*Invitation._get_due_domain(), ("wave_id", "=", wave.id)]
            total += Invitation.search(domain, limit=SEND_NOW, order="id")._send_batch()
            if Invitation.search_count(domain, limit=1):
                # sudo: scheduled actions are the administrator's; figures are the server's
                self.env.ref("survey_satisfaction.ir_cron_send").sudo()._trigger()
        self.sudo()._refresh_figures()
        return total

    def action_remind(self):
        """Remind everybody who was invited and has not answered.

        :return: True
        """
        self._check_officer()
        invitations = self.env["satisfaction.invitation"].search(
            [("wave_id", "in", self.ids), ("state", "in", ("sent", "started"))]
        )
        return invitations.action_remind()

    # --- Answering ---------------------------------------------------------------------

    def _accepts_answers(self):
        """Whether answers are still taken: open, not past its last day."""
        self.ensure_one()
        return (
            self.state == "open"
            and self.campaign_id.state == "running"
            and fields.Datetime.now() <= self._get_deadline()
        )

    def _get_deadline(self):
        """The end of the last day (UTC, plus the hours that day still lasts in the west)."""
        return datetime.combine(self.date_close, time.max) if self.date_close else datetime.max

    def _create_response(self, values, lang_code):
        """Create the response; core's own ``_create_answer`` is for core's own links."""
        lang = self.env["res.lang"]._lang_get(lang_code) if lang_code else False
        supported = self.survey_id._get_supported_lang_codes()
        # Sudo: answered by people without any right; the token was checked.
        answer = (
            self.env["survey.user_input"]
            .sudo()
            .with_context(mail_create_nolog=True, tracking_disable=True, mail_notrack=True)
            .create(
                {
                    "survey_id": self.survey_id.id,
                    "wave_id": self.id,
                    "company_id": self.company_id.id,
                    "deadline": self._get_deadline(),
                    "lang_id": lang.id if lang and lang.code in supported else False,
                    **values,
                }
            )
        )
        answer._mark_in_progress()
        return answer

    # --- Figures -----------------------------------------------------------------------

    def action_view_invitations(self):
        """Open the invitations of the wave."""
        return self._open_related("satisfaction.invitation", self.env._("Invitations"))

    def action_view_results(self):
        """Open the results of the wave."""
        action = self._open_related(
            "satisfaction.result", self.env._("Results"), "graph,pivot,list"
        )
        action["context"] = {"search_default_items": 1}
        return action

    def action_view_responses(self):
        """Open the responses of the wave."""
        return self._open_related("survey.user_input", self.env._("Responses"))

    def action_view_cases(self):
        """Open the cases of the wave."""
        return self._open_related("satisfaction.case", self.env._("Cases"), "kanban,list,form")

    def _open_related(self, model, name, views="list,form"):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": views,
            "domain": [("wave_id", "=", self.id)],
        }

    def action_export_xlsx(self):
        """Download all responses, one row each, with a code book."""
        self.ensure_one()
        self._check_officer()
        return {
            "type": "ir.actions.act_url",
            "url": f"/satisfaction/wave/{self.id}/xlsx",
            "target": "self",
        }

    def action_import(self):
        """Import the answers an agency has collected."""
        self.ensure_one()
        self._check_officer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Answers"),
            "res_model": "satisfaction.import",
            "view_mode": "form",
            "target": "new",
            "context": {"default_wave_id": self.id},
        }
