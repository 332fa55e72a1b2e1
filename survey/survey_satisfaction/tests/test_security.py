from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import SatisfactionCommon

MODELS = {
    # model: (user, officer, manager) as create-read-write-unlink letters
    "satisfaction.scale": ("r", "r", "crwu"),
    "satisfaction.scale.point": ("r", "r", "crwu"),
    "satisfaction.dimension": ("r", "r", "crwu"),
    "satisfaction.cause": ("r", "crw", "crwu"),
    "satisfaction.campaign": ("r", "crw", "crwu"),
    "satisfaction.wave": ("r", "crw", "crwu"),
    "satisfaction.invitation": ("", "r", "r"),
    "satisfaction.result": ("r", "r", "r"),
    "satisfaction.rule": ("r", "crwu", "crwu"),
    "satisfaction.case": ("crw", "crw", "crwu"),
    "satisfaction.proposal": ("", "rw", "rwu"),
    "satisfaction.interview": ("", "crw", "crw"),
    "satisfaction.exclude": ("", "", "crw"),
    "satisfaction.import": ("", "crw", "crw"),
    "satisfaction.import.line": ("", "r", "r"),
}
OPERATIONS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestSecurity(SatisfactionCommon):
    def test_every_model_has_its_rights(self):
        known = self.env["ir.model"].search([("model", "=like", "satisfaction.%")])
        abstract = {"satisfaction.figures", "satisfaction.export", "satisfaction.demo"}
        self.assertEqual(set(known.mapped("model")) - abstract, set(MODELS))
        outsider = new_test_user(self.env, "sat_outsider", groups="base.group_user")
        portal = new_test_user(self.env, "sat_portal2", groups="base.group_portal")
        for model, rights in MODELS.items():
            for user, allowed in zip(
                (self.salesman, self.officer, self.manager, outsider, portal),
                (*rights, "", ""),
                strict=True,
            ):
                for letter, operation in OPERATIONS.items():
                    self.assertEqual(
                        self.env[model].with_user(user).has_access(operation),
                        letter in allowed,
                        f"{user.login} {operation} {model}",
                    )

    def test_salespeople_see_their_own_customers_without_survey_rights(self):
        wave = self._open()
        for customer in self.customers:
            self._answer(wave, customer, (0, 1, 1))
        Result = self.env["satisfaction.result"].with_user(self.salesman)
        domain = [("wave_id", "=", wave.id)]
        self.assertEqual(Result.search(domain).commercial_partner_id, self.customers[:3])
        groups = Result.formatted_read_group(domain, ["dimension_id"], ["score:avg"])
        self.assertTrue(groups)
        self.assertEqual(self.customers[0].with_user(self.salesman).satisfaction_index, 87.5)
        self.assertIs(self.customers[4].with_user(self.salesman).satisfaction_index, False)
        with self.assertRaises(AccessError):
            self.env["survey.user_input"].with_user(self.salesman).search([])
        with self.assertRaises(AccessError):
            Result.search(domain, limit=1).read(["user_input_id"])

    def test_search_on_customers(self):
        wave = self._open()
        self._answer(wave, self.customers[0], (4, 4, 4), "9")
        self._answer(wave, self.customers[1], (0, 0, 0), "9")
        Partner = self.env["res.partner"].with_user(self.salesman)
        mine = [("id", "in", self.customers.ids)]
        low = Partner.search([*mine, ("satisfaction_index", "<", 70)])
        self.assertEqual(low, self.customers[0])
        self.assertEqual(
            Partner.search([*mine, ("satisfaction_index", ">=", 70)]), self.customers[1]
        )
        self.assertFalse(Partner.search([*mine, ("satisfaction_last_asked", "=", False)]))
        self._invitation(wave, self.customers[2]).sent_at = fields.Datetime.now() - timedelta(
            days=400
        )
        year = fields.Datetime.now() - timedelta(days=365)
        self.assertEqual(
            Partner.search([*mine, ("satisfaction_last_asked", "<", year)]), self.customers[2]
        )
        until = fields.Date.today() + timedelta(days=90)
        self.assertEqual(self.customers[0].with_user(self.salesman).survey_quarantine_until, until)
        self.assertFalse(self.customers[2].with_user(self.salesman).survey_quarantine_until)
        resting = Partner.search([*mine, ("survey_quarantine_until", "!=", False)])
        self.assertEqual(len(resting), 5)

    def test_contact_figures_are_read_in_few_queries(self):
        wave = self._open()
        for customer in self.customers:
            self._answer(wave, customer)
        self.env.flush_all()
        partners = self.customers.with_user(self.salesman)
        names = ["satisfaction_index", "nps_band", "open_case_count", "satisfaction_last_asked"]
        partners.read(names)
        self.env.invalidate_all()
        with self.assertQueryCount(16):
            partners.read(names)

    def test_officer_does_not_see_tokens(self):
        invitation = self._open().invitation_ids[0]
        with self.assertRaises(AccessError):
            invitation.with_user(self.officer).read(["token"])
        self.assertTrue(invitation.with_user(self.manager).read(["token"]))

    def test_second_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "sat_stranger",
            groups="base.group_user,survey_satisfaction.group_satisfaction_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        wave = self._open()
        answer = self._answer(wave, self.customers[0], (4, 4, 4), "0")
        self.env["satisfaction.proposal"].create(
            {
                "partner_id": self.customers[0].id,
                "company_id": self.company.id,
                "header_field": "phone",
            }
        )
        for model in ("campaign", "wave", "invitation", "result", "case", "rule", "proposal"):
            Model = self.env[f"satisfaction.{model}"]
            ours = [("company_id", "=", self.company.id)]
            self.assertTrue(Model.with_user(self.manager).search(ours, limit=1), model)
            self.assertFalse(Model.with_user(stranger).search(ours, limit=1), model)
        for model, domain in (
            ("survey.user_input", [("wave_id", "=", wave.id)]),
            ("survey.user_input.line", [("user_input_id", "=", answer.id)]),
        ):
            self.assertTrue(self.env[model].with_user(self.manager).search(domain), model)
            self.assertFalse(self.env[model].with_user(stranger).search(domain), model)
        self.assertNotIn(self.survey, self.env["survey.survey"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            wave.with_user(stranger).get_kpis()

    def test_a_campaign_asks_with_its_companys_questionnaire(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self._make_survey(title="Foreign", company_id=other.id)
        with self.assertRaises(ValidationError):
            self._make_campaign(name="X", survey_id=foreign.id)

    def test_salespeople_read_the_dashboard(self):
        """Without any right on surveys: figures and words of the questions, no answers."""
        self.campaign.write({"quarantine_contact_days": 0, "quarantine_account_days": 0})
        first = self._open()
        self._answer(first, self.customers[0])
        first.with_user(self.officer).action_close()
        wave = self._open()
        for customer in self.customers:
            self._answer(wave, customer, (1, 3, 1))
        labels = set(self._questions()[:3].mapped("title"))
        for state in ("open", "closed"):
            self.env.invalidate_all()
            dashboard = wave.with_user(self.salesman).dashboard
            self.assertEqual(dashboard["kpis"]["n"], 6, state)
            self.assertEqual({item["label"] for item in dashboard["worst"]}, labels, state)
            self.assertEqual({item["n"] for item in dashboard["worst"]}, {6}, "one wave only")
            self.assertEqual(len(dashboard["dimensions"]), 2, state)
            wave.with_user(self.officer).action_close()

    def test_answers_cannot_be_forged(self):
        wave = self._open()
        answer = self._answer(wave, self.customers[0])
        manager = answer.with_user(self.manager)
        for values in (
            {"satisfaction_index": 1},
            {"state": "in_progress"},
            {"wave_id": False},
            {"is_excluded": True},
            {"partner_id": self.customers[1].id},
        ):
            with self.assertRaises(AccessError):
                manager.write(values)
        with self.assertRaises(AccessError):
            manager.user_input_line_ids[0].write({"skipped": True})
        with self.assertRaises(AccessError):
            self.env["survey.user_input"].with_user(self.manager).create(
                {"survey_id": self.survey.id, "wave_id": wave.id}
            )
        with self.assertRaises(AccessError):
            manager.write({"user_input_line_ids": [(5,)]})

    # --- Confidential ------------------------------------------------------------------

    def _confidential(self, mode="confidential"):
        survey = self._make_survey(title=mode, confidentiality=mode)
        campaign = self._make_campaign(name=mode, survey_id=survey.id)
        return self._open(campaign)

    def test_confidential_rows_are_for_the_team(self):
        wave = self._confidential()
        for customer in self.customers:
            self._answer(wave, customer, (4, 4, 4), "0")
        Result = self.env["satisfaction.result"]
        domain = [("wave_id", "=", wave.id)]
        self.assertFalse(Result.with_user(self.salesman).search(domain))
        self.assertTrue(Result.with_user(self.officer).search(domain))
        self.assertIs(self.customers[0].with_user(self.salesman).satisfaction_index, False)
        self.assertFalse(self.env["satisfaction.case"].search(domain), "no case without consent")

    def test_open_confidential_wave_shows_no_figures_to_salespeople(self):
        wave = self._confidential()
        with self.assertRaises(AccessError):
            wave.with_user(self.salesman).get_kpis()
        self.assertEqual(wave.with_user(self.salesman).dashboard, {"hidden": True})

    def test_four_answers_are_hidden_and_cannot_be_subtracted(self):
        wave = self._confidential()
        for customer in self.customers[:4]:
            self._answer(wave, customer, (1, 1, 1))
        self.assertIs(wave.get_kpis()["index"], False)
        for customer in self.customers[4:]:
            self._answer(wave, customer, (1, 1, 1))
        self.assertEqual(wave.get_kpis()["index"], 75.0)
        rows = self.env["satisfaction.figures"]._get_segments(wave, "user_id")
        self.assertEqual(len(rows), 2)
        self.assertTrue(all(row["index"] is False and row["n"] is False for row in rows))

    def test_the_rest_of_a_hidden_group_is_hidden_too(self):
        """Three answers of one salesperson are the total without the seven of the other."""
        more = self.env["res.partner"].create(
            [
                {"name": f"More {n}", "email": f"more{n}@x.com", "user_id": self.other_salesman.id}
                for n in range(4)
            ]
        )
        everybody = self.customers | more
        survey = self._make_survey(title="rest", confidentiality="confidential")
        domain = str([("id", "in", everybody.ids)])
        wave = self._open(
            self._make_campaign(name="rest", survey_id=survey.id, target_domain=domain)
        )
        for customer in everybody:
            self._answer(wave, customer)
        rows = self.env["satisfaction.figures"]._get_segments(wave, "user_id")
        self.assertEqual([(row["invited"], row["n"]) for row in rows], [(7, False), (3, False)])

    def test_consent_allows_a_case(self):
        survey = self._make_survey(title="consent", confidentiality="confidential")
        consent = self.env["survey.question"].create(
            {
                "survey_id": survey.id,
                "sequence": 30,
                "title": "May we call you?",
                "question_type": "simple_choice",
                "measure": "consent",
                "suggested_answer_ids": [
                    (0, 0, {"value": "Yes", "polarity": "positive"}),
                    (0, 0, {"value": "No", "polarity": "negative"}),
                ],
            }
        )
        wave = self._open(self._make_campaign(name="consent", survey_id=survey.id))
        for customer, position in zip(self.customers, (0, 1), strict=False):
            answer = self._invitation(wave, customer)._start()
            answer._save_lines(consent, str(consent.suggested_answer_ids[position].id))
            self._fill(answer, (4, 4, 4), "0")
        cases = self.env["satisfaction.case"].search([("wave_id", "=", wave.id)])
        self.assertEqual(cases.partner_id, self.customers[0])

    # --- Anonymous ---------------------------------------------------------------------

    def test_anonymous_leaves_no_link_anywhere(self):
        wave = self._confidential("anonymous")
        invitations = [self._invitation(wave, customer) for customer in self.customers]
        answers = self.env["survey.user_input"]
        for invitation in invitations:
            answer = invitation._start()
            self.assertEqual(invitation._start(), answer, "resumed, not doubled")
            answers |= self._fill(answer, (4, 4, 4), "0")
        self.env.flush_all()
        self.assertEqual({i.state for i in invitations}, {"sent"})
        self.assertFalse(answers.partner_id | answers.commercial_partner_id)
        self.assertFalse(answers.invitation_id)
        self.assertFalse(answers.mapped("email") != [False] * 6)
        results = self.env["satisfaction.result"].search([("wave_id", "=", wave.id)])
        self.assertTrue(results)
        self.assertFalse(results.partner_id | results.commercial_partner_id)
        self.assertFalse(results.user_id)
        self.env.cr.execute(
            "SELECT count(*) FROM survey_user_input WHERE id = ANY(%s) AND (end_datetime::time"
            " <> '00:00' OR start_datetime::time <> '00:00' OR create_date::time <> '00:00')",
            [answers.ids],
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)
        for rows in (answers.user_input_line_ids, results):
            moments = {moment.strftime("%H:%M:%S") for moment in rows.mapped("create_date")}
            self.assertEqual(moments, {"00:00:00"}, rows._name)
        before = set(answers.mapped("access_token"))
        self.env["satisfaction.wave"]._cron_unlink_anonymous()
        self.assertEqual({i.state for i in invitations}, {"answered"})
        self.assertFalse(before & set(answers.mapped("access_token")), "the key is gone")
        [moment] = {invitation.answered_at for invitation in invitations}
        self.assertEqual(moment.strftime("%H:%M"), "00:00")
        self.assertEqual(wave.get_kpis()["n"], 6)

    def test_results_of_anonymous_waves_take_no_name_from_the_response(self):
        wave = self._confidential("anonymous")
        answer = self._invitation(wave, self.customers[0])._start()
        answer.partner_id = answer.commercial_partner_id = self.customers[0]
        results = self._results(self._fill(answer))
        self.assertTrue(results)
        self.assertFalse(results.partner_id | results.commercial_partner_id)

    def test_few_anonymous_answers_wait_until_the_wave_is_over(self):
        wave = self._confidential("anonymous")
        invitation = self._invitation(wave, self.customers[0])
        self._fill(invitation._start())
        self.env["satisfaction.wave"]._cron_unlink_anonymous()
        self.assertEqual(invitation.state, "sent")
        wave.with_user(self.officer).action_close()
        self.assertEqual(invitation.state, "answered")
        self.assertFalse(wave.sudo().anonymity_key)
        self.assertEqual(wave.response_rate, 100 / 6)

    # --- Retention and corrections -----------------------------------------------------

    def test_names_are_forgotten_figures_stay(self):
        wave = self._open()
        answer = self._answer(wave, self.customers[0], (1, 1, 1), "9", "I am Mr Wang")
        invitation = answer.invitation_id
        answer.end_datetime = fields.Datetime.now() - timedelta(days=365 * 4)
        self.env["survey.user_input"]._cron_anonymise()
        self.assertFalse(answer.partner_id or answer.invitation_id or answer.email)
        self.assertFalse(invitation.partner_id or invitation.email)
        results = self._results(answer)
        self.assertFalse(results.partner_id)
        self.assertNotIn("comment", results.mapped("measure"))
        self.assertEqual(answer.satisfaction_index, 75.0)
        self.assertFalse(answer.user_input_line_ids.filtered("value_text_box"))

    def test_corrections_are_proposed_not_written(self):
        question = self._questions()[4]
        question.write({"question_type": "char_box", "header_field": "phone"})
        self.customers[0].phone = "0512-1"
        wave = self._open()
        answer = self._invitation(wave, self.customers[0])._start()
        line = answer.user_input_line_ids.filtered(lambda x: x.question_id == question)
        self.assertEqual(line.value_char_box, "0512-1", "prefilled")
        self._fill(answer, text="0512-2")
        self.assertEqual(self.customers[0].phone, "0512-1")
        proposal = self.env["satisfaction.proposal"].search([])
        self.assertEqual((proposal.old_value, proposal.new_value), ("0512-1", "0512-2"))
        proposal.action_apply()
        self.assertEqual(self.customers[0].phone, "0512-2")

    def test_whoever_answers_for_a_company_does_not_rename_it(self):
        question = self._questions()[4]
        question.write({"question_type": "char_box", "header_field": "name"})
        person = self.env["res.partner"].create(
            {"name": "Li Ming", "function": "Buyer", "parent_id": self.customers[0].id}
        )
        self.assertEqual(person._get_survey_header()["name"], "Li Ming, Buyer")
        answer = self._invitation(self._open(), self.customers[0])._start()
        self.assertFalse(answer.user_input_line_ids)
        self._fill(answer, text="Wang Fang, Quality")
        self.assertFalse(self.env["satisfaction.proposal"].search([]))

    def test_trend_on_the_customer(self):
        self.campaign.write({"quarantine_contact_days": 0, "quarantine_account_days": 0})
        first = self._open()
        answer = self._answer(first, self.customers[0], (2, 2, 2), "5")
        first.with_user(self.officer).action_close()
        self.env["satisfaction.result"].search([("user_input_id", "=", answer.id)]).write(
            {"date": fields.Date.today() - timedelta(days=300)}
        )
        self._answer(self._open(), self.customers[0], (0, 0, 0), "10")
        partner = self.customers[0].with_user(self.salesman)
        self.assertEqual((partner.satisfaction_index, partner.satisfaction_trend), (100.0, "up"))
        self.assertEqual(partner.nps_band, "promoter")
        self.assertEqual(partner.open_case_count, 1)
        history = partner.action_view_satisfaction()
        months = (
            self.env["satisfaction.result"]
            .with_user(self.salesman)
            .with_context(**{"fill_temporal": True, **history["context"]})
            .formatted_read_group(
                [*history["domain"], ("measure", "=", "index")], ["date:month"], ["score:avg"]
            )
        )
        self.assertEqual([row["score:avg"] for row in months], [50.0, 100.0], "no zeros between")

    def test_report_lists_what_the_dissatisfied_wrote(self):
        wave = self._open()
        self._answer(wave, self.customers[0], (0, 0, 0), "10", "All fine")
        self._answer(wave, self.customers[1], (3, 3, 3), "8", "Too slow")
        for customer in self.customers[2:4]:
            self._answer(wave, customer, (4, 4, 4), "2", "It leaks")
        complaints = self.env["satisfaction.figures"]._get_complaints(wave)
        self.assertEqual([one["text"] for one in complaints], ["It leaks", "Too slow"])

    def test_report_prints(self):
        wave = self._open()
        for customer in self.customers[:3]:
            self._answer(wave, customer, (4, 1, 1), "3", "<script>alert(1)</script>")
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.officer)
            ._render_qweb_html("survey_satisfaction.report_wave", wave.ids)
        )
        text = html.decode()
        self.assertIn("<svg", text)
        report = self.env["report.survey_satisfaction.report_wave"].with_user(self.officer)
        prepared = report._prepare(wave.with_user(self.officer))
        for name in ("gauge", "dimension_chart", "nps_bar"):
            self.assertTrue(prepared[name].startswith("<svg"), name)
        self.assertNotIn("<script>alert", text)
        with self.assertRaises(AccessError):
            self.env["ir.actions.report"].with_user(self.salesman)._render_qweb_html(
                "survey_satisfaction.report_wave", wave.ids
            )
