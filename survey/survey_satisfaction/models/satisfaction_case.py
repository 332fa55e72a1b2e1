from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError

from ..fields import NullableFloat

STAGES = [
    ("new", "New"),
    ("acknowledged", "Acknowledged"),
    ("analysis", "Analysis"),
    ("action", "Action"),
    ("verification", "Verification"),
    ("closed", "Closed"),
    ("rejected", "Rejected"),
]
ORDER = [stage for stage, _name in STAGES[:-1]]
# Proof that something happened: set by the buttons in the name of whoever pressed them.
GUARDED = {
    "name",
    "rule_id",
    "user_input_ids",
    "acknowledged_at",
    "acknowledged_by",
    "verified_by",
    "verified_at",
    "effective",
    "customer_informed_at",
    "customer_informed_by",
    "closed_at",
    "reopen_count",
    "recovery_invitation_id",
    "recovery_score",
    "escalated_at",
    "service_state",
    "service_approver_id",
}


class SatisfactionCase(models.Model):
    """A complaint or a bad answer, until the customer is content and the cause is gone."""

    _name = "satisfaction.case"
    _description = "Satisfaction Case"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "priority desc, date_deadline, id desc"
    _check_company_auto = True

    name = fields.Char("Number", readonly=True, copy=False, default="/")
    subject = fields.Char(required=True, tracking=True)
    description = fields.Text("What the Customer Says")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    source = fields.Selection(
        [
            ("response", "Response"),
            ("wave", "Wave"),
            ("complaint", "Complaint"),
            ("visit", "Visit or Meeting"),
            ("manual", "By Hand"),
        ],
        required=True,
        default="complaint",
    )
    wave_id = fields.Many2one("satisfaction.wave", index="btree_not_null", check_company=True)
    campaign_id = fields.Many2one(
        "satisfaction.campaign", index="btree_not_null", check_company=True
    )
    rule_id = fields.Many2one("satisfaction.rule", readonly=True, ondelete="set null")
    user_input_ids = fields.Many2many(
        "survey.user_input",
        "satisfaction_case_user_input_rel",
        "case_id",
        "user_input_id",
        "Responses",
        copy=False,
        groups="survey_satisfaction.group_satisfaction_officer",
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", index=True, tracking=True, ondelete="set null"
    )
    commercial_partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_commercial_partner",
        store=True,
        index=True,
        precompute=True,
    )
    dimension_id = fields.Many2one("satisfaction.dimension", tracking=True)
    item_code = fields.Char("Item")
    severity = fields.Selection(
        [("minor", "Minor"), ("major", "Major"), ("critical", "Critical (safety)")],
        default="minor",
        tracking=True,
    )
    priority = fields.Selection([("0", "Normal"), ("1", "High"), ("2", "Urgent")], default="0")
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        tracking=True,
        index=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    department = fields.Char()
    date_deadline = fields.Date(
        "Deadline",
        tracking=True,
        index=True,
        default=lambda self: fields.Date.add(fields.Date.context_today(self), days=7),
    )
    stage = fields.Selection(
        STAGES,
        default="new",
        required=True,
        tracking=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    is_open = fields.Boolean(compute="_compute_is_open", store=True, index=True)
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    gate_missing = fields.Json(compute="_compute_gate_missing")
    acknowledged_at = fields.Datetime(readonly=True, copy=False)
    acknowledged_by = fields.Many2one("res.users", readonly=True, copy=False)
    cause_id = fields.Many2one("satisfaction.cause", "Root Cause", tracking=True)
    cause_note = fields.Text("Why It Happened")
    immediate_action = fields.Text()
    corrective_action = fields.Text(tracking=True)
    action_user_id = fields.Many2one(
        "res.users", "Action By", tracking=True, domain=[("share", "=", False)]
    )
    action_deadline = fields.Date()
    action_done_on = fields.Date(tracking=True)
    effective = fields.Selection(
        [("yes", "Effective"), ("no", "Not effective")], readonly=True, copy=False, tracking=True
    )
    verified_by = fields.Many2one("res.users", readonly=True, copy=False)
    verified_at = fields.Datetime(readonly=True, copy=False)
    customer_informed_at = fields.Datetime(readonly=True, copy=False)
    customer_informed_by = fields.Many2one("res.users", readonly=True, copy=False)
    informed_waiver = fields.Char(
        "Not Informed Because", tracking=True, help="Why the customer is not told."
    )
    customer_feedback = fields.Selection(
        [("satisfied", "Satisfied"), ("dissatisfied", "Not satisfied")],
        "Customer's Verdict",
        tracking=True,
        help="What the customer said about the solution.",
    )
    recovery_invitation_id = fields.Many2one(
        "satisfaction.invitation", "Check Survey", readonly=True, copy=False
    )
    recovery_score = NullableFloat(readonly=True, copy=False, aggregator="avg")
    reopen_count = fields.Integer("Reopened", readonly=True, copy=False)
    reject_reason = fields.Char(tracking=True)
    is_systemic = fields.Boolean(
        "Systemic", help="Several answers have one cause: one case for all of them."
    )
    parent_id = fields.Many2one(
        "satisfaction.case", "Part Of", copy=False, index="btree_not_null", check_company=True
    )
    child_ids = fields.One2many("satisfaction.case", "parent_id")
    closed_at = fields.Datetime(readonly=True, copy=False)
    escalated_at = fields.Datetime(readonly=True, copy=False)
    days_to_close = NullableFloat(compute="_compute_outcome", store=True, aggregator="avg")
    on_time_pct = NullableFloat(
        "On Time (%)", compute="_compute_outcome", store=True, aggregator="avg"
    )
    solved_pct = NullableFloat(
        "Solved (%)",
        compute="_compute_solved_pct",
        store=True,
        aggregator="avg",
        help="0 or 100, empty for rejected cases: any average is a solution rate.",
    )
    solved_satisfied_pct = NullableFloat(
        "Solved With Satisfied Customer (%)",
        compute="_compute_outcome",
        store=True,
        aggregator="avg",
    )
    is_service = fields.Boolean(
        "Service Notice", help="The complaint needs somebody on site: the flow of a service notice."
    )
    service_type = fields.Selection(
        [("Z1", "Z1 · after full payment"), ("Z2", "Z2 · before full payment")], tracking=True
    )
    service_urgent = fields.Boolean("Urgent: on site at once")
    service_plan = fields.Text("Work Plan")
    service_quotation = fields.Char("Quotation of the Service")
    department_reply = fields.Text("Reply of the Department")
    service_state = fields.Selection(
        [
            ("notice", "Notice issued"),
            ("inspected", "KCWB · inspected"),
            ("approved", "ZGPZ · approved"),
            ("refused", "BPZ · refused"),
            ("replied", "ZBHF · department replied"),
            ("served", "Service done"),
            ("accepted", "Accepted by the customer"),
        ],
        readonly=True,
        copy=False,
        tracking=True,
    )
    service_approver_id = fields.Many2one("res.users", readonly=True, copy=False)

    # --- Computes ----------------------------------------------------------------------

    @api.depends("partner_id")
    def _compute_commercial_partner(self):
        for case in self:
            case.commercial_partner_id = case.partner_id.commercial_partner_id

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for case in self:
            case.display_name = f"{case.name} {case.subject or ''}".strip()

    @api.depends("stage")
    def _compute_is_open(self):
        for case in self:
            case.is_open = case.stage not in ("closed", "rejected")

    @api.depends("is_open", "date_deadline")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for case in self:
            case.is_overdue = bool(
                case.is_open and case.date_deadline and case.date_deadline < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [
            ("is_open", "=", True),
            ("date_deadline", "<", fields.Date.context_today(self)),
        ]
        if True in value and False in value:
            return []
        return late if True in value else ["!", "&", *late]

    @api.depends("closed_at", "stage", "date_deadline", "customer_feedback", "recovery_score")
    def _compute_outcome(self):
        for case in self:
            if case.stage != "closed" or not case.closed_at:
                case.days_to_close = case.on_time_pct = case.solved_satisfied_pct = None
                continue
            begun = case.create_date or case.closed_at
            case.days_to_close = (case.closed_at - begun).total_seconds() / 86400
            on_time = not case.date_deadline or case.closed_at.date() <= case.date_deadline
            case.on_time_pct = 100.0 if on_time else 0.0
            case.solved_satisfied_pct = 100.0 if case._is_customer_satisfied() else 0.0

    @api.depends("stage")
    def _compute_solved_pct(self):
        for case in self:
            solved = 100.0 if case.stage == "closed" else 0.0
            case.solved_pct = None if case.stage == "rejected" else solved

    def _is_customer_satisfied(self):
        self.ensure_one()
        if self.recovery_score is not False:
            return self.recovery_score >= 75
        return self.customer_feedback == "satisfied"

    # --- What a client may not decide --------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self.env.su and (
                GUARDED - {"name"} & vals.keys() or vals.get("stage", "new") != "new"
            ):
                self._refuse()
            if vals.get("is_service"):
                vals["service_state"] = "notice"
            company = vals.get("company_id") or self.env.company.id
            # Sudo: numbering is nobody's right and everybody's need.
            sequence = self.env["ir.sequence"].sudo().with_company(company)
            vals["name"] = sequence.next_by_code("satisfaction.case") or "/"
        cases = super().create(vals_list)
        cases._schedule_work()
        return cases

    def write(self, vals):
        if not self.env.su and GUARDED & vals.keys():
            self._refuse()
        if vals.get("is_service"):
            vals = {**vals, "service_state": "notice"}
        target = vals.get("stage")
        movers = self.filtered(lambda case: target and case.stage != target)
        result = super().write(vals)
        if movers:
            movers._after_move(target)
        return result

    def _refuse(self):
        raise AccessError(
            self.env._("Use the buttons of the case: who did what is recorded by the system.")
        )

    def _after_move(self, target):
        """Going forward passes the gates; closing is the moment the clock stops."""
        if not self.env.su or target == "closed":
            if target == "acknowledged":
                self._stamp_acknowledged()
            if target != "new":
                self._check_gate(target)
        if target == "closed":
            self._write_proof(closed_at=fields.Datetime.now())
            self.activity_unlink(["mail.mail_activity_data_todo"])
        else:
            self.filtered("closed_at")._write_proof(closed_at=False)

    def _write_proof(self, **values):
        # Sudo: the guarded fields; callers have checked who may.
        self.sudo().write(values)

    def _stamp_acknowledged(self):
        for case in self.filtered(lambda c: not c.acknowledged_at):
            case._write_proof(acknowledged_at=fields.Datetime.now(), acknowledged_by=self.env.uid)

    def _schedule_work(self):
        """Tell the owner in the owner's language, in the name of the system."""
        for case in self.filtered("user_id"):
            owner = case.user_id
            system = case.with_user(SUPERUSER_ID).with_company(case.company_id)
            system = system.with_context(lang=owner.lang)
            system.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=owner.id,
                date_deadline=case.date_deadline or fields.Date.context_today(self),
                summary=system.env._("Answer the customer: %s", case.subject),
            )

    def _start_plan(self, plan):
        """Start the activity plan of a rule."""
        if not plan:
            return
        self.env["mail.activity.schedule"].with_context(
            active_model=self._name, active_ids=self.ids
        ).create({"res_model": self._name, "res_ids": str(self.ids), "plan_id": plan.id,
                  "plan_on_demand_user_id": self.user_id.id}).action_schedule_plan()  # fmt: skip
