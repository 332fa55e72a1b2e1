from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

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
SERVICE_STEPS = {
    "notice": ("inspected",),
    "inspected": ("approved", "refused"),
    "refused": ("inspected",),
    "approved": ("replied",),
    "replied": ("served",),
    "served": ("accepted",),
    "accepted": (),
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

    def _is_customer_satisfied(self):
        self.ensure_one()
        if self.recovery_score is not False:
            return self.recovery_score >= 75
        return self.customer_feedback == "satisfied"

    @api.depends(
        "stage",
        "user_id",
        "acknowledged_at",
        "cause_id",
        "corrective_action",
        "action_user_id",
        "action_done_on",
        "effective",
        "verified_by",
        "customer_informed_at",
        "informed_waiver",
        "is_service",
        "service_state",
    )
    def _compute_gate_missing(self):
        for case in self:
            target = case._get_next_stage()
            case.gate_missing = case._get_missing(target) if target else []

    def _get_next_stage(self):
        if self.stage not in ORDER[:-1]:
            return False
        return ORDER[ORDER.index(self.stage) + 1]

    # --- Gates -------------------------------------------------------------------------

    def _get_missing(self, target):
        """Return what is missing before the case may reach ``target``, as sentences."""
        self.ensure_one()
        if target == "rejected":
            return [] if self.reject_reason else [self.env._("Say why the case is rejected")]
        reached = ORDER[1 : ORDER.index(target) + 1]
        return [text for stage in reached for ok, text in self._get_gate(stage) if not ok]

    def _get_gate(self, stage):
        return getattr(self, f"_get_gate_{stage}")()

    def _get_gate_acknowledged(self):
        return [(bool(self.user_id), self.env._("An owner"))]

    def _get_gate_analysis(self):
        return [(bool(self.acknowledged_at), self.env._("Acknowledge the case"))]

    def _get_gate_action(self):
        return [(bool(self.cause_id), self.env._("The root cause"))]

    def _get_gate_verification(self):
        return [
            (bool(self.corrective_action), self.env._("The corrective action")),
            (bool(self.action_user_id), self.env._("Who acts")),
            (bool(self.action_done_on), self.env._("The day the action was done")),
        ]

    def _get_gate_closed(self):
        verified = (
            self.effective == "yes" and self.verified_by and self.verified_by != self.action_user_id
        )
        informed = self.customer_informed_at or (self.informed_waiver or "").strip()
        served = not self.is_service or self.service_state == "accepted"
        return [
            (bool(verified), self.env._("Verified as effective by somebody who did not act")),
            (bool(informed), self.env._("The customer is informed, or why not")),
            (served, self.env._("The service is accepted by the customer")),
        ]

    def _check_gate(self, target):
        for case in self:
            if missing := case._get_missing(target):
                raise UserError(
                    self.env._(
                        "%(case)s cannot move on yet. Missing:\n- %(missing)s",
                        case=case.display_name,
                        missing="\n- ".join(missing),
                    )
                )

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

    # --- Buttons -----------------------------------------------------------------------

    def action_next(self):
        """Move to the next stage, through its gate.

        :return: True
        """
        for case in self:
            target = case._get_next_stage()
            if target == "acknowledged":
                case.check_access("write")
                case._stamp_acknowledged()
            if target:
                case._check_gate(target)
                case.stage = target
        return True

    def action_verify(self, effective=True):
        """Judge the action: by somebody who did not act.

        :param effective: False sends the case back to analysis
        :return: True
        """
        self.check_access("write")
        for case in self:
            if case.stage != "verification":
                raise UserError(self.env._("The action is not ready to be verified."))
            if case.action_user_id == self.env.user:
                raise UserError(self.env._("Whoever acted cannot verify. Ask somebody else."))
            case._write_proof(
                effective="yes" if effective else "no",
                verified_by=self.env.uid,
                verified_at=fields.Datetime.now(),
            )
            if not effective:
                case._reopen(self.env._("The action was not effective."))
        return True

    def action_verify_no(self):
        """The action did not help.

        :return: True
        """
        return self.action_verify(effective=False)

    def action_inform_customer(self):
        """Record that the customer was told; opens the message to write.

        :return: action of the mail composer
        """
        self.ensure_one()
        self.check_access("write")
        self._write_proof(
            customer_informed_at=fields.Datetime.now(), customer_informed_by=self.env.uid
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": self.partner_id.ids,
                "default_subject": self.display_name,
            },
        }

    def action_reject(self):
        """Reject a case that is none; needs the reason.

        :return: True
        """
        self._check_gate("rejected")
        self.stage = "rejected"
        return True

    def action_reopen(self):
        """Open a closed case again.

        :return: True
        """
        self.check_access("write")
        for case in self.filtered(lambda c: not c.is_open):
            case._reopen(self.env._("Opened again."))
        return True

    def _reopen(self, reason):
        for case in self:
            # Sudo: guarded fields; callers have checked who may.
            case.sudo().write(
                {
                    "stage": "analysis" if case.acknowledged_at else "new",
                    "reopen_count": case.reopen_count + 1,
                    "effective": False,
                    "verified_by": False,
                    "verified_at": False,
                    "customer_informed_at": False,
                    "customer_informed_by": False,
                    "customer_feedback": False,
                    "recovery_score": None,
                    "action_done_on": False,
                    "date_deadline": fields.Date.add(fields.Date.context_today(case), days=7),
                    "escalated_at": False,
                }
            )
            case.message_post(body=reason)
            case._schedule_work()

    def action_send_recovery(self):
        """Ask the customer whether the solution satisfies (exempt from rest periods).

        :return: id of the invitation
        """
        self.ensure_one()
        self.check_access("write")
        campaign = (
            self.campaign_id.sudo().recovery_campaign_id
            or self.company_id.sudo().satisfaction_recovery_campaign_id
        )
        if not campaign:
            raise UserError(self.env._("Choose a check survey on the campaign or in the settings."))
        if not self.partner_id:
            raise UserError(self.env._("The case has no contact to ask."))
        invitation = campaign._enqueue(self.partner_id, self, occasion=self.reopen_count)
        if not invitation._is_live():
            reasons = dict(invitation._fields["reason"]._description_selection(self.env))
            raise UserError(
                self.env._("The customer is left out: %s", reasons.get(invitation.reason, ""))
            )
        invitation._send_batch()
        self._write_proof(recovery_invitation_id=invitation.id)
        return invitation.id

    def _receive_recovery(self, answer):
        """A satisfied customer ends the story; an unhappy one opens it again."""
        for case in self:
            index = answer.satisfaction_index
            case._write_proof(recovery_score=None if index is False else index)
            if index is not False and index < (answer.wave_id.campaign_id.min_index or 70):
                case._reopen(self.env._("The customer is not satisfied with the solution."))

    def action_group(self):
        """Treat several cases as one systemic case: the first one stands for all.

        :return: action that opens the remaining case
        """
        if len(self) < 2:
            raise UserError(self.env._("Choose at least two cases."))
        self.check_access("write")
        main = self.sorted("id")[0]
        others = self - main
        # Sudo: responses may not be visible to the case owner.
        main.sudo().write(
            {
                "is_systemic": True,
                "user_input_ids": [(4, answer.id) for answer in others.sudo().user_input_ids],
            }
        )
        others.write(
            {
                "parent_id": main.id,
                "reject_reason": self.env._("Part of %s", main.name),
                "stage": "rejected",
            }
        )
        return main._get_form_action()

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_view_responses(self):
        """Open the responses behind the case (survey team)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Responses"),
            "res_model": "survey.user_input",
            "view_mode": "list,form",
            "domain": [("id", "in", self.user_input_ids.ids)],
        }

    # --- Service notice ----------------------------------------------------------------

    def action_service_step(self, state):
        """Move a service notice: inspected → approved or refused → replied → served → accepted.

        :param state: next state
        :return: True
        :raises UserError: for a step out of turn or with missing fields
        """
        self.check_access("write")
        for case in self:
            if not case.is_service or state not in SERVICE_STEPS.get(case.service_state, ()):
                raise UserError(self.env._("This step is not possible now."))
            case._check_service_step(state)
            values = {"service_state": state}
            if state in ("approved", "refused"):
                values["service_approver_id"] = self.env.uid
            case._write_proof(**values)
        return True

    def _check_service_step(self, state):
        """Incomplete fields make reports wrong, so they are asked for at each step."""
        needed = {
            "inspected": [] if self.service_urgent else ["service_type", "service_plan"],
            "approved": ["service_type", "service_quotation"],
            "replied": ["department_reply"],
            "accepted": ["customer_feedback"],
        }.get(state, [])
        missing = [
            self._fields[name]._description_string(self.env) for name in needed if not self[name]
        ]
        if missing:
            raise UserError(self.env._("Fill in first: %s", ", ".join(missing)))
        if state in ("approved", "refused") and not self.env.user.has_group(
            "survey_satisfaction.group_satisfaction_manager"
        ):
            raise AccessError(self.env._("Only a satisfaction manager decides on a service."))

    def action_service_inspected(self):
        """Record the inspection.

        :return: True
        """
        return self.action_service_step("inspected")

    def action_service_approved(self):
        """Approve the service.

        :return: True
        """
        return self.action_service_step("approved")

    def action_service_refused(self):
        """Refuse the service.

        :return: True
        """
        return self.action_service_step("refused")

    def action_service_replied(self):
        """Record the department's reply.

        :return: True
        """
        return self.action_service_step("replied")

    def action_service_served(self):
        """Record that the service is done.

        :return: True
        """
        return self.action_service_step("served")

    def action_service_accepted(self):
        """Record the customer's acceptance.

        :return: True
        """
        return self.action_service_step("accepted")

    # --- Escalation --------------------------------------------------------------------

    @api.model
    def _cron_escalate(self):
        """Overdue cases go to the campaign's owner or the person named in the settings, once."""
        late = self.search([("is_overdue", "=", True), ("escalated_at", "=", False)])
        for case in late:
            boss = case.company_id.satisfaction_escalation_user_id or case.campaign_id.user_id
            if boss:
                case._escalate_to(boss)
            case.escalated_at = fields.Datetime.now()

    def _escalate_to(self, boss):
        record = self.with_context(lang=boss.lang)
        record.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=boss.id,
            date_deadline=fields.Date.context_today(self) + timedelta(days=1),
            summary=record.env._("Overdue: %s", self.display_name),
        )
