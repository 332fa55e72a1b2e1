from odoo import api, fields, models


class TierReviewSign(models.TransientModel):
    _name = "tier.review.sign"
    _description = "Sign Reviews"

    review_ids = fields.Many2many(comodel_name="tier.review", required=True, readonly=True)
    decision = fields.Selection(
        selection=[("approve", "Approve"), ("reject", "Reject")],
        required=True,
        default="approve",
    )
    opinion = fields.Text()
    review_count = fields.Integer(compute="_compute_review_count")
    summary = fields.Text(compute="_compute_review_count")

    @api.depends("review_ids")
    def _compute_review_count(self):
        for wizard in self:
            wizard.review_count = len(wizard.review_ids)
            wizard.summary = "\n".join(
                f"{review.document_name or review.model} · {review.name}"
                for review in wizard.review_ids
            )

    def action_confirm(self):
        """Sign the reviews with the chosen decision.

        :return: action that closes the dialog
        """
        self.ensure_one()
        self.review_ids.sign(self.decision, self.opinion or "")
        return {"type": "ir.actions.act_window_close"}
