from odoo import fields, models
from odoo.tools import SQL


class TierReviewReport(models.Model):
    _name = "tier.review.report"
    _description = "Review Analysis"
    _auto = False
    _rec_name = "review_id"
    _order = "date_deadline desc, id desc"

    review_id = fields.Many2one("tier.review", readonly=True)
    user_id = fields.Many2one("res.users", string="Reviewer", readonly=True)
    model_id = fields.Many2one("ir.model", string="Document Type", readonly=True)
    definition_id = fields.Many2one("tier.definition", string="Tier", readonly=True)
    requested_by = fields.Many2one("res.users", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date_received = fields.Datetime(string="Received", readonly=True)
    date_deadline = fields.Datetime(string="Deadline", readonly=True)
    reviewed_date = fields.Datetime(string="Signed", readonly=True)
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("late", "Open and late"),
            ("in_time", "Signed in time"),
            ("signed_late", "Signed late"),
        ],
        readonly=True,
    )
    is_late = fields.Boolean(string="Late", readonly=True)
    late_count = fields.Integer(string="Late Reviews", readonly=True)
    hours_late = fields.Float(readonly=True, help="Clock hours past the deadline.")
    hours_open = fields.Float(
        string="Hours to Sign",
        readonly=True,
        aggregator="avg",
        help="Clock hours from receipt to signature, or until now.",
    )

    @property
    def _table_query(self):
        """One row per review and person: who signed, or everybody it waits for."""
        return SQL(
            """
            SELECT review.id::bigint * 100000 + review.user_id AS id,
                   review.id AS review_id,
                   review.user_id,
                   ir_model.id AS model_id,
                   review.definition_id,
                   review.requested_by,
                   review.company_id,
                   review.date_received,
                   review.date_deadline,
                   review.reviewed_date,
                   (review.until > review.date_deadline) IS TRUE AS is_late,
                   CASE WHEN review.until > review.date_deadline THEN 1 ELSE 0 END AS late_count,
                   CASE WHEN review.done_by IS NULL AND review.until > review.date_deadline
                             THEN 'late'
                        WHEN review.done_by IS NULL THEN 'open'
                        WHEN review.until > review.date_deadline THEN 'signed_late'
                        ELSE 'in_time'
                    END AS state,
                   GREATEST(EXTRACT(EPOCH FROM review.until - review.date_deadline) / 3600, 0)
                       AS hours_late,
                   EXTRACT(EPOCH FROM review.until
                           - COALESCE(review.date_received, review.create_date)) / 3600
                       AS hours_open
              FROM (
                    SELECT r.*,
                           COALESCE(r.done_by, rel.res_users_id) AS user_id,
                           COALESCE(r.reviewed_date, NOW() AT TIME ZONE 'UTC') AS until
                      FROM tier_review r
                      LEFT JOIN res_users_tier_review_rel rel
                        ON rel.tier_review_id = r.id AND r.done_by IS NULL
                     WHERE r.status != 'cancel'
                   ) review
              LEFT JOIN ir_model ON ir_model.model = review.model
             WHERE review.user_id IS NOT NULL
            """
        )

    def action_open_document(self):
        """Open the reviewed document.

        :return: window action, see :meth:`TierReview.action_open_document`
        """
        return self.review_id.action_open_document()
