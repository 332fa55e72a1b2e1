import hashlib
import io

import xlsxwriter

from odoo import models

ID_COLUMNS = ("response", "date", "channel", "customer", "contact", "index", "nps")


class SatisfactionExport(models.AbstractModel):
    """All responses of a wave as a workbook for statistics programs."""

    _name = "satisfaction.export"
    _description = "Satisfaction Export"

    def _export(self, wave):
        """Return the bytes of a workbook: one row per response, one column per item code
        (matrix rows apart, several choices as 0/1), second sheet: code book."""
        wave.ensure_one()
        wave._check_officer()
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
        bold = book.add_format({"bold": True, "bg_color": "#E8EEF4"})
        columns = self._get_columns(wave)
        decimal = book.add_format({"num_format": "0.0"})
        sheet = book.add_worksheet(self.env._("Responses"))
        self._write_responses(sheet, wave, columns, bold, decimal)
        self._write_code_book(book.add_worksheet(self.env._("Code Book")), wave, columns, bold)
        book.close()
        return stream.getvalue()

    def _get_columns(self, wave):
        """Return ``[(code, question, matrix row, answer or empty, label)]``."""
        columns = []
        for question in wave.survey_id.question_ids:
            for code, row, label in question._get_items():
                if question.question_type == "multiple_choice":
                    columns += [
                        (f"{code}:{n}", question, row, answer, f"{label}: {answer.value}")
                        for n, answer in enumerate(question.suggested_answer_ids, start=1)
                    ]
                else:
                    columns.append((code, question, row, row.browse(), label))
        return columns

    def _write_responses(self, sheet, wave, columns, bold, decimal):
        for number, name in enumerate((*ID_COLUMNS, *(column[0] for column in columns))):
            sheet.write_string(0, number, name or "", bold)
        for number, column in enumerate(columns, start=len(ID_COLUMNS)):
            # What the code stands for, without leaving the sheet.
            sheet.write_comment(0, number, column[4], {"x_scale": 2})
            sheet.set_column(number, number, self._get_width(column[1]))
        sheet.set_column(0, 2, 11)
        sheet.set_column(3, 4, 24)
        sheet.set_column(5, 6, 8, decimal)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, 0, len(ID_COLUMNS) + len(columns) - 1)
        for number, answer in enumerate(self._get_answers(wave), start=1):
            self._write_row(sheet, number, answer, columns)

    @staticmethod
    def _get_width(question):
        texts = ("char_box", "text_box", "date", "datetime")
        return 32 if question.question_type in texts else 9

    def _get_answers(self, wave):
        """Return the valid responses; the order of anonymous ones says nothing of the time."""
        answers = self.env["survey.user_input"].search(
            [("wave_id", "=", wave.id), ("state", "=", "done"), ("test_entry", "=", False),
             ("is_excluded", "=", False)], order="id"
        )  # fmt: skip
        anonymous = wave.confidentiality == "anonymous"
        return answers.sorted(self._shuffle_key) if anonymous else answers

    @staticmethod
    def _shuffle_key(answer):
        return hashlib.sha256((answer.access_token or "").encode()).hexdigest()

    def _write_row(self, sheet, number, answer, columns):
        for column, value in enumerate(self._get_identity(answer)):
            self._write_cell(sheet, number, column, value)
        lines = answer.user_input_line_ids.filtered(lambda line: not line.skipped)
        for column, (_code, question, row, option, _label) in enumerate(
            columns, start=len(ID_COLUMNS)
        ):
            mine = lines.filtered(
                lambda line, q=question, r=row: line.question_id == q and line.matrix_row_id == r
            )
            if mine:
                self._write_cell(sheet, number, column, self._get_value(mine, question, option))

    def _get_identity(self, answer):
        named = answer.wave_id.confidentiality != "anonymous"
        channels = dict(answer._fields["channel"]._description_selection(self.env))
        return (
            answer.id if named else "",
            str((answer.end_datetime or answer.create_date).date()),
            channels.get(answer.channel, ""),
            answer.commercial_partner_id.name if named else "",
            answer.partner_id.name if named else "",
            answer.satisfaction_index,
            answer.nps_points,
        )

    def _get_value(self, lines, question, option):
        kind = question.question_type
        if kind == "multiple_choice":
            return int(option in lines.suggested_answer_id)
        line = lines[0]
        if kind in ("simple_choice", "matrix") and line.suggested_answer_id:
            return question.suggested_answer_ids.ids.index(line.suggested_answer_id.id) + 1
        value = line._get_answer_value()
        return value if isinstance(value, int | float) else str(value or "")

    @staticmethod
    def _write_cell(sheet, row, column, value):
        if value is False or value is None:
            return
        if isinstance(value, int | float):
            sheet.write_number(row, column, value)
        else:
            sheet.write_string(row, column, value)

    def _write_code_book(self, sheet, wave, columns, bold):
        titles = (
            self.env._("Item"),
            self.env._("Question"),
            self.env._("Measures"),
            self.env._("Weight"),
            self.env._("Code"),
            self.env._("Answer"),
            self.env._("Score"),
        )
        for number, title in enumerate(titles):
            sheet.write_string(0, number, title, bold)
        sheet.set_column(0, 0, 10)
        sheet.set_column(1, 1, 60)
        sheet.set_column(2, 2, 22)
        sheet.set_column(3, 4, 8)
        sheet.set_column(5, 5, 24)
        sheet.freeze_panes(1, 0)
        described = self.env["survey.question"]._fields["measure"]._description_selection(self.env)
        measures, line = dict(described), 1
        scores = (wave.mapping or {}).get("answers", {})
        for code, question, _row, option, label in columns:
            options = option or question.suggested_answer_ids
            for n, answer in enumerate(options or [options], start=1):
                cells = (
                    code,
                    label,
                    measures.get(question.measure, "") if question.measure != "none" else "",
                    question.weight,
                    (1 if option else n) if answer else "",
                    answer.value if answer else "",
                    scores.get(str(answer.id)) if question.measure in ("csat", "overall") else "",
                )
                for number, value in enumerate(cells):
                    self._write_cell(sheet, line, number, value)
                line += 1
