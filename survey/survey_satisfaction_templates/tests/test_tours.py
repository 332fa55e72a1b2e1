from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestTours(HttpCase):
    def test_questionnaire_from_a_template(self):
        new_test_user(
            self.env,
            "sat_officer",
            groups="base.group_user,survey_satisfaction.group_satisfaction_officer",
        )
        template = self.env.ref("survey_satisfaction_templates.survey_t5")
        self.start_tour(
            "/odoo/satisfaction-templates", "satisfaction_use_template", login="sat_officer"
        )
        made = self.env["survey.survey"].search([("satisfaction_code", "=", "T5")]) - template
        self.assertEqual(len(made), 1)
        self.assertFalse(made.is_satisfaction_template)
