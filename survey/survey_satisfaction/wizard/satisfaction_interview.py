from odoo import api, fields, models


class SatisfactionInterview(models.TransientModel):
    """An employee asks on behalf of the customer: both are recorded."""

    _name = "satisfaction.interview"
    _description = "Interview"

    invitation_id = fields.Many2one("satisfaction.invitation", required=True, readonly=True)
    partner_id = fields.Many2one(related="invitation_id.partner_id")
    channel = fields.Selection(
        [("phone", "Phone"), ("visit", "Visit"), ("paper", "Paper")],
        required=True,
        default="phone",
    )
    respondent_name = fields.Char(
        "Who Answers", compute="_compute_respondent", store=True, readonly=False
    )
    respondent_function = fields.Char(
        "Position", compute="_compute_respondent", store=True, readonly=False
    )

    @api.depends("invitation_id")
    def _compute_respondent(self):
        """The contact itself where it is a person; a company speaks through somebody."""
        for wizard in self:
            contact = wizard.invitation_id.partner_id
            wizard.respondent_name = contact.name if not contact.is_company else False
            wizard.respondent_function = contact.function

    def action_start(self):
        """Open the questionnaire.

        :return: action that opens the survey page
        """
        self.ensure_one()
        self.invitation_id._check_officer()
        anonymous = self.invitation_id.wave_id.confidentiality == "anonymous"
        # Sudo: responses are made by invitations only; the group was checked above.
        answer = self.invitation_id.sudo()._start(
            self.channel,
            self.env.user,
            {}
            if anonymous
            else {
                "respondent_name": self.respondent_name,
                "respondent_function": self.respondent_function,
            },
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/survey/{answer.survey_id.access_token}/{answer.access_token}",
            "target": "new",
        }
