import io
from datetime import timedelta
from unittest.mock import patch

import openpyxl

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.models import BaseModel
from odoo.tests import tagged

from ..lib import stats
from .common import SatisfactionCommon

WAVE = "odoo.addons.survey_satisfaction.models.satisfaction_wave"


@tagged("post_install", "-at_install")
class TestResults(SatisfactionCommon):
    def test_score_rows_of_a_response(self):
        wave = self._open()
        answer = self._answer(wave, self.customers[0], (1, 3, 2), "7", "Late again")
        items = self._results(answer, "csat").sorted("item_code")
        self.assertEqual(items.mapped("score"), [75.0, 25.0])
        self.assertEqual(items.mapped("satisfied_pct"), [100.0, 0.0])
        self.assertEqual(self._results(answer, "nps").nps_points, 0.0)
        self.assertEqual(self._results(answer, "comment").comment, "Late again")
        self.assertEqual(answer.satisfaction_index, 50.0)
        self.assertEqual(self._invitation(wave, self.customers[0]).state, "answered")

    def test_nps_zero_counts(self):
        answer = self._answer(self._open(), self.customers[0], nps="0")
        self.assertEqual(self._results(answer, "nps").nps_points, -100.0)
        self.assertEqual(self._results(answer, "nps").score, 0.0)

    def test_cleared_scale_is_no_answer(self):
        wave = self._open()
        answer = self._invitation(wave, self.customers[0])._start()
        answer._save_lines(self._questions()[3], "7")
        answer._save_lines(self._questions()[3], "")
        self.assertEqual(
            answer.user_input_line_ids.filtered(
                lambda x: x.question_id.measure == "nps"
            ).value_scale,
            7,
            "the trap: the number stays",
        )
        self._fill(answer, nps=None)
        self.assertFalse(self._results(answer, "nps"))
        self.assertFalse(answer.nps_points)
        self.assertIs(answer.nps_points, False)

    def test_unanswered_is_empty_not_zero(self):
        wave = self._open()
        answer = self._answer(wave, self.customers[0], (None, None, 0))
        self.assertIs(answer.satisfaction_index, False)
        self.assertFalse(self._results(answer, "index"))
        self.assertIs(wave.get_kpis()["index"], False)

    def test_half_answered_is_enough_and_renormalised(self):
        self._questions()[0].weight = 3
        answer = self._answer(self._open(), self.customers[0], (1, None, 0))
        self.assertEqual(answer.satisfaction_index, 75.0)
        self.assertEqual(answer.answered_ratio, 0.5)

    def test_weights_count(self):
        self._questions()[0].weight = 3
        answer = self._answer(self._open(), self.customers[0], (0, 4, 0))
        self.assertEqual(answer.satisfaction_index, 75.0)

    def test_not_applicable_leaves_numerator_and_denominator(self):
        question = self._questions()[0]
        question.suggested_answer_ids = [
            Command.create({"value": "Not applicable", "is_na": True, "sequence": 99})
        ]
        answer = self._answer(self._open(), self.customers[0], (5, 1, 0))
        self.assertEqual(answer.satisfaction_index, 75.0)
        self.assertEqual(answer.answered_ratio, 1.0)

    def test_matrix_rows_are_items(self):
        matrix = self.env["survey.question"].create(
            {
                "survey_id": self.survey.id,
                "sequence": 12,
                "title": "Delivery",
                "question_type": "matrix",
                "measure": "csat",
                "scale_id": self.scale.id,
                "matrix_row_ids": [
                    Command.create({"value": "Punctual"}),
                    Command.create({"value": "Complete"}),
                ],
            }
        )
        matrix.action_apply_scale()
        self.assertEqual(matrix.matrix_row_ids.mapped("row_code"), ["R1", "R2"])
        wave = self._open()
        answer = self._invitation(wave, self.customers[0])._start()
        row, worst = matrix.matrix_row_ids[1], matrix.suggested_answer_ids[4]
        answer._save_lines(matrix, {str(row.id): [str(worst.id)]})
        self._fill(answer)
        rows = self._results(answer, "csat").filtered(lambda r: r.question_id == matrix)
        self.assertEqual(rows.mapped("item_code"), [f"{matrix.item_code}.R2"])
        self.assertEqual(rows.score, 0.0)
        self.assertEqual(answer.answered_ratio, 0.75)

    def test_mapping_of_the_wave(self):
        campaign = self._make_campaign(name="CN", scale_id=self.scale_cn.id)
        wave = self._open(campaign)
        answer = self._answer(wave, self.customers[0], (2, 2, 2))
        self.assertEqual(answer.satisfaction_index, 60.0)
        self.assertEqual(wave.scale_signature, "100/80/60/40/20")
        export = self.env["satisfaction.export"].with_user(self.officer)
        content = export._export(wave.with_user(self.officer))
        _responses, codes = openpyxl.load_workbook(io.BytesIO(content)).worksheets
        scores = [row[6] for row in codes.iter_rows(min_row=2, max_row=6, values_only=True)]
        self.assertEqual(scores, [100, 80, 60, 40, 20], "as the wave counts them")

    def test_account_first_average(self):
        """Ten happy contacts of one customer against one unhappy one: 50, not 91."""
        big = self.customers[0]
        contacts = self.env["res.partner"].create(
            [{"name": f"C{n}", "parent_id": big.id, "email": f"c{n}@x.com"} for n in range(10)]
        )
        domain = str([("id", "in", (big | self.customers[1]).ids)])
        campaign = self._make_campaign(name="All", contact_policy="all", target_domain=domain)
        wave = self._open(campaign)
        for contact in contacts:
            self._answer(wave, contact)
        self._answer(wave, self.customers[1], (4, 4, 4), "0")
        self.assertEqual(wave.get_kpis()["index"], 50.0)
        campaign.index_method = "response"
        self.assertAlmostEqual(wave.get_kpis()["index"], 1000 / 11)

    def test_test_entries_and_excluded_do_not_count(self):
        wave = self._open()
        self._answer(wave, self.customers[0])
        bad = self._answer(wave, self.customers[1], (4, 4, 4), "0")
        test = self.survey._create_answer(user=self.manager, test_entry=True)
        test.sudo().wave_id = wave
        self._fill(test, (4, 4, 4), "0")
        self.assertFalse(self._results(test))
        self.assertEqual(wave.get_kpis()["n"], 2)
        bad.with_user(self.manager).action_exclude("our own employee")
        kpis = wave.get_kpis()
        self.assertEqual((kpis["n"], kpis["index"], kpis["nps"]), (1, 100.0, 100.0))
        bad.with_user(self.manager).action_include("he left")
        self.assertEqual(wave.get_kpis()["n"], 2)

    def test_careless_answers_are_flagged_when_the_wave_closes(self):
        customers = self.env["res.partner"].create(
            [{"name": f"F{n}", "is_company": True, "email": f"f{n % 11}@x.com"} for n in range(12)]
        )
        campaign = self._make_campaign(name="F", target_domain=str([("id", "in", customers.ids)]))
        wave = self._open(campaign)
        answers = [self._answer(wave, customer) for customer in customers]
        begun = fields.Datetime.now()
        for number, answer in enumerate(answers):
            took = timedelta(seconds=39 if number == 5 else 120 + number)
            answer.write({"start_datetime": begun, "end_datetime": begun + took})
        answers[5].quality_flags = "straight_line"
        wave.with_user(self.officer).action_close()
        flags = {
            n: answer.quality_flags for n, answer in enumerate(answers) if answer.quality_flags
        }
        self.assertEqual(flags, {0: "duplicate", 5: "straight_line,speeder", 11: "duplicate"})
        self.assertEqual(
            answers[5].quality_note, "The same answer everywhere; Much faster than others"
        )
        self.assertEqual(wave.response_count, 12, "somebody decides, not the program")
        wave.with_user(self.officer).action_recompute()
        self.assertEqual(answers[11].quality_flags, "duplicate")

    def test_excluding_needs_manager_and_reason(self):
        answer = self._answer(self._open(), self.customers[0])
        with self.assertRaises(AccessError):
            answer.with_user(self.officer).action_exclude("because")
        with self.assertRaises(UserError):
            answer.with_user(self.manager).action_exclude(" ")

    def test_kpis_against_the_formulas(self):
        customers = self.env["res.partner"].create(
            [{"name": f"K{n}", "is_company": True, "email": f"k{n}@x.com"} for n in range(24)]
        )
        campaign = self._make_campaign(name="K", target_domain=str([("id", "in", customers.ids)]))
        wave = self._open(campaign)
        data = [(0, 1, 0, "10")] * 7 + [(1, 1, 1, "9")] * 5 + [(2, 3, 2, "8")] * 5
        data += [(3, 3, 4, "3")] * 3
        for customer, (one, two, overall, nps) in zip(customers, data, strict=False):
            self._answer(wave, customer, (one, two, overall), nps)
        kpis = wave.get_kpis()
        points = [100, 75, 50, 25, 0]
        index = [(points[a] + points[b]) / 2 for a, b, _o, _n in data]
        self.assertEqual((kpis["n"], kpis["invited"]), (20, 24))
        self.assertAlmostEqual(kpis["response_rate"], 2000 / 24)
        expected = stats.mean_interval(index, population=24)
        found = (kpis["index"], kpis["index_low"], kpis["index_high"])
        for one, two in zip(found, expected, strict=True):
            self.assertAlmostEqual(one, two)
        self.assertAlmostEqual(kpis["csat"], 60.0)
        self.assertEqual(kpis["nps"], 100 * (12 - 3) / 20)
        low, high = stats.nps_adjusted(12, 5, 3, 24)
        self.assertAlmostEqual(kpis["nps_low"], low)
        self.assertAlmostEqual(kpis["nps_high"], high)
        rows = [(points[a], points[b]) for a, b, _o, _n in data]
        self.assertAlmostEqual(kpis["alpha"], stats.cronbach_alpha(rows))

    def test_drivers_match_the_formula(self):
        customers = self.env["res.partner"].create(
            [{"name": f"D{n}", "is_company": True, "email": f"d{n}@x.com"} for n in range(32)]
        )
        campaign = self._make_campaign(name="D", target_domain=str([("id", "in", customers.ids)]))
        wave = self._open(campaign)
        data = [(n % 5, (n * 3) % 4, (n * 2) % 5) for n in range(32)]
        for customer, triple in zip(customers, data, strict=True):
            self._answer(wave, customer, triple)
        points = [100, 75, 50, 25, 0]
        found = self.env["satisfaction.figures"]._get_drivers(wave)
        code = self._questions()[0].item_code
        expected = stats.spearman(
            [points[a] for a, _b, _c in data], [points[c] for _a, _b, c in data]
        )
        self.assertAlmostEqual(found[code][0], expected)
        with patch.object(stats, "MIN_DRIVER", 33):
            self.assertFalse(self.env["satisfaction.figures"]._get_drivers(wave), "too few")

    def test_three_questions_of_the_customer_index(self):
        survey = self._make_survey(title="ACSI")
        self.env["survey.question"].create(
            [
                {
                    "survey_id": survey.id,
                    "sequence": 20 + place,
                    "title": measure,
                    "question_type": "scale",
                    "measure": measure,
                    "scale_min": 1,
                    "scale_max": 10,
                }
                for place, measure in enumerate(("expectation", "ideal"))
            ]
        )
        wave = self._open(self._make_campaign(name="ACSI", survey_id=survey.id))
        expectation, ideal = self._questions(survey)[5:]
        for customer, values in zip(self.customers, (("10", "1"), ("7", None)), strict=False):
            answer = self._invitation(wave, customer)._start()
            for question, value in zip((expectation, ideal), values, strict=True):
                if value:
                    answer._save_lines(question, value)
            self._fill(answer, (0, 0, 2))  # overall: neutral, 50 of 100 = 5.5 of 10
        acsi = self.env["satisfaction.figures"]._get_acsi(wave)
        self.assertAlmostEqual(acsi, (5.5 + 10 + 1 - 3) / 27 * 100, msg="complete cases only")
        self.assertIs(self.env["satisfaction.figures"]._get_acsi(self._open()), False)

    def test_few_answers_have_no_interval(self):
        wave = self._open()
        self._answer(wave, self.customers[0])
        kpis = wave.get_kpis()
        self.assertEqual(kpis["index"], 100.0)
        for name in ("index_low", "csat_high", "nps_low", "alpha"):
            self.assertIs(kpis[name], False)

    def test_pivot_average_ignores_empty(self):
        wave = self._open()
        self._answer(wave, self.customers[0], text="Hello")
        [(score, nps)] = self.env["satisfaction.result"]._read_group(
            [("wave_id", "=", wave.id)], aggregates=["score:avg", "nps_points:avg"]
        )
        self.assertEqual((score, nps), (100.0, 100.0))

    def test_response_rate_is_the_average_of_invitations(self):
        wave = self._open()
        self._answer(wave, self.customers[0])
        self._invitation(wave, self.customers[1]).with_user(
            self.officer
        ).action_mark_undeliverable()
        [(rate,)] = self.env["satisfaction.invitation"]._read_group(
            [("wave_id", "=", wave.id)], aggregates=["responded_pct:avg"]
        )
        self.assertEqual(rate, 20.0)
        self.assertEqual(wave.get_kpis()["response_rate"], 20.0)

    def test_pivot_counts_once_and_equals_the_hosts(self):
        wave = self._open()
        for n, customer in enumerate(self.customers):
            self._answer(wave, customer, (n % 5, None if n == 2 else 4, 1), str(n))
        Result = self.env["satisfaction.result"]
        domain = [("wave_id", "=", wave.id)]
        aggregates = ["__count", "score:avg", "satisfied_pct:sum", "nps_points:avg"]
        sets = [[], ["dimension_id"], ["dimension_id", "measure"], ["measure"]]
        for order in ("dimension_id, measure", "measure desc, dimension_id desc"):
            host = BaseModel._read_grouping_sets(Result, domain, sets, aggregates, order)
            self.assertEqual(Result._read_grouping_sets(domain, sets, aggregates, order), host)
        self.env.flush_all()
        with self.assertQueryCount(2):  # one count, one look at the order of the dimensions
            Result._read_grouping_sets(domain, sets, aggregates, "dimension_id, measure")

    def test_groups_in_the_order_of_their_model(self):
        self.service.sequence, self.quality.sequence = 1, 2
        wave = self._open()
        self._answer(wave, self.customers[0])
        Result = self.env["satisfaction.result"]
        for order in ("dimension_id", "dimension_id desc"):
            groups = (["dimension_id"], ["score:avg"])
            found = Result._read_group([("wave_id", "=", wave.id)], *groups, order=order)
            host = BaseModel._read_group(Result, [("wave_id", "=", wave.id)], *groups, order=order)
            self.assertEqual(found, host)

    def test_large_open_waves_show_what_was_counted_last(self):
        wave = self._open()
        self._answer(wave, self.customers[0])
        wave._cron_refresh()
        self.assertEqual(wave.response_count, 1)
        self.startPatcher(patch(f"{WAVE}.LIVE_RESPONSES", 0))
        self._answer(wave, self.customers[1], (4, 4, 4))
        dashboard = wave.with_user(self.officer).dashboard
        self.assertEqual((dashboard["kpis"]["n"], dashboard["dimensions"][0]["n"]), (1, 1))
        self.assertTrue(dashboard["as_of"])
        wave._cron_refresh()
        self.env.invalidate_all()
        dashboard = wave.with_user(self.officer).dashboard
        self.assertEqual((dashboard["kpis"]["n"], dashboard["dimensions"][0]["n"]), (2, 2))

    def test_dashboard_of_a_closed_wave_reads_no_results(self):
        wave = self._open()
        self._answer(wave, self.customers[0])
        live = wave.with_user(self.officer).dashboard
        wave.with_user(self.officer).action_close()
        self.env.invalidate_all()
        with patch.object(self.registry["satisfaction.figures"], "_query", side_effect=ValueError):
            kept = wave.with_user(self.officer).dashboard
        for name in ("dimensions", "worst", "nps_counts"):
            self.assertEqual(kept[name], live[name])

    def test_recompute_is_idempotent(self):
        wave = self._open()
        answer = self._answer(wave, self.customers[0], (4, 4, 4), "0")
        names = ("item_code", "score", "measure", "band", "nps_points")
        before = sorted(map(str, self._results(answer).mapped(lambda r: [r[n] for n in names])))
        cases = self.env["satisfaction.case"].search_count([("wave_id", "=", wave.id)])
        wave.with_user(self.officer).action_recompute()
        after = sorted(map(str, self._results(answer).mapped(lambda r: [r[n] for n in names])))
        self.assertEqual(before, after)
        self.assertEqual(
            self.env["satisfaction.case"].search_count([("wave_id", "=", wave.id)]), cases
        )
        self.assertEqual(cases, 1)

    def test_results_survive_forced_deletion_of_a_question(self):
        wave = self._open()
        answer = self._answer(wave, self.customers[0], (1, 1, 1))
        question = self._questions()[0]
        code = question.item_code
        question.sudo().unlink()
        row = self._results(answer).filtered(lambda r: r.item_code == code)
        self.assertEqual((row.score, row.item_label), (75.0, "Quality of our valves"))
        self.assertFalse(row.question_id)

    def test_figures_freeze_at_closing(self):
        wave = self._open()
        self._answer(wave, self.customers[0])
        wave.with_user(self.officer).action_close()
        self.assertEqual(wave.state, "closed")
        self.assertEqual((wave.index, wave.response_count), (100.0, 1))
        self.campaign.index_method = "response"
        self.assertEqual(wave.get_kpis()["index"], 100.0)
        states = self.env["satisfaction.invitation"].search([("wave_id", "=", wave.id)])
        self.assertEqual(set(states.mapped("state")), {"answered", "expired"})

    def test_trend_refused_across_scales(self):
        first = self._open()
        self._answer(first, self.customers[0])
        first.with_user(self.officer).action_close()
        self.campaign.write({"scale_id": self.scale_cn.id, "quarantine_contact_days": 0,
                             "quarantine_account_days": 0})  # fmt: skip
        second = self._open()
        self._answer(second, self.customers[0], (1, 1, 1))
        figures = self.env["satisfaction.figures"]
        compared = figures._compare(second, second.get_kpis(), second.previous_wave_id)
        self.assertEqual(second.previous_wave_id, first)
        self.assertEqual(compared["state"], "refused")
        self.assertFalse(self.customers[0].satisfaction_trend)

    def test_submit_costs_few_queries(self):
        wave = self._open()
        self._answer(wave, self.customers[0])
        answer = self._invitation(wave, self.customers[1])._start()
        for question in self._questions()[:3]:
            answer._save_lines(question, str(question.suggested_answer_ids[0].id))
        self.env.flush_all()
        self.env.invalidate_all()
        # Core alone takes 16; ours: wave, invitation, results, rules, campaign, one each.
        with self.assertQueryCount(30):
            answer._mark_done()
            self.env.flush_all()
