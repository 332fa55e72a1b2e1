from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.tier_validation_deadline.models.trust import as_engine


class CrmDevelopmentApproval(models.AbstractModel):
    """What people sign about a prospect: what all such documents have in common."""

    _name = "crm.development.approval"
    _inherit = ["mail.thread", "mail.activity.mixin", "tier.validation", "crm.lead.part"]
    _description = "Document about a Prospect that Is Signed"
    _order = "id desc"

    _state_from = ["submitted"]
    _state_to = ["approved"]
    _cancel_state = "cancelled"
    _tier_validation_manual_config = False
    _tier_validation_buttons_xpath = "/form/header/button[last()]"

    name = fields.Char(
        string="Number", readonly=True, copy=False, default=lambda self: self.env._("New")
    )
    #: each document adds the state of ``_state_to`` and what comes after it
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "To sign"),
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
    reason = fields.Text()
    # Who decides.
    head_id = fields.Many2one("res.users", string="Sales Head", readonly=True, copy=False)
    needs_head = fields.Boolean(readonly=True, copy=False)
    needs_gm = fields.Boolean(string="General Manager Signs", readonly=True, copy=False)
    date_submitted = fields.Datetime(string="Submitted on", readonly=True, copy=False)
    date_decided = fields.Datetime(string="Decided on", readonly=True, copy=False)

    @api.depends("lead_id")
    def _compute_company_id(self):
        for document in self:
            document.company_id = document.lead_id.company_id or self.env.company

    @api.depends("lead_id")
    def _compute_customer_name(self):
        for document in self:
            lead = document.lead_id
            document.customer_name = lead.partner_name or lead.partner_id.display_name or lead.name

    # === CRUD ===

    @api.model
    def _get_protected_fields(self):
        """Names that the engine alone writes, whatever a client sends."""
        return {
            "state",
            "head_id",
            "needs_head",
            "needs_gm",
            "user_id",
            "date_submitted",
            "date_decided",
            "validation_status",
            "lead_id",
        }

    @api.model
    def _get_content_fields(self):
        """Names of what is signed: they stay as they were submitted."""
        return {"reason", "line_ids", "attachment_ids"}

    @api.model
    def _get_chosen_fields(self):
        """Protected names that whoever makes the document gives once."""
        return {"lead_id"}

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_forged(self._drop_defaults(vals), self._get_chosen_fields())
            self._fix_defaults(vals)
            # sudo: a number is drawn without access to the sequences
            vals["name"] = self.env["ir.sequence"].sudo().next_by_code(self._name) or "/"
        documents = super().create(vals_list)
        documents._check_leads_seen()
        return documents

    def write(self, vals):
        self._refuse_forged(vals)
        if not self.env.su and any(document.state != "draft" for document in self):
            self._refuse_late_change(vals)
        return super().write(vals)

    def _refuse_forged(self, vals, allowed=()):
        """The decision is made by the reviewers: nobody writes it, not even over RPC."""
        forged = (self._get_protected_fields() - set(allowed)) & vals.keys()
        if forged and not self.env.su:
            raise AccessError(
                self.env._("These are set by the approval itself: %s", ", ".join(sorted(forged)))
            )

    def _fix_defaults(self, vals):
        """State explicitly what a client could otherwise bring in as default of the context."""
        if not self.env.su:
            own = {"state": "draft", "user_id": self.env.uid}
            free = self._get_protected_fields() - self._get_chosen_fields() - {"validation_status"}
            vals.update({name: own.get(name, False) for name in free})

    def _drop_defaults(self, vals):
        """Values without those a form sends back as it got them."""
        defaults = {"state": "draft", "user_id": self.env.uid}
        return {k: v for k, v in vals.items() if v and defaults.get(k) != v}

    def _refuse_late_change(self, vals):
        if self._get_content_fields() & vals.keys():
            raise UserError(self.env._("What was submitted cannot be changed; withdraw it first."))

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(document.state not in ("draft", "cancelled") for document in self):
            raise UserError(self.env._("What was submitted stays as a trace."))

    def _engine_write(self, vals):
        """Write protected values; sudo because users must not be able to."""
        # the lock of a document under review is for users, the engine must get through
        as_engine(self.with_context(skip_validation_check=True)).sudo().write(vals)
        # an index on open documents must see the new state before the next one is made
        self.flush_recordset(["state"])
