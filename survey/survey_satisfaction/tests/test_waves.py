from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestWaves(SatisfactionCommon):
    def _states(self, wave):
        return {i.partner_id: (i.state, i.reason) for i in wave.invitation_ids}

    def test_every_contact_left_out_is_a_row_with_its_reason(self):
        one, two, three, four, _five, _six = self.customers
        one.survey_opt_out = True
        two.email = False
        three.email = "nonsense"
        self.env["mail.blacklist"].create({"email": four.email})
        wave = self._open(send=False)
        states = self._states(wave)
        self.assertEqual(states[one], ("excluded", "opt_out"))
        self.assertEqual(states[two], ("excluded", "no_email"))
        self.assertEqual(states[three], ("excluded", "no_email"))
        self.assertEqual(states[four], ("excluded", "blacklisted"))
        self.assertEqual((wave.frame_size, wave.frame_accounts), (6, 6))

    def test_open_wave_is_idempotent(self):
        wave = self._open(send=False)
        self.assertEqual(self.campaign.with_user(self.officer).action_open_wave(), wave.id)
        self.assertEqual(len(self.campaign.wave_ids), 1)

    def test_second_wave_asks_again_with_new_tokens(self):
        first = self._open()
        self._answer(first, self.customers[0])
        first.with_user(self.officer).action_close()
        self.campaign.write({"quarantine_contact_days": 0, "quarantine_account_days": 0})
        second = self._open()
        old, new = (self._invitation(w, self.customers[0]) for w in (first, second))
        self.assertNotEqual(old.token, new.token)
        self.assertEqual((new.state, bool(new.user_input_id)), ("sent", False))
        again = new._start()
        self.assertNotEqual(again, old.user_input_id, "not last year's answer")
        self.assertEqual((again.state, again.wave_id), ("in_progress", second))

    def test_several_contacts_of_one_customer_in_one_wave(self):
        contacts = self.env["res.partner"].create(
            [
                {"name": f"P{n}", "parent_id": self.customers[0].id, "email": f"p{n}@x.com"}
                for n in range(3)
            ]
        )
        campaign = self._make_campaign(
            name="All", contact_policy="all",
            target_domain=str([("id", "=", self.customers[0].id)]),
        )  # fmt: skip
        wave = self._open(campaign)
        self.assertEqual(wave.invitation_ids.partner_id, contacts)
        self.assertEqual(set(wave.invitation_ids.mapped("state")), {"sent"})

    def test_main_contact_where_the_company_has_no_address(self):
        company = self.env["res.partner"].create(
            {
                "name": "No mail",
                "is_company": True,
                "child_ids": [Command.create({"name": "Buyer", "email": "b@x.com"})],
            }
        )
        campaign = self._make_campaign(name="M", target_domain=str([("id", "=", company.id)]))
        wave = self._open(campaign, send=False)
        self.assertEqual(wave.invitation_ids.partner_id, company.child_ids)

    def test_key_customers_are_always_in_the_sample(self):
        tag = self.env["res.partner.category"].create({"name": "A"})
        self.customers[5].category_id = tag
        campaign = self._make_campaign(
            name="S", sample_method="random_n", sample_size=2, key_category_ids=tag.ids
        )
        states = self._states(self._open(campaign, send=False))
        planned = [p for p, (state, _r) in states.items() if state == "planned"]
        self.assertEqual(len(planned), 2)
        self.assertIn(self.customers[5], planned)
        self.assertEqual(sum(reason == "not_sampled" for _s, reason in states.values()), 4)

    def test_target_is_looked_up_with_the_officers_rights(self):
        other_company = self.env["res.company"].create({"name": "Elsewhere"})
        hidden = self.env["res.partner"].create(
            {"name": "Hidden", "is_company": True, "email": "h@x.com",
             "company_id": other_company.id}
        )  # fmt: skip
        campaign = self._make_campaign(name="T", target_domain=str([("id", "=", hidden.id)]))
        self.assertFalse(self._open(campaign, send=False).invitation_ids)

    def test_officer_cannot_borrow_the_managers_rights(self):
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.officer).user_id = self.manager

    def test_sending_twice_writes_once(self):
        wave = self._open()
        mails = self.env["mail.mail"].search([("model", "=", "satisfaction.invitation")])
        self.assertEqual(len(mails.filtered(lambda m: m.res_id in wave.invitation_ids.ids)), 6)
        self.assertEqual(wave.with_user(self.officer).action_send(), 0)
        late = wave.invitation_ids.sudo()
        self.assertEqual(late._send_batch(), 0, "what another worker has sent meanwhile")
        self.assertEqual(self.env["mail.mail"].search([("model", "=", late._name)]), mails)

    def test_mail_speaks_the_customers_language(self):
        template = self.env.ref("survey_satisfaction.mail_template_invite")
        template.update_field_translations("subject", {"zh_CN": "请您评价"})
        self.customers[0].lang = "zh_CN"
        wave = self._open()
        invitation = self._invitation(wave, self.customers[0])
        mails = self.env["mail.mail"].search([("model", "=", "satisfaction.invitation")])
        subjects = {m.res_id: m.subject for m in mails}
        self.assertEqual(subjects[invitation.id], "请您评价")
        other = self._invitation(wave, self.customers[1])
        self.assertIn("your opinion", subjects[other.id])

    def test_reminders_only_to_those_who_did_not_answer(self):
        wave = self._open()
        self._answer(wave, self.customers[0])
        self._invitation(wave, self.customers[1])._decline()
        past = fields.Datetime.now() - timedelta(days=8)
        wave.invitation_ids.write({"sent_at": past})
        Invitation = self.env["satisfaction.invitation"]
        domain = [*Invitation._get_reminder_domain(), ("wave_id", "=", wave.id)]
        due = Invitation.search(domain)
        self.assertEqual(due.partner_id, self.customers[2:])
        due._remind_batch()
        domain = [*Invitation._get_reminder_domain(), ("wave_id", "=", wave.id)]
        self.assertFalse(Invitation.search(domain), "not twice on one day")
        wave.invitation_ids.with_user(self.officer).action_remind()
        reminded = wave.invitation_ids.filtered("reminder_count")
        self.assertEqual(reminded.partner_id, self.customers[2:], "by hand neither")

    def test_reminders_end(self):
        wave = self._open()
        past = fields.Datetime.now() - timedelta(days=80)
        wave.invitation_ids.write({"sent_at": past, "reminder_count": 2})
        domain = self.env["satisfaction.invitation"]._get_reminder_domain()
        self.assertFalse(wave.invitation_ids.filtered_domain(domain))

    def test_bad_address_leaves_the_response_rate(self):
        wave = self._open()
        invitation = self._invitation(wave, self.customers[0])
        mail = self.env["mail.mail"].search(
            [("model", "=", invitation._name), ("res_id", "=", invitation.id)]
        )
        mail._postprocess_sent_message([], [], failure_type="mail_smtp")
        self.assertEqual(invitation.state, "sent", "a server that is down is no bad address")
        mail._postprocess_sent_message([], [], failure_type="mail_email_invalid")
        self.assertEqual(invitation.state, "undeliverable")
        self.assertEqual(wave.get_kpis()["invited"], 5)

    def test_counts_on_the_form_are_those_of_this_moment(self):
        wave = self._open()
        self.assertEqual((wave.current_invited_count, wave.current_response_count), (6, 0))
        self._answer(wave, self.customers[0])
        wave.invalidate_recordset()
        self.assertEqual(wave.current_response_count, 1)
        wave.with_user(self.officer).action_close()
        wave.invalidate_recordset()
        self.assertEqual((wave.current_invited_count, wave.current_response_count), (6, 1))

    def test_few_customers_are_all_asked(self):
        self.assertEqual((self.campaign.target_count, self.campaign.needed_answers), (6, 6))

    def test_late_waves_close_by_themselves(self):
        wave = self._open()
        wave.sudo().date_close = fields.Date.today() - timedelta(days=1)
        self.env["satisfaction.wave"]._cron_close()
        self.assertEqual(wave.state, "closed")
        self.assertFalse(wave.is_representative)
        self.assertTrue(self.campaign.user_id in wave.activity_ids.user_id)

    def test_next_wave_is_planned_ahead_and_opened(self):
        today = fields.Date.today()
        self.campaign.sudo().write({"state": "running", "next_date": today + timedelta(days=40)})
        self.env["satisfaction.campaign"]._cron_plan()
        wave = self.campaign.wave_ids
        self.assertEqual((len(wave), wave.state), (1, "planned"))
        self.assertTrue(self.campaign.activity_ids)
        wave.sudo().date_open = today
        self.campaign.sudo().next_date = today
        self.env["satisfaction.campaign"]._cron_plan()
        self.assertEqual(wave.state, "open")
        self.assertGreater(self.campaign.next_date, today)

    # --- Events ------------------------------------------------------------------------

    def _event_campaign(self, **values):
        campaign = self._make_campaign(name="Event", kind="transactional", **values)
        campaign.sudo().state = "running"
        return campaign

    def test_enqueue_once_per_origin(self):
        campaign = self._event_campaign().with_user(self.officer)
        origin = ("res.partner", self.customers[5].id)
        first = campaign.enqueue(self.customers[0].id, *origin)
        self.assertTrue(first)
        self.assertEqual(campaign.enqueue(self.customers[0].id, *origin), first)

    def test_enqueue_respects_rest_and_says_zero(self):
        campaign = self._event_campaign().with_user(self.officer)
        self.assertTrue(campaign.enqueue(self.customers[0].id, "res.partner", 1))
        self.assertEqual(campaign.enqueue(self.customers[0].id, "res.partner", 2), 0)
        rows = self.env["satisfaction.invitation"].search([("campaign_id", "=", campaign.id)])
        self.assertEqual(
            sorted(rows.mapped(lambda r: (r.state, r.reason))),
            [("planned", False), ("quarantined", "contact_rest")],
        )

    def test_enqueue_at_a_later_day(self):
        campaign = self._event_campaign().with_user(self.officer)
        at = fields.Datetime.to_string(fields.Datetime.now() + timedelta(days=7))
        invitation = self.env["satisfaction.invitation"].browse(
            campaign.enqueue(self.customers[0].id, at=at)
        )
        invitation.wave_id.with_user(self.officer).action_send()
        self.assertEqual(invitation.state, "planned")
        invitation.planned_at = fields.Datetime.now() - timedelta(hours=1)
        invitation.wave_id.with_user(self.officer).action_send()
        self.assertEqual(invitation.state, "sent")

    def test_enqueue_needs_rights(self):
        with self.assertRaises(AccessError):
            self._event_campaign().with_user(self.salesman).enqueue(self.customers[0].id)

    # --- Approval and locks ------------------------------------------------------------

    def test_money_needs_approval(self):
        campaign = self._make_campaign(name="Agency", kind="third_party", budget=5000)
        officer = campaign.with_user(self.officer)
        with self.assertRaises(UserError):
            officer.action_open_wave()
        officer.action_submit()
        with self.assertRaises(AccessError):
            officer.action_approve()
        campaign.sudo()._set_state("approved")
        self.assertTrue(officer.action_open_wave())

    def test_state_cannot_be_written(self):
        for values in ({"state": "approved"}, {"approver_id": self.manager.id}):
            with self.assertRaises(AccessError):
                self.campaign.with_user(self.manager).write(values)
        with self.assertRaises(AccessError):
            self.env["satisfaction.campaign"].with_user(self.officer).create(
                {"name": "X", "survey_id": self.survey.id, "state": "running"}
            )

    def test_figures_cannot_be_written(self):
        wave = self._open().with_user(self.manager)
        for values in ({"index": 99}, {"state": "closed"}, {"mapping": {}}, {"open_token": "x"}):
            with self.assertRaises(AccessError):
                wave.write(values)
        with self.assertRaises(AccessError):
            wave.invitation_ids[0].write({"state": "answered"})

    def test_used_questionnaire_is_locked(self):
        self._open()
        question = self._questions()[0].with_user(self.officer)
        for change in (
            lambda: question.write({"title": "Other words"}),
            lambda: question.write({"weight": 9}),
            lambda: question.suggested_answer_ids[0].write({"score": 10}),
            lambda: question.update_field_translations("title", {"zh_CN": "别的"}),
            lambda: question.unlink(),
            lambda: question.copy(),
        ):
            with self.assertRaises(UserError):
                change()

    def test_typo_needs_manager_and_reason(self):
        self._open()
        question = self._questions()[0]
        with self.assertRaises(AccessError):
            question.with_user(self.officer).action_fix_typo("Quality", "typo")
        with self.assertRaises(UserError):
            question.with_user(self.manager).action_fix_typo("Quality", "")
        question.with_user(self.manager).action_fix_typo("Quality", "typo")
        self.assertEqual(question.title, "Quality")
        self.assertIn("typo", self.survey.message_ids[0].body)

    def test_new_version_keeps_codes_and_titles(self):
        self._open()
        self.survey.update_field_translations("title", {"zh_CN": "满意度"})
        action = self.survey.with_user(self.officer).action_new_version()
        version = self.env["survey.survey"].browse(action["res_id"])
        self.assertEqual(version.title, "Test satisfaction")
        self.assertEqual(version.with_context(lang="zh_CN").title, "满意度")
        self.assertEqual(version.satisfaction_version, 2)
        self.assertFalse(version.satisfaction_locked)
        self.assertEqual(
            version.question_ids.mapped("item_code"), self.survey.question_ids.mapped("item_code")
        )
        version.question_ids[0].with_user(self.officer).title = "Changed"

    def test_settings_core_would_spoil(self):
        for values in (
            {"scoring_type": "scoring_without_answers"},
            {"access_mode": "public"},
            {"questions_selection": "random"},
            {"users_login_required": True},
            {"survey_type": "assessment"},
            {"is_time_limited": True, "time_limit": 5},
        ):
            with self.assertRaises(ValidationError):
                self.survey.write(values)

    def test_no_live_session_ends_answers_past_their_results(self):
        self.assertFalse(self.survey.session_available)

    def test_nobody_shares_a_questionnaire_by_hand(self):
        with self.assertRaises(UserError):
            self.survey.with_user(self.manager).action_send_survey()
        ordinary = self.env["survey.survey"].create(
            {"title": "O", "question_and_page_ids": [Command.create({"title": "?"})]}
        )
        self.assertEqual(ordinary.action_send_survey()["res_model"], "survey.invite")

    def test_settings_stay_while_customers_are_asked(self):
        """Also those of questionnaires that measure nothing: needs, processes."""
        needs = self._make_survey(title="Needs")
        needs.is_satisfaction = False
        needs.question_ids.measure = "none"
        self._open(self._make_campaign(name="Needs", survey_id=needs.id))
        officer = needs.with_user(self.officer)
        for values in ({"access_mode": "public"}, {"is_time_limited": True, "time_limit": 5}):
            with self.assertRaises(UserError):
                officer.write(values)
        officer.write({"access_mode": "token", "title": "Same settings, other title"})

    def test_nothing_measured_is_no_questionnaire(self):
        empty = self.env["survey.survey"].create({"title": "E", "is_satisfaction": True})
        campaign = self._make_campaign(name="E", survey_id=empty.id)
        with self.assertRaises(UserError):
            self._open(campaign)

    @mute_logger("odoo.sql_db")
    def test_scale_order(self):
        with self.assertRaises(ValidationError):
            self.env["satisfaction.scale"].create(
                {
                    "name": "Bad",
                    "code": "bad",
                    "point_ids": [
                        Command.create({"name": n, "score": s})
                        for n, s in (("a", 0), ("b", 100), ("c", 50))
                    ],
                }
            )

    # --- Other channels ----------------------------------------------------------------

    def test_interview_records_both(self):
        wave = self._open()
        invitation = self._invitation(wave, self.customers[0])
        wizard = Form(
            self.env["satisfaction.interview"]
            .with_user(self.officer)
            .with_context(default_invitation_id=invitation.id)
        )
        self.assertEqual(wizard.partner_id, self.customers[0])
        self.assertFalse(wizard.respondent_name, "a company speaks through somebody")
        wizard.channel = "visit"
        wizard.respondent_name = "Mr Wang"
        action = wizard.save().action_start()
        answer = invitation.user_input_id
        self.assertIn(answer.access_token, action["url"])
        self.assertEqual(answer.interviewer_id, self.officer)
        self.assertEqual((answer.channel, answer.respondent_name), ("visit", "Mr Wang"))
        self.assertEqual(answer.partner_id, self.customers[0])
        self.assertEqual(answer.email, "customer0@example.com")

    def test_each_response_has_its_own_customer(self):
        """Two surveys one after the other: nothing of the first reaches the second."""
        other = self._make_campaign(
            name="Other", survey_id=self._make_survey(title="Other").id, quarantine_exempt=True
        )
        first = self._invitation(self._open(), self.customers[0])._start()
        second = self._invitation(self._open(other), self.customers[1])._start()
        for answer, number in ((first, 0), (second, 1)):
            self.assertEqual(answer.partner_id, self.customers[number])
            self.assertEqual(answer.email, f"customer{number}@example.com")
        self.assertNotEqual(first.access_token, second.access_token)

    def test_invitation_names_its_language(self):
        invitation = self._open(send=False).invitation_ids[0]
        invitation.lang = "zh_CN"
        self.assertIn("简体", invitation.lang_name)

    def test_interview_starts_with_the_contact(self):
        person = self.env["res.partner"].create(
            {"name": "Li Ming", "function": "Buyer", "parent_id": self.customers[0].id}
        )
        self.campaign.target_domain = str([("id", "=", person.id)])
        self.campaign.contact_policy = "all"
        invitation = self._invitation(self._open(), person)
        wizard = Form(
            self.env["satisfaction.interview"]
            .with_user(self.officer)
            .with_context(default_invitation_id=invitation.id)
        )
        self.assertEqual((wizard.respondent_name, wizard.respondent_function), ("Li Ming", "Buyer"))

    def test_export_has_one_column_per_item(self):
        wave = self._open()
        self._answer(wave, self.customers[0], (0, 1, 2), "9", "=HYPERLINK(1)")
        export = self.env["satisfaction.export"].with_user(self.officer)
        content = export._export(wave.with_user(self.officer))
        import io

        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(content))
        header, row = [list(r) for r in book.worksheets[0].iter_rows(values_only=True)]
        values = dict(zip(header, row, strict=True))
        codes = self._questions().mapped("item_code")
        self.assertEqual([values[code] for code in codes], [1, 2, 3, 9, "=HYPERLINK(1)"])
        self.assertEqual(len(book.worksheets), 2)
        with self.assertRaises(AccessError):
            self.env["satisfaction.export"].with_user(self.salesman)._export(
                wave.with_user(self.salesman)
            )
