from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

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
    needed_answers = fields.Integer(
        "Answers Needed for ±5 %",
        compute="_compute_target_count",
        help="So many answers say what all customers think, give or take five percent (95 %). "
        "With few customers that is nearly everybody.",
    )

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
        """An approved cost or scheme that changes is no longer approved; what runs already
        keeps to what was approved."""
        if self.env.su:
            return
        changed = self.filtered(lambda campaign: campaign._changes_scheme(vals))
        changed.filtered(lambda c: c.state in ("submitted", "approved"))._set_state("draft")
        if changed.filtered(lambda c: c.state in ("running", "paused")) and not self._is_manager():
            raise UserError(
                self.env._(
                    "Cost and scheme are approved. Reset the paused campaign to change them."
                )
            )

    def _changes_scheme(self, vals):
        self.ensure_one()
        return (
            self.kind != vals.get("kind", self.kind)
            or self.budget != vals.get("budget", self.budget)
            or (
                self.kind == "third_party"
                and self.agency_id.id != vals.get("agency_id", self.agency_id.id)
            )
        )

    def _set_state(self, state, **values):
        # Sudo: clients may not write the state; the buttons check who presses them.
        self.sudo().write({"state": state, **values})

    # --- Buttons -----------------------------------------------------------------------

    def action_view_waves(self):
        """Open the waves of the campaign."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waves"),
            "res_model": "satisfaction.wave",
            "view_mode": "list,kanban,form,graph",
            "domain": [("campaign_id", "=", self.id)],
            "context": {"default_campaign_id": self.id, "fill_temporal": False},
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
