"""Answers an agency has collected: read, looked at row by row, imported once."""

import base64
import io
from unittest.mock import patch

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SatisfactionCommon

WIZARD = "odoo.addons.survey_satisfaction.wizard.satisfaction_import"


@tagged("post_install", "-at_install")
class TestImport(SatisfactionCommon):
    def _wizard(self, wave, content, filename="answers.csv", user=None):
        return (
            self.env["satisfaction.import"]
            .with_user(user or self.officer)
            .create({"wave_id": wave.id, "file": base64.b64encode(content), "filename": filename})
        )

    def _import(self, wave, text):
        wizard = self._wizard(wave, text.encode())
        wizard.action_preview()
        return wizard

    def _errors(self, wizard):
        return [line.error or "" for line in wizard.line_ids]

    def _answers(self, wave):
        return self.env["survey.user_input"].search([("wave_id", "=", wave.id)])

    def test_import_with_preview_and_errors_by_line(self):
        wave = self._open()
        q1, q2, q3, nps, text = self._questions().mapped("item_code")
        wizard = self._import(
            wave,
            f"ref,{q1},{q2},{q3},{nps},{text},colour\n"
            "SAT0,1,Satisfied,2,9,Good,red\n"
            "SAT1,1,Nonsense,2,9,,\n"
            "SAT2,1,1,1,99,,\n"
            "NOBODY,1,1,1,5,,\n",
        )
        errors = [bool(line.error) for line in wizard.line_ids]
        self.assertEqual(errors, [False, True, True, True])
        self.assertEqual(wizard.unknown_columns, "colour")
        self.assertEqual(self.survey.user_input_ids.filtered("wave_id").ids, [])
        wizard.action_import()
        answer = self.survey.user_input_ids.filtered("wave_id")
        self.assertEqual((answer.partner_id, answer.channel), (self.customers[0], "import"))
        self.assertEqual(answer.satisfaction_index, 87.5)
        self.assertEqual(self._invitation(wave, self.customers[0]).state, "answered")
        again = self._import(wave, f"ref,{q1}\nSAT0,1\n")
        self.assertTrue(again.line_ids.error, "nobody answers twice")

    def test_open_waves_only(self):
        wave = self._open()
        code = self._questions()[0].item_code
        wizard = self._import(wave, f"ref,respondent,{code}\nSAT0,,1\n,Zhang,1\n")
        wizard.line_ids[0].sudo().unlink()  # contacts find their invitation closed anyway
        wave.with_user(self.officer).action_close()
        with self.assertRaises(UserError):
            wizard.action_import()
        with self.assertRaises(UserError):
            self._import(wave, f"ref,{code}\nSAT1,1\n")
        self.assertFalse(self._answers(wave))

    def test_only_the_survey_team_imports(self):
        wave = self._open()
        content = f"ref,{self._questions()[0].item_code}\nSAT0,1\n".encode()
        wizard = self._wizard(wave, content)
        wizard.action_preview()
        for action in (wizard.action_preview, wizard.action_import):
            with self.assertRaises(AccessError):
                getattr(wizard.with_user(self.salesman), action.__name__)()
        with self.assertRaises(AccessError):
            self._wizard(wave, content, user=self.salesman)

    def test_required_questions_must_be_answered(self):
        wave = self._open()
        first, second, third, *_others = self._questions()
        (first | second).sudo().constr_mandatory = True
        third.sudo().write(
            {
                "constr_mandatory": True,
                "triggering_answer_ids": [Command.set(first.suggested_answer_ids[4].ids)],
            }
        )
        q1, q2, q3 = (first | second | third).mapped("item_code")
        wizard = self._import(
            wave, f"ref,{q1},{q2},{q3}\nSAT0,1,1,\nSAT1,1,,\nSAT2,5,1,\nSAT3,5,1,2\n"
        )
        errors = self._errors(wizard)
        self.assertEqual([bool(error) for error in errors], [False, True, True, False])
        self.assertIn(q2, errors[1])
        self.assertIn(q3, errors[2], "asked because the first answer was the worst")
        wizard.action_import()
        self.assertEqual(len(self._answers(wave)), 2)

    def test_each_row_of_a_required_matrix(self):
        matrix = self.env["survey.question"].create(
            {
                "survey_id": self.survey.id,
                "title": "Delivery",
                "question_type": "matrix",
                "constr_mandatory": True,
                "suggested_answer_ids": [Command.create({"value": v}) for v in ("Good", "Bad")],
                "matrix_row_ids": [Command.create({"value": v}) for v in ("Date", "Packing")],
            }
        )
        code, wave = matrix.item_code, self._open()
        wizard = self._import(wave, f"ref,{code}.R1,{code}.R2\nSAT0,1,2\nSAT1,1,\n,,\nSAT2,,\n")
        self.assertEqual([bool(error) for error in self._errors(wizard)], [False, True, True])

    def test_an_address_of_two_contacts_is_nobody(self):
        wave = self._open()
        self.customers[1].email = self.customers[0].email
        code = self._questions()[0].item_code
        wizard = self._import(wave, f"email,{code}\ncustomer0@example.com,1\n")
        self.assertIn("customer0@example.com", self._errors(wizard)[0])

    def test_a_respondent_without_contact_answers_once(self):
        wave = self._open()
        text = f"respondent,{self._questions()[0].item_code}\nZhang,1\n"
        self._import(wave, text).action_import()
        self.assertEqual(self._answers(wave).nickname, "Zhang")
        self.assertTrue(self._errors(self._import(wave, text))[0])

    def test_anonymous_waves_forget_the_name(self):
        survey = self._make_survey(title="A", confidentiality="anonymous")
        wave = self._open(self._make_campaign(name="A", survey_id=survey.id))
        code = self._questions(survey)[0].item_code
        self._import(wave, f"respondent,{code}\nZhang,1\n").action_import()
        self.assertFalse(self._answers(wave).nickname)

    def test_a_row_without_answers(self):
        wave = self._open()
        wizard = self._import(wave, f"ref,{self._questions()[0].item_code}\nSAT0,\n,\n")
        self.assertEqual(self._errors(wizard), ["No answers"])
        with self.assertRaises(UserError):
            wizard.action_import()

    def test_workbooks_and_chinese_files(self):
        wave = self._open()
        first = self._questions()[0]
        first.suggested_answer_ids[1].update_field_translations("value", {"zh_CN": "满意"})
        book = openpyxl.Workbook()
        for row in (("ref", first.item_code), ("SAT0", 2), ("SAT1", "满意")):
            book.active.append(row)
        stream = io.BytesIO()
        book.save(stream)
        files = {
            "answers.xlsx": stream.getvalue(),
            "answers.csv": f"ref;{first.item_code}\nSAT2;满意\n".encode("gb18030"),
        }
        for name, content in files.items():
            wizard = self._wizard(wave, content, name)
            wizard.action_preview()
            self.assertFalse("".join(self._errors(wizard)), name)
            wizard.action_import()
        scores = self._answers(wave).user_input_line_ids.mapped("suggested_answer_id.score")
        self.assertEqual(len(self._answers(wave)), 3)
        self.assertEqual(set(scores), {75.0})

    def test_files_that_cannot_be_read(self):
        wave = self._open()
        for name, content in (("a.xlsx", b"PK no workbook"), ("a.csv", b"\xff\xfe\xff")):
            with self.assertRaises(UserError, msg=name):
                self._wizard(wave, content, name).action_preview()
        self.startPatcher(patch(f"{WIZARD}.MAX_ROWS", 2))
        code = self._questions()[0].item_code
        with self.assertRaises(UserError):
            self._import(wave, f"ref,{code}\nSAT0,1\nSAT1,1\n")
