from odoo import fields, models


class SatisfactionExclude(models.TransientModel):
    """Ask why a response shall not count."""

    _name = "satisfaction.exclude"
    _description = "Exclude Responses"

    user_input_ids = fields.Many2many("survey.user_input", string="Responses", readonly=True)
    reason = fields.Char(required=True)

    def action_exclude(self):
        """Exclude the responses.

        :return: True
        """
        self.user_input_ids.action_exclude(self.reason)
        return True
