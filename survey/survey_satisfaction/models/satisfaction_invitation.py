import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..fields import NullableFloat
from .satisfaction_campaign import CHANNELS

SENT_STATES = ("sent", "started", "answered", "declined", "expired")
LIVE_STATES = ("planned", *SENT_STATES)
WAITING_STATES = ("planned", "sent", "started")


class SatisfactionInvitation(models.Model):
    """One contact of the sampling frame, asked or left out and why.

    Light on purpose (no chatter): waves have tens of thousands of them. The response is a
    record of its own, so reminders, response rate and anonymity come out right.
    """

    _name = "satisfaction.invitation"
    _description = "Satisfaction Invitation"
    _order = "id desc"
    _rec_name = "partner_id"

    wave_id = fields.Many2one(
        "satisfaction.wave", required=True, index=True, ondelete="cascade", readonly=True
    )
    campaign_id = fields.Many2one(
        related="wave_id.campaign_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="wave_id.company_id", store=True, index=True, precompute=True
    )
    survey_id = fields.Many2one(related="wave_id.survey_id")
    partner_id = fields.Many2one("res.partner", "Contact", index=True, ondelete="set null")
    commercial_partner_id = fields.Many2one(
        "res.partner", "Customer", index=True, ondelete="set null"
    )
    email = fields.Char()
    lang = fields.Char()
    lang_name = fields.Char("Language", compute="_compute_lang_name")
    token = fields.Char(
        required=True,
        copy=False,
        default=lambda self: uuid.uuid4().hex,
        groups="survey_satisfaction.group_satisfaction_manager",
    )
    landing_url = fields.Char(
        compute="_compute_landing_url", groups="survey_satisfaction.group_satisfaction_manager"
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("sent", "Invited"),
            ("started", "Started"),
            ("answered", "Answered"),
            ("declined", "Declined"),
            ("undeliverable", "Undeliverable"),
            ("quarantined", "Resting"),
            ("excluded", "Left Out"),
            ("expired", "Not Answered"),
        ],
        default="planned",
        required=True,
        index=True,
    )
    reason = fields.Selection(
        [
            ("opt_out", "Does not want surveys"),
            ("blacklisted", "Email blacklisted"),
            ("no_email", "No valid email address"),
            ("contact_rest", "Contact was asked recently"),
            ("account_rest", "Customer was asked recently"),
            ("not_sampled", "Not in the sample"),
            ("bounced", "Email could not be delivered"),
            ("manual", "Left out by hand"),
        ]
    )
    note = fields.Char()
    planned_at = fields.Datetime("Send At")
    sent_at = fields.Datetime("Invited At", index="btree_not_null")
    reminder_count = fields.Integer("Reminders")
    last_reminder_at = fields.Datetime()
    answered_at = fields.Datetime()
    channel = fields.Selection(CHANNELS, required=True, default="email")
    interviewer_id = fields.Many2one("res.users")
    origin_model = fields.Char()
    origin_id = fields.Many2oneReference("Caused By", model_field="origin_model")
    occasion = fields.Integer(help="Number of the check survey of a reopened case.")
    user_input_id = fields.Many2one(
        "survey.user_input",
        "Response",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        groups="survey_satisfaction.group_satisfaction_officer",
    )
    user_id = fields.Many2one("res.users", "Salesperson")
    country_id = fields.Many2one("res.country")
    region_id = fields.Many2one("res.country.state")
    industry_id = fields.Many2one("res.partner.industry")
    category_id = fields.Many2one("res.partner.category", "Customer Tag")
    customer_type = fields.Selection([("company", "Company"), ("person", "Person")])
    customer_age = fields.Selection([("new", "New customer"), ("old", "Existing customer")])
    weight = fields.Float(default=1.0, help="Weight of the customer, e.g. its revenue.")
    responded_pct = NullableFloat(
        "Response Rate (%)",
        aggregator="avg",
        compute="_compute_responded_pct",
        store=True,
        help="0 or 100, empty for those who were never asked: any average is a response rate.",
    )

    _token_unique = models.UniqueIndex("(token)", "A token must be unique.")
    _once = models.UniqueIndex(
        "(wave_id, partner_id, coalesce(origin_model, ''), coalesce(origin_id, 0),"
        " coalesce(occasion, 0))"
        " WHERE partner_id IS NOT NULL",
        "A contact is invited once per wave and event.",
    )
    _wave_state = models.Index("(wave_id, state)")

    @api.depends("state")
    def _compute_responded_pct(self):
        for invitation in self:
            if invitation.state == "answered":
                invitation.responded_pct = 100.0
            elif invitation.state in SENT_STATES:
                invitation.responded_pct = 0.0
            else:
                invitation.responded_pct = None

    @api.depends("lang")
    def _compute_lang_name(self):
        names = dict(self.env["res.lang"].get_installed())
        for invitation in self:
            invitation.lang_name = names.get(invitation.lang, invitation.lang)

    def _compute_landing_url(self):
        for invitation in self:
            base = invitation.wave_id.get_base_url()
            invitation.landing_url = f"{base}/satisfaction/{invitation.token}"

    @api.depends("partner_id", "wave_id")
    def _compute_display_name(self):
        for invitation in self:
            name = invitation.partner_id.name or self.env._("Anonymous")
            invitation.display_name = f"{name} ({invitation.wave_id.name})"

    def _is_live(self):
        return bool(self) and self.state in LIVE_STATES

    # --- What people do with it --------------------------------------------------------

    def _wave_accepts(self):
        """Whether the wave still takes answers."""
        self.ensure_one()
        return self.wave_id._accepts_answers()

    def _lock_row(self):
        """Wait for a second tab or a double click, then look again."""
        self.env.cr.execute(
            SQL("SELECT id FROM satisfaction_invitation WHERE id IN %s FOR UPDATE", tuple(self.ids))
        )
        self.invalidate_recordset()

    def _start(self, channel=None, interviewer=None, values=None):
        """Return the one response of this invitation, created on first use.

        :param channel: recorded channel of an interview
        :param interviewer: user who asks on behalf of the customer
        :param values: further values of the response (respondent)
        :raises UserError: when the wave takes no answers any more
        """
        self.ensure_one()
        self.flush_recordset()
        self._lock_row()
        if not self._wave_accepts() or self.state not in (*WAITING_STATES, "answered"):
            raise UserError(self.env._("This survey is closed."))
        wave = self.wave_id
        if wave.confidentiality == "anonymous":
            return self._start_anonymous()
        if self.user_input_id:
            return self.user_input_id
        answer = wave._create_response(
            {
                "invitation_id": self.id,
                "partner_id": self.partner_id.id,
                "email": self.email,
                "commercial_partner_id": self.commercial_partner_id.id,
                "channel": channel or self.channel,
                "interviewer_id": interviewer.id if interviewer else False,
                **(values or {}),
            },
            self.lang,
        )
        self.write(
            {
                "user_input_id": answer.id,
                "state": "started",
                "sent_at": self.sent_at or fields.Datetime.now(),
                "channel": answer.channel,
                "interviewer_id": answer.interviewer_id.id,
            }
        )
        answer._prefill_header(self.partner_id)
        return answer

    def _start_anonymous(self):
        """Once the answer is counted nothing leads back to it, so nothing can be resumed."""
        if self.state == "answered":
            raise UserError(self.env._("This survey is closed."))
        return self.wave_id._start_anonymous(self.token)

    def _decline(self):
        """The customer does not want to answer; nobody reminds them."""
        self.ensure_one()
        self._lock_row()
        if self.state in ("planned", "sent", "started") and self._wave_accepts():
            self.state = "declined"

    def _opt_out(self):
        self._decline()
        self.partner_id.survey_opt_out = True

    def _mark_answered(self):
        self.write({"state": "answered", "answered_at": fields.Datetime.now()})
        for invitation in self.filtered("campaign_id.thanks_template_id"):
            if invitation.channel == "email":
                invitation._queue_mails("thanks_template_id")

    def _check_officer(self):
        self.check_access("read")
        if not self.env.user.has_group("survey_satisfaction.group_satisfaction_officer"):
            raise UserError(self.env._("Only the survey team may do this."))

    def action_interview(self):
        """Open the interview dialog: an employee asks by phone, visit or paper."""
        self.ensure_one()
        self._check_officer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Interview"),
            "res_model": "satisfaction.interview",
            "view_mode": "form",
            "target": "new",
            "context": {"default_invitation_id": self.id},
        }

    def action_mark_undeliverable(self):
        """Take contacts out of the response rate because the invitation never arrived.

        :return: True
        """
        self._check_officer()
        waiting = self.filtered(lambda i: i.state in WAITING_STATES)
        # Sudo: invitations are read-only for clients; the group was checked above.
        waiting.sudo().write({"state": "undeliverable", "reason": "bounced"})
        return True

    def action_exclude(self):
        """Leave out planned contacts by hand.

        :return: True
        """
        self._check_officer()
        planned = self.filtered(lambda i: i.state == "planned")
        # Sudo: see above.
        planned.sudo().write({"state": "excluded", "reason": "manual"})
        return True

    def action_remind(self):
        """Remind now, whatever the interval; never those who answered or declined.

        :return: True
        """
        self._check_officer()
        # Sudo: templates show the personal link, which officers do not see.
        self.sudo().filtered(lambda i: i._wave_accepts())._remind_batch()
        return True

    def action_open_origin(self):
        """Open the order, delivery or case that caused the invitation."""
        self.ensure_one()
        if not self.origin_model:
            raise UserError(self.env._("This invitation has no origin."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.origin_model,
            "res_id": self.origin_id,
            "views": [(False, "form")],
        }

    def action_view_response(self):
        """Open the response (survey team only)."""
        self.ensure_one()
        if not self.user_input_id:
            raise UserError(self.env._("There is no response to show."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "survey.user_input",
            "res_id": self.user_input_id.id,
            "views": [(False, "form")],
        }

    @api.model
    def _get_rest_since(self, days):
        return fields.Datetime.now() - timedelta(days=days)
