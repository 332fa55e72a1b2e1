from odoo import api, fields, models


class SurveyUserInput(models.Model):
    """Names are forgotten when their time is over; figures stay."""

    _inherit = "survey.user_input"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _cron_anonymise(self):
        """Forget who answered when the time of the questionnaire is over."""
        surveys = self.env["survey.survey"].search([("retention_months", ">", 0)])
        for survey in surveys.filtered("wave_ids"):
            limit = fields.Datetime.subtract(fields.Datetime.now(), months=survey.retention_months)
            answers = self.search(
                [
                    ("survey_id", "=", survey.id),
                    ("wave_id", "!=", False),
                    ("state", "=", "done"),
                    ("end_datetime", "<", limit),
                    "|",
                    ("partner_id", "!=", False),
                    ("invitation_id", "!=", False),
                ]
            )
            answers._forget(survey.retention_wipe_text)
            self.env["ir.cron"]._commit_progress(len(answers))

    def _forget(self, wipe_text):
        """Cut person and answer apart; figures stay."""
        invitations = self.invitation_id
        # the kept reports name customers and what they wrote; the figures can be printed again
        self.wave_id.report_pdf = False
        self.result_ids.write(
            {"partner_id": False, "commercial_partner_id": False, "user_id": False}
        )
        if wipe_text:
            self.result_ids.filtered(lambda r: r.measure == "comment").unlink()
            self._wipe_texts()
        self.env["satisfaction.proposal"].search([("user_input_id", "in", self.ids)]).unlink()
        self.write(
            {
                "partner_id": False,
                "commercial_partner_id": False,
                "email": False,
                "nickname": False,
                "respondent_name": False,
                "respondent_function": False,
                "invitation_id": False,
            }
        )
        invitations.write(
            {"partner_id": False, "commercial_partner_id": False, "email": False,
             "user_input_id": False, "user_id": False}
        )  # fmt: skip

    def _wipe_texts(self):
        lines = self.user_input_line_ids
        lines.filtered(lambda line: line.value_text_box or line.value_char_box).unlink()
