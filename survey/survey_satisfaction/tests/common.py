from unittest.mock import patch

from odoo.tests import TransactionCase, new_test_user

ADDON = "survey_satisfaction"


class SatisfactionCommon(TransactionCase):
    """A small questionnaire, a campaign and the people around it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in ("en_US", "zh_CN"):
            cls.env["res.lang"]._activate_lang(lang)
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        if "tier.definition" in cls.env:
            # With the approvals installed, these tests are about the single manager.
            cls.env["tier.definition"].search(
                [("model", "=", "satisfaction.campaign")]
            ).active = False
        cls.company = cls.env["res.company"].create({"name": "Test Valves Ltd"})
        cls.env.user.company_ids |= cls.company
        cls.officer = cls._user("sat_officer", "group_satisfaction_officer")
        cls.manager = cls._user("sat_manager", "group_satisfaction_manager")
        cls.salesman = cls._user("sat_salesman", "group_satisfaction_user")
        cls.other_salesman = cls._user("sat_other_salesman", "group_satisfaction_user")
        cls.scale = cls.env.ref(f"{ADDON}.scale_5_linear")
        cls.scale_cn = cls.env.ref(f"{ADDON}.scale_5_cn")
        cls.quality = cls.env.ref(f"{ADDON}.dimension_product")
        cls.service = cls.env.ref(f"{ADDON}.dimension_service")
        cls.survey = cls._make_survey()
        cls.customers = cls.env["res.partner"].create(
            [
                {
                    "name": f"Customer {n}",
                    "is_company": True,
                    "email": f"customer{n}@example.com",
                    "ref": f"SAT{n}",
                    "lang": "en_US",
                    "user_id": cls.salesman.id if n < 3 else cls.other_salesman.id,
                }
                for n in range(6)
            ]
        )
        cls.campaign = cls._make_campaign()

    @classmethod
    def _user(cls, login, group):
        return new_test_user(
            cls.env,
            login=login,
            groups=f"base.group_user,{ADDON}.{group}",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
            tz="UTC",
            lang="en_US",
        )

    def setUp(self):
        super().setUp()
        # Crons commit after each batch; a test has one transaction.
        self.startPatcher(
            patch.object(self.registry["ir.cron"], "_commit_progress", return_value=60.0)
        )

    @classmethod
    def _make_survey(cls, **values):
        survey = cls.env["survey.survey"].create(
            {
                "title": "Test satisfaction",
                "is_satisfaction": True,
                "questions_layout": "one_page",
                "lang_ids": [(5,)],
                "company_id": cls.company.id,
                **values,
            }
        )
        Question = cls.env["survey.question"]
        common = {"survey_id": survey.id}
        items = Question.create(
            [
                {
                    **common,
                    "sequence": n,
                    "title": title,
                    "question_type": "simple_choice",
                    "measure": measure,
                    "dimension_id": dimension.id,
                    "scale_id": cls.scale.id,
                }
                for n, (title, measure, dimension) in enumerate(
                    [
                        ("Quality of our valves", "csat", cls.quality),
                        ("Our service", "csat", cls.service),
                        ("Overall", "overall", cls.env["satisfaction.dimension"]),
                    ]
                )
            ]
        )
        items.action_apply_scale()
        Question.create(
            [
                {
                    **common,
                    "sequence": 10,
                    "title": "Would you recommend us?",
                    "question_type": "scale",
                    "measure": "nps",
                    "scale_min": 0,
                    "scale_max": 10,
                },
                {
                    **common,
                    "sequence": 11,
                    "title": "Anything else?",
                    "question_type": "text_box",
                },
            ]
        )
        return survey

    @classmethod
    def _make_campaign(cls, **values):
        return (
            cls.env["satisfaction.campaign"]
            .with_company(cls.company)
            .create(
                {
                    "name": "Yearly",
                    "survey_id": cls.survey.id,
                    "user_id": cls.officer.id,
                    "company_id": cls.company.id,
                    "target_domain": str([("id", "in", cls.customers.ids)]),
                    **values,
                }
            )
        )

    @classmethod
    def _open(cls, campaign=None, send=True):
        campaign = (campaign or cls.campaign).with_user(cls.officer)
        wave = cls.env["satisfaction.wave"].browse(campaign.action_open_wave())
        if send:
            wave.with_user(cls.officer).action_send()
        return wave

    @classmethod
    def _invitation(cls, wave, partner):
        return cls.env["satisfaction.invitation"].search(
            [("wave_id", "=", wave.id), ("partner_id", "=", partner.id)]
        )

    @classmethod
    def _questions(cls, survey=None):
        return (survey or cls.survey).question_ids.sorted("sequence")

    @classmethod
    def _fill(cls, answer, points=(0, 0, 0), nps="10", text=None):
        """Answer items by position of the scale point (``None`` = left out) and finish."""
        questions = cls._questions(answer.survey_id)
        for question, position in zip(questions[:3], points, strict=True):
            if position is not None:
                answer._save_lines(question, str(question.suggested_answer_ids[position].id))
        if nps is not None:
            answer._save_lines(questions[3], nps)
        if text:
            answer._save_lines(questions[4], text)
        answer._mark_done()
        return answer

    @classmethod
    def _answer(cls, wave, partner, points=(0, 0, 0), nps="10", text=None):
        return cls._fill(cls._invitation(wave, partner)._start(), points, nps, text)

    def _results(self, answer, measure=None):
        domain = [("user_input_id", "=", answer.id)]
        if measure:
            domain.append(("measure", "=", measure))
        return self.env["satisfaction.result"].search(domain)
