from odoo import api, fields, models


class CrmDevelopmentRequest(models.Model):
    """Application to develop a prospect, request to stop it or to take it up again."""

    _name = "crm.development.request"
    _inherit = "crm.development.approval"
    _description = "Development Request"
    _order = "id desc"

    state = fields.Selection(
        selection_add=[("submitted",), ("approved", "Approved"), ("rejected",)],
        ondelete={"approved": "set draft"},
    )
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

    _open_uniq = models.UniqueIndex(
        "(lead_id, kind) WHERE state IN ('draft', 'submitted')",
        "There is already an open request of this kind on the prospect.",
    )

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

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"kind"}

    @api.model
    def _get_chosen_fields(self):
        return super()._get_chosen_fields() | {"kind"}

    @api.model
    def _get_content_fields(self):
        surveys = {"survey_general", "survey_onsite", "survey_special"}
        return super()._get_content_fields() | surveys | {"policy", "lost_reason_id"}
