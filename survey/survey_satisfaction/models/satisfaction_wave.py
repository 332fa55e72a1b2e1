import base64
import hashlib
import hmac
import random
import uuid
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, email_normalize

from ..fields import NullableFloat
from .satisfaction_invitation import LIVE_STATES, WAITING_STATES

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
}
SEND_NOW = 500


class SatisfactionWave(models.Model):
    """One round of a campaign: the same questions, a frozen mapping, comparable figures."""

    _name = "satisfaction.wave"
    _description = "Satisfaction Wave"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_open desc, id desc"

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
        [
            ("identified", "Identified"),
            ("confidential", "Confidential"),
            ("anonymous", "Anonymous"),
        ],
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
    is_representative = fields.Boolean(compute="_compute_is_representative")
    previous_wave_id = fields.Many2one("satisfaction.wave", compute="_compute_previous_wave")
    conclusion = fields.Html(copy=False)
    approver_id = fields.Many2one("res.users", "Report Approved By", readonly=True, copy=False)
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
        result = super().write(vals)
        if "date_close" in vals:
            self._push_deadlines()
        return result

    def _check_client_values(self, vals):
        if GUARDED & vals.keys():
            raise AccessError(self.env._("Figures and state of a wave are not written by hand."))

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

    # --- Opening -----------------------------------------------------------------------

    def _open(self, build_frame=True):
        """Freeze questionnaire, mapping and mode; draw the frame."""
        self.ensure_one()
        campaign = self.campaign_id
        survey = campaign.survey_id
        mapping = survey.sudo()._get_score_mapping(campaign.scale_id)
        today = fields.Date.context_today(self)
        # Sudo: these are the guarded values; the campaign's buttons checked the user.
        self.sudo().write(
            {
                "state": "open",
                "survey_id": survey.id,
                "mapping": mapping["answers"],
                "scale_signature": mapping["signature"],
                # sudo: the settings are copied from a questionnaire the user may not read
                "confidentiality": survey.sudo().confidentiality or "identified",
                "min_cell": survey.sudo().min_cell or 5,
                "date_open": min(self.date_open, today),
                "date_close": max(
                    self.date_close or today, today + timedelta(days=campaign.open_days)
                ),
                "open_token": uuid.uuid4().hex,
                "anonymity_key": uuid.uuid4().hex,
            }
        )
        if build_frame and campaign.kind in ("periodic", "ad_hoc"):
            self._build_frame()

    def action_open(self):
        """Open a planned wave.

        :return: True
        """
        self._check_officer()
        for wave in self.filtered(lambda w: w.state == "planned"):
            wave.campaign_id._lock_row()
            wave.campaign_id._check_may_run()
            wave.campaign_id.survey_id._check_campaign_ready()
            wave._open()
            if wave.campaign_id.state != "running":
                wave.campaign_id._set_state("running")
        return True

    def _build_frame(self):
        """One row for every contact of the frame, asked or left out."""
        contacts = self.campaign_id._get_frame_contacts().sudo()
        reasons = self._get_exclusions(contacts)
        sampled = self._draw_sample(contacts.filtered(lambda c: c.id not in reasons))
        reasons.update(
            {c.id: "not_sampled" for c in contacts if c.id not in reasons and c not in sampled}
        )
        values = [self._prepare_invitation(c, reasons.get(c.id)) for c in contacts]
        # Sudo: invitations are made by waves only.
        self.env["satisfaction.invitation"].sudo().create(values)
        self._count_frame()

    def _count_frame(self):
        # sudo: the frame counts every invitation, also those a rule hides
        groups = (
            self.env["satisfaction.invitation"]
            .sudo()
            ._read_group(
                [("wave_id", "in", self.ids)],
                ["wave_id"],
                ["__count", "commercial_partner_id:count_distinct"],
            )
        )
        sizes = {wave.id: (count, accounts) for wave, count, accounts in groups}
        # sudo: figures are the server's, nobody may write them
        for wave in self.sudo():
            wave.frame_size, wave.frame_accounts = sizes.get(wave.id, (0, 0))

    def _draw_sample(self, contacts):
        """Key customers always; the rest by chance, reproducible from the wave's id."""
        campaign = self.campaign_id
        if campaign.sample_method == "all":
            return contacts
        size = campaign.sample_size
        if campaign.sample_method == "random_pct":
            size = round(len(contacts) * size / 100)
        keys = contacts.filtered(campaign._is_key_account)
        rest = (contacts - keys).sorted("id")
        wanted = min(len(rest), max(0, int(size) - len(keys)))
        chosen = random.Random(self.id).sample(rest.ids, wanted)  # noqa: S311 (a sample, no secret)
        return keys | contacts.browse(chosen)

    def _get_exclusions(self, contacts, exclude=None):
        """Return ``{contact id: reason}`` of the contacts that are not asked."""
        reasons = {}
        if not self.campaign_id.quarantine_exempt:
            reasons = self._get_rest_reasons(contacts, exclude)
        by_mail = self.campaign_id.channel == "email"
        for contact in contacts:
            if contact.survey_opt_out or contact.commercial_partner_id.survey_opt_out:
                reasons[contact.id] = "opt_out"
            elif by_mail and not email_normalize(contact.email or ""):
                reasons[contact.id] = "no_email"
        if by_mail:
            reasons.update(self._get_blacklisted(contacts, reasons))
        return reasons

    def _get_blacklisted(self, contacts, reasons):
        emails = {email_normalize(c.email or ""): c.id for c in contacts if c.id not in reasons}
        # sudo: the blacklist is closed to survey users; only a yes or no is used
        found = self.env["mail.blacklist"].sudo().search([("email", "in", list(emails))])
        return {emails[item.email]: "blacklisted" for item in found}

    def _get_rest_reasons(self, contacts, exclude=None):
        """Return who was asked lately, by any wave of any company: it is the same person.

        Waves exclude themselves from the rest of the account, so that several contacts of one
        customer can be asked together; events (which exclude nothing) do not.
        """
        campaign = self.campaign_id
        now = fields.Datetime.now()
        self.env["satisfaction.invitation"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id,
                       bool_or(i.partner_id = p.id AND i.asked > %(contact)s),
                       bool_or(i.asked > %(account)s AND (i.wave_id != %(wave)s OR %(event)s))
                  FROM res_partner p
                  JOIN (SELECT id, partner_id, commercial_partner_id, wave_id,
                               coalesce(sent_at, planned_at, create_date) AS asked
                          FROM satisfaction_invitation
                         WHERE state IN %(live)s) i
                    ON (i.commercial_partner_id = p.commercial_partner_id
                        OR i.partner_id = p.id)
                 WHERE p.id IN %(ids)s AND NOT (i.id = ANY(%(exclude)s))
                 GROUP BY p.id
                """,
                contact=now - timedelta(days=campaign.quarantine_contact_days),
                account=now - timedelta(days=campaign.quarantine_account_days),
                wave=self.id,
                event=campaign.kind == "transactional",
                live=LIVE_STATES,
                ids=tuple(contacts.ids) or (0,),
                exclude=exclude.ids if exclude else [],
            )
        )
        return {
            partner_id: "contact_rest" if contact else "account_rest"
            for partner_id, contact, account in rows
            if contact or account
        }

    def _prepare_invitation(self, partner, reason=None, origin=False, at=None, occasion=0):
        state = "planned"
        if reason:
            state = "quarantined" if reason.endswith("_rest") else "excluded"
        return {
            "wave_id": self.id,
            "partner_id": partner.id,
            "commercial_partner_id": partner.commercial_partner_id.id,
            "email": partner.email,
            "lang": partner.lang or self.company_id.partner_id.lang or self.env.lang,
            "channel": self.campaign_id.channel,
            "state": state,
            "reason": reason or False,
            "planned_at": at,
            "origin_model": origin._name if origin else False,
            "origin_id": origin.id if origin else False,
            "occasion": occasion,
            **self._prepare_segments(partner, origin),
        }

    def _prepare_segments(self, partner, origin=False):
        """Who the customer was when asked; kept, because people move between segments."""
        account = partner.commercial_partner_id
        year_ago = fields.Datetime.now() - timedelta(days=365)
        age = "new" if account.create_date and account.create_date > year_ago else "old"
        return {
            "user_id": (partner.user_id or account.user_id).id,
            "country_id": account.country_id.id,
            "region_id": account.state_id.id,
            "industry_id": account.industry_id.id,
            "category_id": account.category_id[:1].id,
            "customer_type": "company" if account.is_company else "person",
            "customer_age": age,
        }

    def _invite(self, partner, origin=False, at=None, occasion=0):
        """Add one contact to an open wave (see ``satisfaction.campaign.enqueue``)."""
        reason = self._get_exclusions(partner).get(partner.id)
        # Sudo: see _build_frame.
        Invitation = self.env["satisfaction.invitation"].sudo()
        invitation = Invitation.create(
            self._prepare_invitation(partner, reason, origin, at, occasion)
        )
        self._count_frame()
        return invitation

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

    def _anonymous_token(self, token):
        """A key known to the holder of the link only; it finds the response, no row does."""
        key = (self.sudo().anonymity_key or "").encode()
        digest = hmac.new(key, token.encode(), hashlib.sha256).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))

    def _start_anonymous(self, token):
        """Start or resume without a trace between invitation and response."""
        access_token = self._anonymous_token(token)
        # Sudo: see _create_response.
        answer = (
            self.env["survey.user_input"]
            .sudo()
            .search([("access_token", "=", access_token), ("wave_id", "=", self.id)])
        )
        return answer or self._create_response(
            {"access_token": access_token, "channel": "link"}, None
        )

    def _cron_unlink_anonymous(self):
        """Mark the invitations of anonymous waves as answered, several at a time, out of order.

        Only when enough responses came together (or the wave is over) is anything written, and
        the key that connected them is replaced in the same step.
        """
        waves = self.search([("confidentiality", "=", "anonymous"), ("anonymity_key", "!=", False)])
        for wave in waves:
            wave._settle_anonymous()

    def _settle_anonymous(self):
        self.ensure_one()
        invitations = self.env["satisfaction.invitation"].search(
            [("wave_id", "=", self.id), ("state", "in", (*WAITING_STATES, "expired"))]
        )
        tokens = {self._anonymous_token(i.token): i.id for i in invitations}
        done = self.env["survey.user_input"].search(
            [
                ("wave_id", "=", self.id),
                ("state", "=", "done"),
                ("access_token", "in", list(tokens)),
            ]
        )
        closing = self.state != "open"
        if done and (closing or len(done) >= self.min_cell):
            answered = sorted(tokens[answer.access_token] for answer in done)
            self._blur(answered, done)
        if closing:
            self.anonymity_key = False

    def _blur(self, invitation_ids, answers):
        cr, now = self.env.cr, fields.Datetime.now().replace(hour=0, minute=0, second=0)
        self.env.flush_all()
        cr.execute(
            SQL(
                "UPDATE satisfaction_invitation SET state = 'answered', responded_pct = 100, "
                "answered_at = %s, write_date = %s WHERE id IN %s",
                now,
                now,
                tuple(invitation_ids),
            )
        )
        for answer in answers:
            cr.execute(
                SQL(
                    "UPDATE survey_user_input SET access_token = %s, write_date = %s WHERE id = %s",
                    str(uuid.uuid4()),
                    now,
                    answer.id,
                )
            )
        self.env.invalidate_all()

    # --- Closing -----------------------------------------------------------------------

    def action_close(self):
        """Close: late answers are refused, open invitations expire, figures are frozen.

        Idempotent; a closed wave stays as it is.

        :return: True
        """
        self._check_officer()
        for wave in self:
            wave.campaign_id._lock_row()
            wave.invalidate_recordset()
            if wave.state == "open":
                wave.sudo()._close()
        return True

    def _close(self):
        self.ensure_one()
        if self.confidentiality == "anonymous":
            self.state = "closed"
            self._settle_anonymous()
        self._expire_invitations()
        self._refresh_figures()
        self.write({"state": "closed", "closed_at": fields.Datetime.now()})
        self.env["satisfaction.rule"]._apply_to_silence(self)
        self._ask_for_conclusion()

    def _expire_invitations(self):
        """In SQL: a wave may have a hundred thousand of them."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE satisfaction_invitation SET state = 'expired', responded_pct = 0 "
                "WHERE wave_id = %s AND state IN ('sent', 'started')",
                self.id,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE satisfaction_invitation SET state = 'excluded', reason = 'manual' "
                "WHERE wave_id = %s AND state = 'planned'",
                self.id,
            )
        )
        self.env.invalidate_all()

    def _refresh_figures(self):
        """Store the figures of the wave."""
        for wave in self:
            figures = wave.env["satisfaction.figures"]._get_kpis(wave)
            wave.write(
                {
                    **{name: figures[name] for name in KPI_FIELDS},
                    "response_count": figures["n"],
                    "invited_count": figures["invited"],
                }
            )

    def _ask_for_conclusion(self):
        owner = self.campaign_id.user_id
        local = self.with_context(lang=owner.lang)
        rate = self.response_rate
        if rate is not False and rate < self.campaign_id.min_response_rate:
            self.message_post(
                body=local.env._(
                    "Not representative: %(rate).1f %% answered, %(goal).0f %% are needed.",
                    rate=rate,
                    goal=self.campaign_id.min_response_rate,
                )
            )
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=owner.id,
            date_deadline=fields.Date.context_today(self) + timedelta(days=14),
            summary=local.env._("Write the conclusion and report wave %s", self.name),
        )

    def action_report(self):
        """Approve the report of a closed wave (managers).

        :return: True
        :raises UserError: without a conclusion
        """
        self.check_access("write")
        if not self.campaign_id._is_manager():
            raise AccessError(self.env._("Only a satisfaction manager approves a report."))
        for wave in self:
            if wave.state != "closed":
                raise UserError(self.env._("Close the wave first."))
            if not wave.conclusion:
                raise UserError(self.env._("Write the conclusion first."))
            # sudo: state and approver are the server's, written after the checks above
            wave.sudo().write({"state": "reported", "approver_id": self.env.uid})
        return True

    def action_recompute(self):
        """Rebuild the results of every response from its answers; the same answers give the
        same rows and no second case.

        :return: True
        """
        self._check_officer()
        # Sudo: results are read-only for everybody; the group was checked above.
        answers = self.env["survey.user_input"].sudo()
        for wave in self.sudo():
            domain = [("wave_id", "=", wave.id), ("state", "=", "done")]
            answers.search(domain, order="id")._compute_results()
            wave._refresh_figures()
        return True

    @api.model
    def _cron_close(self):
        """Close the waves past their last day, refresh the others."""
        today = fields.Date.context_today(self)
        for wave in self.search([("state", "=", "open")]):
            if wave.date_close and wave.date_close < today:
                wave._close()
            else:
                wave._refresh_figures()
            self.env["ir.cron"]._commit_progress(1)

    # --- Figures -----------------------------------------------------------------------

    def _check_figures_access(self):
        """Salespeople see confidential figures when the wave is over: two looks at an open wave
        would tell who answered in between."""
        self.check_access("read")
        if self.env.su or self.env.user.has_group("survey_satisfaction.group_satisfaction_officer"):
            return
        for wave in self:
            if wave.confidentiality != "identified" and wave.state == "open":
                raise AccessError(self.env._("The figures are shown when the wave is closed."))

    @api.readonly
    def get_kpis(self):
        """Return the key figures of one wave.

        :return: dict ``n`` (valid responses), ``invited`` (reached by an invitation),
            ``response_rate``, ``index``, ``index_low``, ``index_high``, ``csat``, ``csat_low``,
            ``csat_high``, ``nps``, ``nps_low``, ``nps_high``, ``alpha``; percent, ``False``
            where not computable. Closed waves return what was frozen at closing. Intervals:
            95 %, Student's t for the index, Wilson for the share of satisfied, adjusted Wald
            for the NPS, each with the finite population correction; none below ten responses.
        """
        self.ensure_one()
        self._check_figures_access()
        if self.state == "open":
            # Sudo: results of the whole wave, whoever's customers they are.
            return self.env["satisfaction.figures"].sudo()._get_kpis(self.sudo())
        frozen = {name: self[name] for name in KPI_FIELDS}
        figures = {"n": self.response_count, "invited": self.invited_count, **frozen}
        return self._hide_small(figures)

    def _hide_small(self, figures):
        if self.confidentiality != "identified" and figures["n"] < self.min_cell:
            return {
                name: value if name in ("n", "invited", "response_rate") else False
                for name, value in figures.items()
            }
        return figures

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
