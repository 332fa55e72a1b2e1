from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

DECISION = {"state", "grade", "award", "implement_by", "decision_reason"}


class CrmSuggestion(models.Model):
    _name = "crm.suggestion"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Development Suggestion"
    _order = "date desc, id desc"

    name = fields.Char(string="Subject", required=True)
    content = fields.Html(string="Suggestion")
    expected_effect = fields.Text()
    date = fields.Date(default=fields.Date.context_today, required=True, index=True)
    user_id = fields.Many2one(
        "res.users", string="Suggested by", default=lambda self: self.env.user, required=True
    )
    team_id = fields.Many2one("crm.team", compute="_compute_team_id", store=True, readonly=False)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    review_deadline = fields.Date(
        compute="_compute_review_deadline", store=True, help="End of the month of the suggestion."
    )
    state = fields.Selection(
        [
            ("collected", "Collected"),
            ("reviewed", "Reviewed"),
            ("adopted", "Adopted"),
            ("rejected", "Not adopted"),
            ("implemented", "Implemented"),
        ],
        default="collected",
        required=True,
        tracking=True,
        group_expand=True,
    )
    review_note = fields.Text(string="First Review")
    meeting_id = fields.Many2one(
        "crm.suggestion.meeting", string="Committee Meeting", index="btree_not_null"
    )
    grade = fields.Selection(
        [("1", "First class"), ("2", "Second class"), ("3", "Third class"), ("4", "Encouragement")],
        tracking=True,
    )
    award = fields.Monetary()
    decision_reason = fields.Text(string="Reason of the Decision")
    implement_by = fields.Date()
    effect = fields.Text(string="Effect Reached")

    @api.depends("user_id")
    def _compute_team_id(self):
        for suggestion in self:
            suggestion.team_id = suggestion.user_id.sale_team_id

    @api.depends("date")
    def _compute_review_deadline(self):
        for suggestion in self:
            suggestion.review_deadline = suggestion.date and suggestion.date + relativedelta(day=31)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.setdefault("state", "collected") != "collected":
                self._check_may_decide()
        return super().create(vals_list)

    def write(self, vals):
        if DECISION & vals.keys():
            self._check_may_decide()
        return super().write(vals)

    def _check_may_decide(self):
        if not self.env.su and not self.env.user.has_group("customer_dev.group_development_head"):
            raise AccessError(self.env._("Heads and the committee decide on suggestions."))

    def action_review(self):
        """The sales head has looked at it; it goes to the next committee.

        :return: True
        """
        self.filtered(lambda s: s.state == "collected").write({"state": "reviewed"})
        return True

    def action_adopt(self):
        """The committee adopts it; it is carried out in the month after.

        :return: True
        """
        for suggestion in self:
            if not suggestion.grade:
                raise UserError(self.env._("Grade the suggestion first."))
            suggestion.write(
                {
                    "state": "adopted",
                    "implement_by": suggestion.implement_by
                    or fields.Date.context_today(self) + relativedelta(months=1, day=10),
                }
            )
        return True

    def action_reject(self):
        """The committee does not adopt it; the author is told why.

        :return: True
        """
        if any(not (suggestion.decision_reason or "").strip() for suggestion in self):
            raise UserError(self.env._("Tell the author why."))
        self.write({"state": "rejected"})
        return True

    def action_implement(self):
        """It was carried out.

        :return: True
        """
        if any(not (suggestion.effect or "").strip() for suggestion in self):
            raise UserError(self.env._("Describe the effect that was reached."))
        self.write({"state": "implemented"})
        return True
