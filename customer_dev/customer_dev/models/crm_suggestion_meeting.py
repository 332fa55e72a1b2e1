from odoo import api, fields, models


class CrmSuggestionMeeting(models.Model):
    _name = "crm.suggestion.meeting"
    _inherit = ["mail.thread"]
    _description = "Meeting of the Suggestion Committee"
    _order = "date desc, id desc"

    name = fields.Char(compute="_compute_name", store=True, readonly=False)
    date = fields.Date(required=True, default=fields.Date.context_today)
    chair_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    member_ids = fields.Many2many("res.users", string="Members")
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    suggestion_ids = fields.One2many("crm.suggestion", "meeting_id", string="Suggestions")
    minutes = fields.Html()
    next_date = fields.Date(
        string="Next Meeting", compute="_compute_next_date", store=True, readonly=False
    )

    @api.depends("date")
    def _compute_name(self):
        for meeting in self:
            meeting.name = self.env._("Suggestion committee %s", meeting.date or "")

    @api.depends("date")
    def _compute_next_date(self):
        for meeting in self:
            meeting.next_date = meeting.date and fields.Date.add(meeting.date, months=3)

    def action_collect(self):
        """Put all reviewed suggestions that wait for a decision on the agenda.

        :return: True
        """
        waiting = self.env["crm.suggestion"].search(
            [("state", "=", "reviewed"), ("meeting_id", "=", False)]
        )
        waiting.meeting_id = self[:1]
        return True
