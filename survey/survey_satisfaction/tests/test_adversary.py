"""What people try who may do something, but not this."""

import base64
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import SatisfactionCommon


class AdversaryCommon(SatisfactionCommon):
    def _make_wave(self, mode, **values):
        survey = self._make_survey(title=mode, confidentiality=mode, **values)
        campaign = self._make_campaign(name=mode, survey_id=survey.id, quarantine_exempt=True)
        return self._open(campaign)


@tagged("post_install", "-at_install")
class TestAnonymousTraces(AdversaryCommon, HttpCase):
    def test_an_answer_that_is_counted_cannot_be_given_again(self):
        wave = self._make_wave("anonymous")
        invitations = [self._invitation(wave, customer) for customer in self.customers]
        for invitation in invitations:
            self._fill(invitation._start())
        wave._settle_anonymous()
        self.assertEqual({i.state for i in invitations}, {"answered"})
        with self.assertRaises(UserError):
            invitations[0]._start()
        self.assertEqual(len(wave.survey_id.user_input_ids), 6)

    def test_login_and_hour_leave_no_trace(self):
        wave = self._make_wave("anonymous", questions_layout="page_per_question")
        customer = new_test_user(self.env, login="sat_customer", groups="base.group_portal")
        invitation = self._invitation(wave, self.customers[0])
        self.authenticate("sat_customer", "sat_customer")
        token = http.Request.csrf_token(self)
        self.url_open(f"/satisfaction/{invitation.token}/start", data={"csrf_token": token})
        self.env.invalidate_all()
        answer = wave.survey_id.user_input_ids
        for question in self._questions(wave.survey_id):
            chosen = question.suggested_answer_ids[:1].id or 10
            self.make_jsonrpc_request(
                f"/survey/submit/{wave.survey_id.access_token}/{answer.access_token}",
                {str(question.id): str(chosen), "question_id": question.id},
            )
        self.env.invalidate_all()
        self.assertEqual(answer.state, "done")
        records = [answer, answer.user_input_line_ids, self._results(answer)]
        for rows in records:
            self.assertTrue(rows)
            self.assertNotIn(customer, rows.create_uid | rows.write_uid)
            for moment in (*rows.mapped("create_date"), *rows.mapped("write_date")):
                self.assertEqual(moment.strftime("%H:%M:%S"), "00:00:00", rows)

    def test_whoever_stops_half_way_is_as_unknown(self):
        wave = self._make_wave("anonymous")
        answer = self._invitation(wave, self.customers[0])._start()
        answer._save_lines(self._questions(wave.survey_id)[3], "7")
        wave.with_user(self.officer).action_close()
        rows = answer.user_input_line_ids
        self.assertTrue(rows)
        for moment in (answer.write_date, answer.start_datetime, *rows.mapped("create_date")):
            self.assertEqual(moment.strftime("%H:%M:%S"), "00:00:00")

    def test_answers_are_not_shown_again(self):
        texts = []
        for mode in ("identified", "anonymous"):
            wave = self._make_wave(mode)
            answer = self._fill(self._invitation(wave, self.customers[0])._start(), text="It leaks")
            url = f"/survey/print/{wave.survey_id.access_token}?answer_token={answer.access_token}"
            texts.append(self.url_open(url).text)
        self.assertIn("It leaks", texts[0])
        self.assertNotIn("It leaks", texts[1])
        self.assertIn("cannot be used", texts[1])

    def test_export_is_not_in_the_order_of_answers(self):
        wave = self._make_wave("anonymous")
        for customer in self.customers:
            self._fill(self._invitation(wave, customer)._start())
        answers = wave.survey_id.user_input_ids.sorted("id")
        report = self.env["report.survey_satisfaction.report_wave"]
        self.assertFalse(report._get_segments(self.env["satisfaction.figures"], wave))
        export = self.env["satisfaction.export"].with_user(self.officer)
        identities = [export._get_identity(answer)[0] for answer in export._get_answers(wave)]
        self.assertEqual(set(identities), {""})
        self.assertEqual(set(export._get_answers(wave)), set(answers))
        shuffled = answers.sorted(export._shuffle_key)
        self.assertEqual(export._get_answers(wave).ids, shuffled.ids)


@tagged("post_install", "-at_install")
class TestConfidential(AdversaryCommon):
    def test_fields_of_an_open_wave_tell_salespeople_nothing(self):
        wave = self._make_wave("confidential")
        for customer in self.customers:
            self._answer(wave, customer)
        wave.sudo()._refresh_figures()
        self.env.invalidate_all()
        row = wave.with_user(self.salesman).read(["index", "csat", "nps", "alpha"])[0]
        self.assertEqual({row[name] for name in ("index", "csat", "nps", "alpha")}, {False})
        self.assertEqual(wave.response_rate, 100.0)
        groups = (
            self.env["satisfaction.wave"]
            .with_user(self.salesman)
            .formatted_read_group([("id", "=", wave.id)], [], ["index:avg"])
        )
        self.assertFalse(groups[0]["index:avg"])
        wave.with_user(self.officer).action_close()
        self.assertEqual(wave.with_user(self.salesman).index, 100.0)

    def test_each_figure_needs_enough_answers_of_its_own(self):
        wave = self._make_wave("confidential")
        for number, customer in enumerate(self.customers):
            recommends = "0" if number == 0 else None
            self._answer(wave, customer, (0, 0, 0 if number else 4), recommends)
        kpis = wave.get_kpis()
        self.assertEqual(kpis["n"], 6)
        self.assertEqual(kpis["index"], 100.0)
        self.assertIs(kpis["nps"], False, "one answer")
        figures = self.env["satisfaction.figures"]
        self.assertEqual(figures._get_nps_counts(wave), (0, 0, 0))
        self.assertEqual(wave.dashboard["nps_counts"], [0, 0, 0])

    def test_hidden_item_is_not_the_rest_of_its_dimension(self):
        wave = self._make_wave("confidential")
        first, second = self._questions(wave.survey_id)[:2]
        (first | second).sudo().dimension_id = self.quality
        for number, customer in enumerate(self.customers):
            self._answer(wave, customer, (0, 4 if number < 2 else None, None), None)
        figures = self.env["satisfaction.figures"]
        scores = {item["code"]: item["score"] for item in figures._get_items(wave)}
        self.assertEqual(scores, {first.item_code: 100.0, second.item_code: False})
        [dimension] = figures._get_dimensions(wave)
        self.assertEqual(dimension["score"], 100.0, "made of what is shown")
        self.assertEqual(wave.get_kpis()["csat"], 100.0)

    def test_words_and_the_three_questions_need_enough_answers(self):
        survey = self._make_survey(title="words", confidentiality="confidential")
        words = self.env["survey.question"].create(
            {
                "survey_id": survey.id,
                "sequence": 20,
                "title": "Which words fit?",
                "question_type": "multiple_choice",
                "measure": "polarity",
                "suggested_answer_ids": [
                    Command.create({"value": "Honest", "polarity": "positive"}),
                    Command.create({"value": "Lazy", "polarity": "negative"}),
                ],
            }
        )
        scale = {"survey_id": survey.id, "question_type": "scale", "scale_min": 1, "scale_max": 10}
        three = self.env["survey.question"].create(
            [
                {**scale, "sequence": 30 + n, "title": measure, "measure": measure}
                for n, measure in enumerate(("expectation", "ideal"))
            ]
        )
        wave = self._open(self._make_campaign(name="words", survey_id=survey.id))
        figures = self.env["satisfaction.figures"]
        for number, customer in enumerate(self.customers[:5]):
            self.assertFalse(figures._get_polarity(wave), number)
            self.assertFalse(figures._get_acsi(wave), number)
            answer = self._invitation(wave, customer)._start()
            answer._save_lines(words, [str(words.suggested_answer_ids[0].id)])
            for question in three:
                answer._save_lines(question, "9")
            self._fill(answer, text="Fine")
        self.assertEqual(figures._get_polarity(wave)[words.item_code]["net"], 100.0)
        self.assertTrue(figures._get_acsi(wave))
        comments = figures._get_comments(wave)
        self.assertEqual([one["partner"] for one in comments], [False] * 5)

    def test_tables_together_hide_their_difference(self):
        """Six answers of one industry, five of them from one region: the sixth is alone."""
        more = self.env["res.partner"].create(
            [{"name": f"More {n}", "is_company": True, "email": f"more{n}@example.com"}
             for n in range(14)]
        )  # fmt: skip
        everybody = self.customers | more
        industry = self.env["res.partner.industry"].create([{"name": "Pumps"}, {"name": "Valves"}])
        states = self.env["res.country.state"].search([], limit=2)
        for number, partner in enumerate(everybody):
            partner.industry_id = industry[0] if number < 6 else industry[1]
            partner.state_id = states[0] if number < 5 else states[1]
            partner.user_id = False
        survey = self._make_survey(title="cells", confidentiality="confidential")
        wave = self._open(
            self._make_campaign(
                name="cells", survey_id=survey.id, target_domain=str([("id", "in", everybody.ids)])
            )
        )
        for partner in everybody:
            self._answer(wave, partner)
        figures = self.env["satisfaction.figures"]
        shown = {
            name: {row["key"] for row in figures._get_segments(wave, name) if row["n"] is not False}
            for name in ("industry_id", "region_id")
        }
        both = shown["industry_id"] and shown["region_id"]
        self.assertFalse(both, shown)


@tagged("post_install", "-at_install")
class TestForging(AdversaryCommon):
    def test_links_in_mails_are_not_for_the_team(self):
        wave = self._open()
        messages = self.env["mail.message"].search(
            [("model", "=", "satisfaction.invitation"), ("res_id", "in", wave.invitation_ids.ids)]
        )
        self.assertIn(wave.invitation_ids[0].token, "".join(messages.mapped("body")))
        for user in (self.officer, self.manager, self.salesman):
            found = self.env["mail.message"].with_user(user).search([("id", "in", messages.ids)])
            self.assertFalse(found, user.login)
            with self.assertRaises(AccessError):
                messages[0].with_user(user).read(["body"])

    def test_a_response_is_what_the_customer_sent(self):
        wave = self._open()
        answer = self._answer(wave, self.customers[0])
        for values in (
            {"company_id": False},
            {"survey_id": self._make_survey(title="x").id},
            {"predefined_question_ids": [Command.clear()]},
            {"access_token": "mine"},
            {"end_datetime": "2020-01-01 00:00:00"},
            {"email": "other@example.com"},
            {"deadline": "2099-01-01 00:00:00"},
        ):
            with self.assertRaises(AccessError, msg=values):
                answer.with_user(self.manager).write(values)
        answer.with_user(self.manager).write({"respondent_name": "Mr Wang"})

    def test_approved_reports_are_not_rewritten(self):
        wave = self._open()
        self._answer(wave, self.customers[0])
        wave.with_user(self.officer).action_close()
        wave.with_user(self.officer).conclusion = "Good"
        wave.with_user(self.manager).action_report()
        for values in ({"conclusion": "Bad"}, {"date_open": "2020-01-01"}, {"name": "1999"}):
            with self.assertRaises(UserError, msg=values):
                wave.with_user(self.officer).write(values)

    def test_report_is_kept_as_approved(self):
        wave = self._open()
        answer = self._answer(wave, self.customers[0])
        wave.with_user(self.officer).action_close()
        wave.with_user(self.officer).conclusion = "Good"
        self.assertFalse(wave.report_pdf)
        wave.with_user(self.manager).action_report()
        kept = wave.with_user(self.officer).report_pdf
        self.assertIn(b"Good", base64.b64decode(kept))
        with self.assertRaises(AccessError):
            wave.with_user(self.manager).report_pdf = base64.b64encode(b"Better")
        with self.assertRaises(AccessError):
            wave.with_user(self.salesman).read(["report_pdf"])
        file = self.env["ir.attachment"].search(
            [("res_model", "=", wave._name), ("res_field", "=", "report_pdf")]
        )
        self.assertTrue(file.with_user(self.officer).datas)
        with self.assertRaises(AccessError):
            file.with_user(self.salesman).read(["datas"])
        answer.end_datetime = fields.Datetime.now() - timedelta(days=365 * 4)
        self.env["survey.user_input"]._cron_anonymise()
        self.assertFalse(wave.report_pdf, "it names the customer")

    def test_running_campaigns_keep_to_the_approved_cost(self):
        self._open()
        campaign = self.campaign.with_user(self.officer)
        with self.assertRaises(UserError):
            campaign.budget = 100000
        campaign.with_user(self.manager).budget = 100
        self.assertEqual(campaign.budget, 100)

    def test_another_agency_needs_another_approval(self):
        agencies = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        campaign = self._make_campaign(
            name="Agency", kind="third_party", agency_id=agencies[0].id
        ).with_user(self.officer)
        campaign.with_user(self.manager).action_approve()
        campaign.agency_id = agencies[1]
        self.assertEqual(campaign.state, "draft")

    def test_salespeople_of_other_companies_and_customers(self):
        wave = self._open()
        answer = self._answer(wave, self.customers[0], (4, 4, 4), "0")
        case = self.env["satisfaction.case"].search([("wave_id", "=", wave.id)])
        case.user_id = self.officer
        stranger = self.other_salesman
        for model, record in (
            ("satisfaction.result", self._results(answer)),
            ("satisfaction.case", case),
        ):
            Model = self.env[model].with_user(stranger)
            self.assertFalse(Model.search([("id", "in", record.ids)]), model)
            self.assertFalse(Model.search_count([("id", "in", record.ids)]))
            self.assertFalse(Model._read_group([("id", "in", record.ids)], ["wave_id"]))
            with self.assertRaises(AccessError):
                record.with_user(stranger).read(["display_name"])
        with self.assertRaises(AccessError):
            self.env["satisfaction.invitation"].with_user(stranger).search([])


@tagged("post_install", "-at_install")
class TestImportOnce(AdversaryCommon):
    def _preview(self, wave, text):
        wizard = (
            self.env["satisfaction.import"]
            .with_user(self.officer)
            .create({"wave_id": wave.id, "file": base64.b64encode(text.encode()),
                     "filename": "a.csv"})
        )  # fmt: skip
        wizard.action_preview()
        return wizard

    def test_one_row_per_respondent(self):
        wave = self._open()
        code = self._questions()[0].item_code
        wizard = self._preview(
            wave, f"ref,respondent,{code}\nSAT0,,1\nSAT0,,5\n,Zhang,1\n,Zhang,2\n"
        )
        self.assertEqual([bool(line.error) for line in wizard.line_ids], [False, True, False, True])

    def test_what_the_customer_answered_meanwhile_stays(self):
        wave = self._open()
        code = self._questions()[0].item_code
        wizard = self._preview(wave, f"ref,{code}\nSAT0,5\n")
        answer = self._answer(wave, self.customers[0])
        wizard.action_import()
        line = answer.user_input_line_ids.filtered(lambda line: line.question_id.item_code == code)
        self.assertEqual(line.suggested_answer_id.score, 100.0)
        self.assertEqual(answer.channel, "email")

    def test_rows_are_read_from_the_file_only(self):
        wave = self._open()
        wizard = self._preview(wave, f"ref,{self._questions()[0].item_code}\nSAT0,5\n")
        with self.assertRaises(AccessError):
            wizard.line_ids.write({"answers": {}})
        with self.assertRaises(AccessError):
            wizard.write({"line_ids": [Command.create({"row": 9, "answers": {}})]})


@tagged("post_install", "-at_install")
class TestMerge(AdversaryCommon):
    def test_merged_contacts_keep_their_history(self):
        with freeze_time("2024-05-01"):
            first = self._open()
            self._answer(first, self.customers[0])
            self._answer(first, self.customers[1])
            first.with_user(self.officer).action_close()
        second = self._open()
        self._answer(second, self.customers[1])
        invitations = (first | second).invitation_ids
        kept, other = self.customers[0], self.customers[1]
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (kept | other).ids, kept, extra_checks=False
        )
        self.assertEqual(len(invitations.exists()), 12)
        of_kept = invitations.filtered(lambda i: i.partner_id == kept)
        self.assertEqual(set(of_kept.mapped("wave_id")), {first, second})
        now = of_kept.filtered(lambda i: i.wave_id == second)
        self.assertEqual(now.state, "answered", "the row with the answer is kept")
        self.assertEqual(len(self.survey.user_input_ids.filtered("invitation_id")), 3)
