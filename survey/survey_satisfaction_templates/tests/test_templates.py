from odoo.tests import TransactionCase, tagged

ADDON = "survey_satisfaction_templates"
MEASURES = ("csat", "overall", "nps", "polarity")


@tagged("post_install", "-at_install")
class TestTemplates(TransactionCase):
    """The five questionnaires are complete, and in both languages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in ("en_US", "zh_CN"):
            cls.env["res.lang"]._activate_lang(lang)
        cls.surveys = {
            key: cls.env.ref(f"{ADDON}.survey_{key}") for key in ("t1", "t2", "t3", "t4", "t5")
        }

    def _codes(self, key, letters):
        codes = self.surveys[key].question_ids.mapped("item_code")
        return [code for code in codes if code[0] in letters]

    def test_counts(self):
        self.assertEqual(len(self._codes("t1", "Q")), 12)
        self.assertEqual(len(self._codes("t1", "H")), 6)
        self.assertEqual(len(self._codes("t1", "O")), 3)
        self.assertEqual(len(self._codes("t2", "Q")), 18)
        self.assertEqual(len({code[:3] for code in self._codes("t2", "Q")}), 15)
        self.assertEqual(len(self._codes("t2", "H")), 2)
        self.assertEqual(len(self._codes("t3", "B")), 10)
        self.assertEqual(len({code[:2] for code in self._codes("t3", "B")}), 9)
        self.assertEqual(len(self._codes("t3", "Q")), 12)
        self.assertEqual(len({code[:3] for code in self._codes("t3", "Q")}), 11)
        self.assertEqual(len(self._codes("t4", "Q")), 20)
        self.assertEqual(len(self._codes("t5", "Q")), 3)

    def test_settings(self):
        for survey in self.surveys.values():
            self.assertTrue(survey.is_satisfaction_template)
            self.assertTrue(survey._has_campaign_settings())
            self.assertFalse(survey.lang_ids, "every installed language")
        for key in ("t2", "t3", "t4"):
            self.assertFalse(self.surveys[key].is_satisfaction)
            self.assertFalse(self.surveys[key]._measured_questions())

    def test_scales(self):
        for question in self.surveys["t1"].question_ids.filtered(lambda q: q.measure == "csat"):
            self.assertEqual(question.suggested_answer_ids.mapped("score"), [100, 75, 50, 25, 0])
        for question in self.surveys["t5"].question_ids:
            self.assertEqual(question.suggested_answer_ids.mapped("score"), [100, 50, 0])

    def test_good_and_bad_words(self):
        question = self.env.ref(f"{ADDON}.survey_t1_q01")
        words = question.suggested_answer_ids.mapped("polarity")
        self.assertEqual((words.count("positive"), words.count("negative")), (5, 3))
        self.assertFalse(question.answer_min or question.answer_max, "the form states no limit")

    def test_every_text_is_translated(self):
        """Chinese differs from English, except for numbers and names that are the same."""
        same = {"1-30", "30-80", "80-150"}
        for survey in self.surveys.values():
            records = [(survey, ("title", "description", "description_done"))]
            for question in survey.question_and_page_ids:
                records.append((question, ("title", "comments_message", "scale_min_label")))
                records += [(answer, ("value",)) for answer in question.suggested_answer_ids]
            for record, names in records:
                for name in names:
                    english = record.with_context(lang="en_US")[name]
                    if english and english not in same:
                        self.assertNotEqual(english, record.with_context(lang="zh_CN")[name])

    def test_use_copies_both_languages(self):
        for survey in self.surveys.values():
            copy = self.env["survey.survey"].browse(survey.action_use_template()["res_id"])
            self.assertFalse(copy.is_satisfaction_template)
            for lang in ("en_US", "zh_CN"):
                old, new = survey.with_context(lang=lang), copy.with_context(lang=lang)
                self.assertEqual(old.title, new.title)
                self.assertEqual(old.question_ids.mapped("title"), new.question_ids.mapped("title"))
            self.assertEqual(
                survey.question_ids.mapped("item_code"), copy.question_ids.mapped("item_code")
            )
            copy._check_campaign_ready()

    def test_channel_question_follows_yes(self):
        question = self.env.ref(f"{ADDON}.survey_t2_q14b")
        self.assertEqual(question.triggering_answer_ids, self.env.ref(f"{ADDON}.survey_t2_q14a_a1"))
        self.assertTrue(question.comments_allowed and question.comment_count_as_answer)
