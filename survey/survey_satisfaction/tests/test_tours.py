from odoo.tests import HttpCase, tagged

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestTours(SatisfactionCommon, HttpCase):
    def test_customer_answers_in_chinese_on_a_phone(self):
        titles = ["阀门质量", "我们的服务", "总体", "您会推荐我们吗", "还有什么"]
        words = ["非常满意", "满意", "一般", "不满意", "非常不满意"]
        self.survey.update_field_translations("title", {"zh_CN": "满意度测试"})
        for question, title in zip(self._questions(), titles, strict=True):
            question.update_field_translations("title", {"zh_CN": title})
            for answer, word in zip(question.suggested_answer_ids, words, strict=False):
                answer.update_field_translations("value", {"zh_CN": word})
        wave = self._open()
        invitation = self._invitation(wave, self.customers[0])
        invitation.lang = "zh_CN"
        self.browser_size = "375x667"
        self.touch_enabled = True
        self.start_tour(f"/satisfaction/{invitation.token}", "satisfaction_customer_answers")
        answer = invitation.user_input_id
        self.assertEqual(invitation.state, "answered")
        self.assertEqual(answer.satisfaction_index, 62.5)
        self.assertEqual(self._results(answer, "comment").comment, "交期太长")

    def test_too_few_choices_are_said_before_they_are_sent(self):
        self.env["survey.question"].create(
            {
                "survey_id": self.survey.id,
                "sequence": 20,
                "title": "Which words fit?",
                "question_type": "multiple_choice",
                "answer_min": 2,
                "suggested_answer_ids": [(0, 0, {"value": v}) for v in ("Honest", "Quick", "Lazy")],
            }
        )
        invitation = self._invitation(self._open(), self.customers[0])
        self.start_tour(f"/satisfaction/{invitation.token}", "satisfaction_choice_limits")
        answer = invitation.user_input_id
        self.assertEqual(answer.state, "in_progress")
        self.assertFalse(answer.user_input_line_ids, "the server was not asked")

    def test_officer_runs_a_wave(self):
        self.start_tour(
            f"/odoo/satisfaction-campaigns/{self.campaign.id}",
            "satisfaction_officer_runs_wave",
            login="sat_officer",
        )
        self.assertEqual(self.campaign.wave_ids.state, "closed")

    def test_case_moves_through_its_gates(self):
        case = self.env["satisfaction.case"].create(
            {
                "subject": "Late",
                "partner_id": self.customers[0].id,
                "company_id": self.company.id,
                "user_id": self.salesman.id,
            }
        )
        self.start_tour(
            f"/odoo/satisfaction-cases/{case.id}", "satisfaction_case", login="sat_salesman"
        )
        self.assertEqual((case.stage, case.corrective_action), ("action", "Check dates"))
