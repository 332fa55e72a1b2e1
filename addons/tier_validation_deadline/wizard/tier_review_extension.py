from odoo import api, fields, models


class TierReviewExtension(models.TransientModel):
    _name = "tier.review.extension"
    _description = "Ask for More Time"

    review_id = fields.Many2one(
        comodel_name="tier.review", required=True, readonly=True, ondelete="cascade"
    )
    date_deadline = fields.Datetime(related="review_id.date_deadline")
    extension_until = fields.Datetime(related="review_id.extension_until")
    deadline = fields.Datetime(
        string="New Deadline", compute="_compute_deadline", store=True, readonly=False
    )
    reason = fields.Char(required=True)

    @api.depends("review_id")
    def _compute_deadline(self):
        """Propose the same limit once more, on the same working calendar."""
        for wizard in self:
            review = wizard.review_id
            wizard.deadline = review and review._get_proposed_extension()

    def action_confirm(self):
        """Send the request.

        :return: action that closes the dialog
        """
        self.ensure_one()
        self.review_id.request_extension(self.deadline, self.reason)
        return {"type": "ir.actions.act_window_close"}
