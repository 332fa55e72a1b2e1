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
