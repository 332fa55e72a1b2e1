from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.tier_validation_deadline.models.trust import as_engine

#: written by the engine only, whatever a client sends
PROTECTED = {
    "state",
    "head_id",
    "needs_head",
    "needs_gm",
    "user_id",
    "date_submitted",
    "date_decided",
    "validation_status",
    "lead_id",
    "kind",
}


class CrmDevelopmentRequest(models.Model):
    """Application to develop a prospect, request to stop it or to take it up again."""

    _name = "crm.development.request"
    _inherit = ["mail.thread", "mail.activity.mixin", "tier.validation", "crm.lead.part"]
    _description = "Development Request"
    _order = "id desc"

    _state_from = ["submitted"]
    _state_to = ["approved"]
    _cancel_state = "cancelled"
    _tier_validation_manual_config = False
    _tier_validation_buttons_xpath = "/form/header/button[last()]"

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    kind = fields.Selection(
        [
            ("application", "Development application"),
            ("stop", "Stop"),
            ("reopen", "Take up again"),
        ],
        required=True,
        default="application",
        index=True,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "To sign"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("cancelled", "Withdrawn"),
        ],
        default="draft",
        required=True,
        index=True,
        tracking=True,
        copy=False,
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Requested by",
        default=lambda self: self.env.user,
        readonly=True,
        copy=False,
        index=True,
    )
    # What a reviewer without access to the prospect needs to know of it.
    lead_name = fields.Char(related="lead_id.name", string="Prospect Name")
    customer_name = fields.Char(compute="_compute_customer_name", compute_sudo=True)
    lead_stage_name = fields.Char(related="lead_id.stage_id.name", string="Stage")
    team_id = fields.Many2one(related="lead_id.team_id", store=True, index="btree_not_null")
    development_type = fields.Selection(related="lead_id.development_type")
    expected_revenue = fields.Monetary(related="lead_id.expected_revenue")
    quadrant = fields.Selection(related="lead_id.quadrant")
    screening_score = fields.Float(related="lead_id.screening_score")
    exclusion_reasons = fields.Text(related="lead_id.exclusion_reasons")
    # What is asked.
    reason = fields.Text(help="Why we should trade with them, or why to stop.")
    policy = fields.Text(string="Trading Policy", help="Price, payment, delivery, support.")
    line_ids = fields.One2many(
        "crm.development.request.line", "request_id", string="Goods and Amounts", copy=True
    )
    amount_total = fields.Monetary(compute="_compute_amount_total", store=True)
    survey_general = fields.Text(
        string="General Survey", help="History, accounts, products, talk with the head."
    )
    survey_onsite = fields.Text(string="On-site Survey", help="With technology and quality.")
    survey_special = fields.Text(string="Special Re-survey", help="Where facts were missing.")
    attachment_ids = fields.Many2many("ir.attachment", string="Survey Material")
    lost_reason_id = fields.Many2one("crm.lost.reason", string="Stop because of")
    # Who decides.
    head_id = fields.Many2one("res.users", string="Sales Head", readonly=True, copy=False)
    needs_head = fields.Boolean(readonly=True, copy=False)
    needs_gm = fields.Boolean(string="General Manager Signs", readonly=True, copy=False)
    date_submitted = fields.Datetime(string="Submitted on", readonly=True, copy=False)
    date_decided = fields.Datetime(string="Decided on", readonly=True, copy=False)

    _open_uniq = models.UniqueIndex(
        "(lead_id, kind) WHERE state IN ('draft', 'submitted')",
        "There is already an open request of this kind on the prospect.",
    )

    @api.depends("lead_id")
    def _compute_company_id(self):
        for request in self:
            request.company_id = request.lead_id.company_id or self.env.company

    @api.depends("lead_id")
    def _compute_customer_name(self):
        for request in self:
            lead = request.lead_id
            request.customer_name = lead.partner_name or lead.partner_id.display_name or lead.name

    @api.depends("line_ids.amount")
    def _compute_amount_total(self):
        for request in self:
            request.amount_total = sum(request.line_ids.mapped("amount"))

    @api.depends("name", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for request in self:
            request.display_name = f"{kinds.get(request.kind, '')} {request.name}"

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_forged(self._drop_defaults(vals), allowed={"lead_id", "kind"})
            self._fix_defaults(vals)
            vals["name"] = self.env["ir.sequence"].next_by_code(self._name) or "/"
        return super().create(vals_list)._claim_attachments()

    def write(self, vals):
        self._refuse_forged(vals)
        if not self.env.su and any(request.state != "draft" for request in self):
            self._refuse_late_change(vals)
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._claim_attachments()
        return result

    def _refuse_forged(self, vals, allowed=()):
        """The decision is made by the reviewers: nobody writes it, not even over RPC."""
        forged = (PROTECTED - set(allowed)) & vals.keys()
        if forged and not self.env.su:
            raise AccessError(
                self.env._("These are set by the approval itself: %s", ", ".join(sorted(forged)))
            )

    def _fix_defaults(self, vals):
        """State explicitly what a client could otherwise bring in as default of the context."""
        if not self.env.su:
            vals.update(state="draft", user_id=self.env.uid, head_id=False)
            vals.update(needs_head=False, needs_gm=False)
            vals.update(date_submitted=False, date_decided=False)

    def _drop_defaults(self, vals):
        """Values without those a form sends back as it got them."""
        defaults = {"state": "draft", "user_id": self.env.uid}
        return {k: v for k, v in vals.items() if v and defaults.get(k) != v}

    def _refuse_late_change(self, vals):
        content = {
            "reason",
            "policy",
            "line_ids",
            "survey_general",
            "survey_onsite",
            "survey_special",
            "attachment_ids",
            "lost_reason_id",
        }
        if content & vals.keys():
            raise UserError(self.env._("What was submitted cannot be changed; withdraw it first."))

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(request.state not in ("draft", "cancelled") for request in self):
            raise UserError(self.env._("Requests that were submitted stay as a trace."))

    def _engine_write(self, vals):
        """Write protected values; sudo because users must not be able to."""
        # the lock of a document under review is for users, the engine must get through
        as_engine(self.with_context(skip_validation_check=True)).sudo().write(vals)
        # the index on open requests must see the new state before the next request is made
        self.flush_recordset(["state"])

    # === FLOW ===

    def action_submit(self):
        """Send the request to its reviewers.

        :return: True
        :raises UserError: when something is missing or nobody is there to sign
        """
        for request in self:
            request.check_access("write")
            if request.state != "draft":
                continue
            if error := request._submission_error():
                raise UserError(error)
            request._submit()
        return True

    def _submission_error(self):
        """What is missing before the request can be signed, or an empty string."""
        self.ensure_one()
        if not (self.reason or "").strip():
            return self.env._("Give the reason.")
        if self.kind == "stop" and not self.lost_reason_id:
            return self.env._("Choose why to stop.")
        if self.kind == "application" and not self.line_ids:
            return self.env._("Enter the goods and amounts you expect.")
        return ""

    def _submit(self):
        self._engine_write(
            {
                **self._approver_values(),
                "state": "submitted",
                "user_id": self.env.uid,
                "date_submitted": fields.Datetime.now(),
            }
        )
        self.request_validation()
        # sudo: whether anybody has to sign is no secret, the reviews are
        if not self.sudo().review_ids:
            self._submit_without_tier()

    def _submit_without_tier(self):
        """No approval is configured for this request: then a sales administrator decides."""
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise UserError(self.env._("Nobody is set up to sign this. Ask the administrator."))
        self._apply_decision("approved")

    def _approver_values(self):
        """The head always signs, the general manager for key accounts and big expectations.

        A head does not sign what he asks himself: then the general manager does.
        """
        lead = self.lead_id.sudo()  # sudo: team and thresholds decide, whatever the user may see
        head = lead.team_id.user_id
        needs_head = bool(head) and head != self.env.user
        is_big = lead.expected_revenue >= self.company_id.gm_approval_revenue > 0
        is_weighty = self.kind == "application" and (lead.development_type == "key" or is_big)
        needs_gm = not needs_head or is_weighty
        return {"head_id": head.id, "needs_head": needs_head, "needs_gm": needs_gm}

    def action_withdraw(self):
        """Take the request back while it is not decided; only who asked, or an administrator.

        :return: True
        """
        for request in self.filtered(lambda r: r.state in ("draft", "submitted")):
            is_owner = request.user_id == self.env.user
            if not is_owner and not self.env.user.has_group("sales_team.group_sale_manager"):
                raise AccessError(self.env._("Only who asked can withdraw the request."))
            request._engine_write({"state": "cancelled"})
        return True

    def _validate_tier(self, tiers=False):
        result = super()._validate_tier(tiers)
        self._follow_reviews()
        return result

    def _rejected_tier(self, tiers=False):
        result = super()._rejected_tier(tiers)
        self._follow_reviews()
        return result

    def _follow_reviews(self):
        """Bring the request to the state its reviews have reached, read from the reviews."""
        statuses = self.sudo().review_ids.mapped("status")
        if self.state != "submitted" or not statuses:
            return
        if "rejected" in statuses:
            self._apply_decision("rejected")
        elif all(status == "approved" for status in statuses):
            self._apply_decision("approved")

    def _apply_decision(self, state):
        self._engine_write({"state": state, "date_decided": fields.Datetime.now()})
        # sudo: the reviewer decides on the request and need not have access to the prospect
        self.sudo()._tell_lead(state)
        if state == "approved":
            getattr(self.sudo(), f"_apply_{self.kind}")()

    def _tell_lead(self, state):
        states = dict(self._fields["state"]._description_selection(self.env))
        self.lead_id.message_post(
            body=self.env._(
                "%(request)s: %(state)s by %(user)s.",
                request=self.display_name,
                state=states[state],
                user=self.env.user.name,
            ),
            partner_ids=self.user_id.partner_id.ids,
        )

    def _apply_application(self):
        """Nothing to write: the gate reads the approved application itself."""
        return True

    def _apply_stop(self):
        self.lead_id._development_stop(self.lost_reason_id)
        return True

    def _apply_reopen(self):
        self.lead_id._development_reopen()
        return True

    def action_open_lead(self):
        """Open the prospect.

        :return: a window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "views": [(False, "form")],
        }
