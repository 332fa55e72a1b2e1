import ast
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

STATES = [
    ("draft", "Draft"),
    ("submitted", "Submitted"),
    ("approved", "Approved"),
    ("running", "Running"),
    ("paused", "Paused"),
    ("closed", "Closed"),
]
CHANNELS = [
    ("email", "Email"),
    ("link", "Personal Link"),
    ("phone", "Phone"),
    ("visit", "Visit"),
    ("paper", "Paper"),
    ("open", "Open Link"),
    ("import", "Agency"),
]
BUDGET_PARAM = "survey_satisfaction.approval_free_budget"


class SatisfactionCampaign(models.Model):
    """Why, whom, how often and with which questions we ask."""

    _name = "satisfaction.campaign"
    _description = "Satisfaction Campaign"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
        help="The target is looked up with this person's access rights.",
    )
    survey_id = fields.Many2one(
        "survey.survey",
        "Questionnaire",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        domain="[('is_satisfaction_template', '=', False), "
        "('company_id', 'in', [False, company_id])]",
    )
    kind = fields.Selection(
        [
            ("periodic", "Periodic"),
            ("transactional", "After an Event"),
            ("ad_hoc", "Once"),
            ("third_party", "By an Agency"),
        ],
        required=True,
        default="periodic",
        tracking=True,
    )
    purpose = fields.Text(
        translate=True, help="Customers read it on the first page: why we ask, what we do with it."
    )
    target_domain = fields.Char(default="[('is_company', '=', True)]", required=True)
    contact_policy = fields.Selection(
        [
            ("main", "One contact per customer"),
            ("all", "All contacts"),
            ("tagged", "Contacts with a tag or position"),
        ],
        required=True,
        default="main",
    )
    contact_category_ids = fields.Many2many(
        "res.partner.category",
        "satisfaction_campaign_contact_category_rel",
        string="Contact Tags",
    )
    contact_function = fields.Char("Position Contains")
    key_category_ids = fields.Many2many(
        "res.partner.category",
        "satisfaction_campaign_key_category_rel",
        string="Key Customer Tags",
        help="Customers with one of these tags are always asked, whatever the sample.",
    )
    sample_method = fields.Selection(
        [
            ("all", "Everybody"),
            ("random_n", "Random number"),
            ("random_pct", "Random share"),
        ],
        required=True,
        default="all",
        help="With fewer than about a hundred customers, ask everybody.",
    )
    sample_size = fields.Float(help="Number of contacts, or percent.")
    interval_number = fields.Integer("Repeat Every", default=1)
    interval_type = fields.Selection(
        [("months", "Months"), ("years", "Years")], default="years", required=True
    )
    next_date = fields.Date("Next Wave")
    plan_lead_months = fields.Integer(
        "Plan Ahead (months)",
        default=2,
        help="The owner is reminded this long before the next wave (our default: two months, so "
        "that a January wave is planned by the end of October).",
    )
    open_days = fields.Integer(
        "Open For (days)", default=30, help="Our default: answers within one month."
    )
    reminder_days = fields.Integer("Remind After (days)", default=7)
    reminder_max = fields.Integer("Most Reminders", default=2)
    quarantine_contact_days = fields.Integer(
        "Rest per Contact (days)", default=90, help="Our default: nobody is asked twice a quarter."
    )
    quarantine_account_days = fields.Integer("Rest per Customer (days)", default=30)
    channel = fields.Selection(
        [c for c in CHANNELS if c[0] != "open"], required=True, default="email"
    )
    allow_open_link = fields.Boolean(
        "Open Link", help="A link or QR code for everybody; its answers are counted apart."
    )
    invite_template_id = fields.Many2one(
        "mail.template",
        "Invitation",
        domain=[("model", "=", "satisfaction.invitation")],
        default=lambda self: self._default_template("mail_template_invite"),
    )
    reminder_template_id = fields.Many2one(
        "mail.template",
        "Reminder",
        domain=[("model", "=", "satisfaction.invitation")],
        default=lambda self: self._default_template("mail_template_reminder"),
    )
    thanks_template_id = fields.Many2one(
        "mail.template", "Thanks", domain=[("model", "=", "satisfaction.invitation")]
    )
    scale_id = fields.Many2one(
        "satisfaction.scale",
        "Score Mapping",
        domain=[("kind", "in", ("csat", "custom"))],
        help="Replaces the scores of scales with as many points. Kept with every wave; waves "
        "with different scores are never compared.",
    )
    index_method = fields.Selection(
        [
            ("account", "Average per customer first"),
            ("response", "All responses alike"),
        ],
        required=True,
        default="account",
        help="Ten contacts of one customer weigh as much as one contact of another.",
    )
    target_index = fields.Float(default=85.0, help="Our default: 85.")
    min_index = fields.Float(
        "Lowest Index", default=70.0, help="Below, corrective action is due (our default: 70)."
    )
    min_response_rate = fields.Float(
        default=70.0,
        help="Below, a wave is marked as not representative (our default: 70 %).",
    )
    agency_id = fields.Many2one("res.partner", check_company=True)
    agency_reference = fields.Char("Agreement")
    currency_id = fields.Many2one(related="company_id.currency_id")
    budget = fields.Monetary(tracking=True)
    state = fields.Selection(
        STATES, default="draft", required=True, tracking=True, copy=False, index=True
    )
    approver_id = fields.Many2one("res.users", "Approved By", readonly=True, copy=False)
    approved_at = fields.Datetime(readonly=True, copy=False)
    trigger = fields.Selection(
        [("none", "None")], default="none", required=True, help="What starts an invitation."
    )
    delay_days = fields.Integer("Days After", default=7)
    recovery_campaign_id = fields.Many2one(
        "satisfaction.campaign",
        "Check Survey",
        check_company=True,
        help="Sent to the customer when a case is solved.",
    )
    quarantine_exempt = fields.Boolean(
        help="For check surveys after a solved case: sent in spite of the rest periods."
    )
    rule_ids = fields.One2many(
        "satisfaction.rule",
        "campaign_id",
        copy=True,
        default=lambda self: self._default_rules(),
    )
    wave_ids = fields.One2many("satisfaction.wave", "campaign_id")
    wave_count = fields.Integer(compute="_compute_counts")
    open_case_count = fields.Integer(compute="_compute_counts")
    needs_approval = fields.Boolean(compute="_compute_needs_approval")
    target_count = fields.Integer("Customers", compute="_compute_target_count")

    _interval_positive = models.Constraint(
        "CHECK(interval_number >= 1)", "A wave repeats after at least one month or year."
    )
    _days_positive = models.Constraint(
        "CHECK(open_days >= 1 AND reminder_days >= 1 AND reminder_max >= 0 AND "
        "quarantine_contact_days >= 0 AND quarantine_account_days >= 0 AND delay_days >= 0)",
        "Days cannot be negative, and a wave is open for at least one.",
    )

    # --- Defaults and computes ---------------------------------------------------------

    def _default_template(self, name):
        return self.env.ref(f"survey_satisfaction.{name}", raise_if_not_found=False)

    def _default_rules(self):
        """The one rule that is on from the start; everything else is the company's choice."""
        return [
            (
                0,
                0,
                {
                    "name": self.env._("Detractor or very dissatisfied"),
                    "condition": "alarm",
                    "owner_policy": "dimension",
                    "deadline_days": 7,
                },
            )
        ]

    def _compute_counts(self):
        waves = dict(
            self.env["satisfaction.wave"]._read_group(
                [("campaign_id", "in", self.ids)], ["campaign_id"], ["__count"]
            )
        )
        cases = dict(
            self.env["satisfaction.case"]._read_group(
                [("campaign_id", "in", self.ids), ("is_open", "=", True)],
                ["campaign_id"],
                ["__count"],
            )
        )
        for campaign in self:
            campaign.wave_count = waves.get(campaign, 0)
            campaign.open_case_count = cases.get(campaign, 0)

    @api.depends("budget", "kind")
    def _compute_needs_approval(self):
        for campaign in self:
            campaign.needs_approval = campaign._needs_approval()

    def _needs_approval(self):
        """Whether need, cost and scheme must be approved before customers are asked."""
        self.ensure_one()
        # Sudo: a plain setting.
        limit = float(self.env["ir.config_parameter"].sudo().get_param(BUDGET_PARAM, 0) or 0)
        return self.kind == "third_party" or self.budget > limit

    @api.depends("target_domain", "user_id")
    def _compute_target_count(self):
        for campaign in self:
            try:
                partners = campaign._get_target_model()
                campaign.target_count = partners.search_count(campaign._parse_domain())
            except (ValueError, SyntaxError, AccessError):
                campaign.target_count = 0

    @api.constrains("target_domain")
    def _check_target_domain(self):
        for campaign in self:
            try:
                Domain(campaign._parse_domain()).validate(self.env["res.partner"])
            except Exception as error:
                raise ValidationError(
                    self.env._("The target is not a valid filter: %s", error)
                ) from error

    @api.constrains("survey_id", "company_id")
    def _check_survey_company(self):
        for campaign in self:
            # sudo: the questionnaire may belong to a company the user cannot read
            company = campaign.survey_id.sudo().company_id
            if company and company != campaign.company_id:
                raise ValidationError(self.env._("The questionnaire belongs to another company."))

    @api.constrains("sample_method", "sample_size")
    def _check_sample(self):
        for campaign in self:
            method, size = campaign.sample_method, campaign.sample_size
            if method != "all" and size <= 0 or method == "random_pct" and size > 100:
                raise ValidationError(self.env._("Say how many contacts, or what percent."))

    # --- What a client may not decide --------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_client_values(vals, creating=True)
        return super().create(vals_list)

    def write(self, vals):
        self._check_client_values(vals)
        if "survey_id" in vals or "scale_id" in vals or "confidentiality" in vals:
            self._check_no_open_wave()
        if {"budget", "agency_id", "kind"} & vals.keys():
            self._drop_approval(vals)
        return super().write(vals)

    def _check_client_values(self, vals, creating=False):
        """Only the buttons move the state; only managers let others own a campaign."""
        if self.env.su:
            return
        if vals.get("state", "draft") != "draft" or ("state" in vals and not creating):
            raise AccessError(self.env._("Use the buttons to move a campaign."))
        if vals.get("approver_id") or vals.get("approved_at"):
            raise AccessError(self.env._("Approvals cannot be written."))
        if vals.get("user_id", self.env.uid) != self.env.uid and not self._is_manager():
            raise AccessError(
                self.env._("Only a satisfaction manager makes somebody else the owner.")
            )

    def _is_manager(self):
        return self.env.user.has_group("survey_satisfaction.group_satisfaction_manager")

    def _check_no_open_wave(self):
        if self.wave_ids.filtered(lambda wave: wave.state == "open"):
            raise UserError(self.env._("Close the open wave first."))

    def _drop_approval(self, vals):
        """An approved cost that grows is no longer approved."""
        if self.env.su:
            return
        for campaign in self.filtered(lambda c: c.state in ("submitted", "approved")):
            if any(campaign[name] != vals[name] for name in ("budget", "kind") if name in vals):
                campaign._set_state("draft")

    def _set_state(self, state, **values):
        # Sudo: clients may not write the state; the buttons check who presses them.
        self.sudo().write({"state": state, **values})

    # --- Buttons -----------------------------------------------------------------------

    def action_submit(self):
        """Submit need, cost and scheme for approval.

        :return: True
        """
        self.check_access("write")
        for campaign in self.filtered(lambda c: c.state == "draft"):
            campaign.survey_id._check_campaign_ready()
            campaign._set_state("submitted")
        return True

    def action_approve(self):
        """Approve (satisfaction managers only).

        :return: True
        :raises AccessError: for anybody else
        """
        self.check_access("write")
        if not self._is_manager():
            raise AccessError(self.env._("Only a satisfaction manager approves a campaign."))
        for campaign in self.filtered(lambda c: c.state in ("draft", "submitted")):
            campaign._set_state(
                "approved", approver_id=self.env.uid, approved_at=fields.Datetime.now()
            )
        return True

    def action_start(self):
        """Start an approved campaign (or one that needs no approval).

        :return: True
        """
        self.check_access("write")
        for campaign in self:
            campaign.survey_id._check_campaign_ready()
            campaign._check_may_run()
            campaign._set_state("running")
        return True

    def _check_may_run(self):
        self.ensure_one()
        if self.state == "closed":
            raise UserError(self.env._("This campaign is closed."))
        if self.state in ("draft", "submitted") and self._needs_approval():
            raise UserError(
                self.env._("Cost and scheme of “%s” must be approved first.", self.name)
            )

    def action_pause(self):
        """Pause a running campaign: nothing is sent, no wave opens.

        :return: True
        """
        self.check_access("write")
        self.filtered(lambda c: c.state == "running")._set_state("paused")
        return True

    def action_close(self):
        """Close the campaign and its open waves.

        :return: True
        """
        self.check_access("write")
        self.wave_ids.filtered(lambda wave: wave.state == "open").action_close()
        self._set_state("closed")
        return True

    def action_reset(self):
        """Back to draft.

        :return: True
        """
        self.check_access("write")
        for campaign in self.filtered(lambda c: c.state in ("submitted", "approved", "paused")):
            campaign._set_state("draft", approver_id=False, approved_at=False)
        return True

    def action_view_waves(self):
        """Open the waves of the campaign."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waves"),
            "res_model": "satisfaction.wave",
            "view_mode": "list,form,graph",
            "domain": [("campaign_id", "=", self.id)],
            "context": {"default_campaign_id": self.id},
        }

    def action_view_cases(self):
        """Open the open cases of the campaign."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cases"),
            "res_model": "satisfaction.case",
            "view_mode": "kanban,list,form",
            "domain": [("campaign_id", "=", self.id)],
            "context": {"search_default_open": 1},
        }

    def action_open_wave_form(self):
        """Open a wave and show it."""
        wave_id = self.action_open_wave()
        return {
            "type": "ir.actions.act_window",
            "res_model": "satisfaction.wave",
            "res_id": wave_id,
            "views": [(False, "form")],
        }

    # --- Waves -------------------------------------------------------------------------

    def action_open_wave(self):
        """Open the next wave: freeze questionnaire and scores, draw the sampling frame.

        Idempotent: a campaign has one open wave, which a second call returns.

        :return: id of the open wave
        :raises UserError: when cost and scheme are not approved or the questionnaire is not ready
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_row()
        if wave := self._get_open_wave():
            return wave.id
        self.survey_id._check_campaign_ready()
        self._check_may_run()
        wave = self._get_planned_wave() or self._plan_wave(fields.Date.context_today(self))
        wave._open()
        if self.state != "running":
            self._set_state("running")
        return wave.id

    def _lock_row(self):
        """Two people may press a button at once: the second one waits and looks again."""
        self.env.cr.execute(
            SQL("SELECT id FROM satisfaction_campaign WHERE id IN %s FOR UPDATE", tuple(self.ids))
        )
        self.invalidate_recordset()

    def _get_open_wave(self):
        return self.env["satisfaction.wave"].search(
            [("campaign_id", "=", self.id), ("state", "=", "open")], limit=1
        )

    def _get_planned_wave(self):
        return self.env["satisfaction.wave"].search(
            [("campaign_id", "=", self.id), ("state", "=", "planned")],
            order="date_open, id",
            limit=1,
        )

    def _plan_wave(self, day):
        self.ensure_one()
        # Sudo: waves are made by the campaign's buttons and cron, not by hand.
        return (
            self.env["satisfaction.wave"]
            .sudo()
            .create(
                {
                    "campaign_id": self.id,
                    "name": self._get_wave_name(day),
                    "date_open": day,
                    "date_close": day + timedelta(days=self.open_days),
                }
            )
            .sudo(False)
        )

    def _get_wave_name(self, day):
        whole_years = self.kind == "periodic" and self.interval_type == "years"
        base = f"{day:%Y}" if whole_years else f"{day:%Y-%m}"
        # sudo: names of waves the user cannot read are taken all the same
        taken = set(self.sudo().wave_ids.mapped("name"))
        names = (base if number == 1 else f"{base} ({number})" for number in range(1, 10000))
        return next(name for name in names if name not in taken)

    def _advance_next_date(self):
        for campaign in self.filtered(lambda c: c.kind == "periodic" and c.next_date):
            step = relativedelta(**{campaign.interval_type: campaign.interval_number})
            # sudo: the date moves on when a wave opens, by whoever opens it
            campaign.sudo().next_date = campaign.next_date + step

    @api.model
    def _cron_plan(self):
        """Plan the waves that come near and remind their owners; open those that are due."""
        today = fields.Date.context_today(self)
        domain = [("kind", "=", "periodic"), ("state", "=", "running"), ("next_date", "!=", False)]
        for campaign in self.search(domain):
            lead = relativedelta(months=campaign.plan_lead_months)
            if campaign.next_date - lead > today:
                continue
            wave = campaign._get_planned_wave()
            if not wave:
                wave = campaign._plan_wave(campaign.next_date)
                campaign._remind_owner_of(wave)
            if wave.date_open <= today and not campaign._get_open_wave():
                wave._open()
                campaign._advance_next_date()

    def _remind_owner_of(self, wave):
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=wave.date_open,
            user_id=self.user_id.id,
            summary=self.with_context(lang=self.user_id.lang).env._(
                "Prepare wave %(wave)s: questions, target, budget", wave=wave.name
            ),
        )

    # --- Whom to ask -------------------------------------------------------------------

    def _parse_domain(self):
        return ast.literal_eval(self.target_domain or "[]")

    def _get_target_model(self):
        """Contacts as the owner may see them; never more than the person at the button."""
        user = self.user_id if self.env.su else self.env.user
        partners = self.env["res.partner"].with_user(user).with_company(self.company_id)
        return partners.sudo(False).with_context(
            allowed_company_ids=self.company_id.ids, active_test=True
        )

    def _get_frame_contacts(self):
        """Return the contacts the campaign is about, before sampling and rest periods."""
        self.ensure_one()
        targets = self._get_target_model().search(self._parse_domain())
        accounts = targets.commercial_partner_id
        if self.contact_policy == "main":
            return self._get_main_contacts(accounts)
        people = targets.search(
            [("commercial_partner_id", "in", accounts.ids), ("is_company", "=", False)]
        )
        people = people.filtered(lambda p: p.type in ("contact", False) or p in accounts)
        if self.contact_policy == "tagged":
            return people.filtered(self._is_tagged_contact)
        alone = accounts - people.commercial_partner_id
        return people | alone

    def _get_main_contacts(self, accounts):
        """The customer itself where it has an address, else its first contact with one."""
        without = accounts.filtered(lambda account: not account.email)
        children = accounts.search(
            [("parent_id", "in", without.ids), ("email", "!=", False), ("type", "=", "contact")],
            order="id",
        )
        first = {}
        for child in children:
            first.setdefault(child.parent_id.id, child.id)
        return accounts.browse([first.get(account.id, account.id) for account in accounts])

    def _is_tagged_contact(self, contact):
        tagged = bool(contact.category_id & self.contact_category_ids)
        wanted = (self.contact_function or "").lower()
        return tagged or bool(wanted and wanted in (contact.function or "").lower())

    def _is_key_account(self, partner):
        keys = self.key_category_ids
        return bool(keys & (partner.category_id | partner.commercial_partner_id.category_id))

    # --- One invitation after an event -------------------------------------------------

    def enqueue(self, partner_id, origin_model=False, origin_id=False, at=None):
        """Invite one contact, once per origin, respecting opt-out and rest periods.

        :param partner_id: id of the contact
        :param origin_model: what caused it, e.g. ``sale.order``
        :param origin_id: id of that record
        :param at: ISO datetime of sending (UTC); now when empty
        :return: id of the invitation, or 0 where the contact is left out; the reason is kept as
            a row of the wave
        """
        self.ensure_one()
        self.check_access("write")
        partner = self.env["res.partner"].browse(int(partner_id)).exists()
        if not partner:
            raise UserError(self.env._("There is no such contact."))
        partner.check_access("read")
        origin = False
        if origin_model and origin_id:
            if origin_model not in self.env:
                raise UserError(self.env._("There is no such document."))
            origin = self.env[origin_model].browse(int(origin_id))
            origin.check_access("read")
        when = fields.Datetime.to_datetime(at) if at else None
        invitation = self._enqueue(partner, origin, when)
        return invitation.id if invitation._is_live() else 0

    def _enqueue(self, partner, origin=False, at=None, occasion=0):
        """Return the invitation of ``partner`` for ``origin``, made when there is none yet.

        :param occasion: distinguishes a second check survey of the same case
        """
        self.ensure_one()
        # Sudo: events of other applications invite customers without survey rights.
        campaign = self.sudo()
        campaign._lock_row()
        found = campaign._find_invitation(partner, origin, occasion)
        if found:
            return found
        wave = campaign._get_open_wave()
        if not wave:
            wave = campaign._open_rolling_wave()
        # sudo: programs enqueue for contacts that the user may not read
        return wave._invite(partner.sudo(), origin, at, occasion)

    def _find_invitation(self, partner, origin, occasion=0):
        domain = [
            ("campaign_id", "=", self.id),
            ("partner_id", "=", partner.id),
            ("occasion", "=", occasion),
        ]
        if origin:
            domain += [("origin_model", "=", origin._name), ("origin_id", "=", origin.id)]
        else:
            wave = self._get_open_wave()
            domain += [("origin_model", "=", False), ("wave_id", "=", wave.id)]
        return self.env["satisfaction.invitation"].search(domain, limit=1)

    def _open_rolling_wave(self):
        """A wave without a frame, filled by events as they come."""
        self.survey_id._check_campaign_ready()
        self._check_may_run()
        wave = self._plan_wave(fields.Date.context_today(self))
        wave._open(build_frame=False)
        if self.state != "running":
            self._set_state("running")
        return wave

    @api.model
    def _get_triggered(self, trigger, company):
        """Return the running campaigns started by ``trigger`` in ``company``."""
        # Sudo: the event happens to people who know nothing of campaigns.
        return self.sudo().search(
            [
                ("trigger", "=", trigger),
                ("company_id", "=", company.id),
                ("state", "=", "running"),
            ]
        )
