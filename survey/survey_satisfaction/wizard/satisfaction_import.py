import base64
import csv
import io

from odoo import fields, models
from odoo.exceptions import UserError

IDENTITY = ("respondent", "email", "ref", "customer")
MAX_ROWS = 20000


class SatisfactionImport(models.TransientModel):
    """Answers an agency has collected, as CSV or XLSX: one row per response, one column per
    item code (the code book of the export), first looked at, then imported."""

    _name = "satisfaction.import"
    _description = "Import Answers"

    wave_id = fields.Many2one("satisfaction.wave", required=True, readonly=True)
    file = fields.Binary(attachment=False)
    filename = fields.Char()
    state = fields.Selection([("file", "File"), ("preview", "Preview")], default="file")
    line_ids = fields.One2many("satisfaction.import.line", "import_id")
    error_count = fields.Integer(compute="_compute_counts")
    ready_count = fields.Integer(compute="_compute_counts")
    unknown_columns = fields.Char("Columns Not Used", readonly=True)

    def _compute_counts(self):
        for wizard in self:
            wizard.error_count = len(wizard.line_ids.filtered("error"))
            wizard.ready_count = len(wizard.line_ids) - wizard.error_count

    # --- Reading -----------------------------------------------------------------------

    def action_preview(self):
        """Read the file and show each row with its errors; nothing is imported yet.

        :return: action that shows the preview
        """
        self.ensure_one()
        self.wave_id._check_officer()
        if self.wave_id.state != "open":
            raise UserError(self.env._("Open the wave first."))
        rows = self._read_rows()
        columns = self._get_columns()
        header = [str(cell or "").strip() for cell in rows[0]] if rows else []
        unknown = [name for name in header if name and not self._is_known(name, columns)]
        # sudo: rows are what the file says, nobody writes them by hand
        self.sudo().line_ids.unlink()
        lines = [
            self._prepare_line(number, dict(zip(header, row, strict=False)), columns)
            for number, row in enumerate(rows[1:], start=2)
            if any(str(cell or "").strip() for cell in row)
        ]
        self._mark_doubles(lines)
        # sudo: the same, made by the reading of the file alone
        self.env["satisfaction.import.line"].sudo().create(lines)
        self.write({"state": "preview", "unknown_columns": ", ".join(unknown)})
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Answers"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _is_known(self, name, columns):
        return name.lower() in IDENTITY or name in columns

    def _read_rows(self):
        if not self.file:
            raise UserError(self.env._("Choose a file."))
        content = base64.b64decode(self.file)
        is_xlsx = (self.filename or "").lower().endswith(".xlsx") or content[:2] == b"PK"
        try:
            rows = self._read_xlsx(content) if is_xlsx else self._read_csv(content)
        except Exception as error:
            raise UserError(self.env._("The file cannot be read: %s", error)) from error
        if len(rows) > MAX_ROWS:
            raise UserError(self.env._("At most %s rows at a time.", MAX_ROWS))
        return rows

    def _read_csv(self, content):
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                text = content.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
        else:
            raise UserError(self.env._("Save the file as UTF-8."))
        dialect = csv.Sniffer().sniff(text.splitlines()[0], delimiters=",;\t") if text else None
        return list(csv.reader(io.StringIO(text), dialect or csv.excel))

    def _read_xlsx(self, content):
        import openpyxl  # only needed here, part of the host's requirements

        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]

    # --- Understanding -----------------------------------------------------------------

    def _get_columns(self):
        """Return ``{item code: (question, matrix row)}``."""
        survey = self.wave_id.survey_id
        return {
            code: (question, row)
            for question in survey.question_ids
            for code, row, _label in question._get_items()
        }

    def _prepare_line(self, number, cells, columns):
        errors = []
        identity = {
            name.lower(): str(value or "").strip()
            for name, value in cells.items()
            if name.lower() in IDENTITY
        }
        partner = self._find_partner(identity, errors)
        answers = self._read_answers(cells, columns, errors)
        return {
            "import_id": self.id,
            "row": number,
            "label": next(filter(None, identity.values()), ""),
            "partner_id": partner.id,
            "answers": answers,
            "answered": len(answers),
            "error": "\n".join(errors) or False,
        }

    def _mark_doubles(self, lines):
        """One respondent, one row: the second of the same would overwrite the first."""
        first = {}
        for line in lines:
            key = line["partner_id"] or line["label"]
            if key and first.setdefault(key, line["row"]) != line["row"]:
                double = self.env._("The same respondent as in row %s", first[key])
                line["error"] = "\n".join(filter(None, [line["error"], double]))

    def _find_partner(self, identity, errors):
        Partner = self.env["res.partner"]
        domains = {
            "email": [("email_normalized", "=", identity.get("email", "").lower())],
            "ref": [("ref", "=", identity.get("ref"))],
            "customer": [("name", "=", identity.get("customer"))],
        }
        for name, domain in domains.items():
            if identity.get(name):
                found = Partner.search(domain, limit=2)
                if len(found) != 1:
                    errors.append(
                        self.env._("%(column)s: no single contact “%(value)s”",
                                   column=name, value=identity[name])
                    )  # fmt: skip
                    return Partner
                self._check_unanswered(found, errors)
                return found
        if identity.get("respondent"):
            self._check_new_respondent(identity["respondent"], errors)
        return Partner

    def _check_unanswered(self, partner, errors):
        if self.env["satisfaction.invitation"].search_count(
            [
                ("wave_id", "=", self.wave_id.id),
                ("partner_id", "=", partner.id),
                ("state", "=", "answered"),
            ],
            limit=1,
        ):
            errors.append(self.env._("%s has answered already", partner.name))

    def _check_new_respondent(self, key, errors):
        if self.env["survey.user_input"].search_count(
            [("wave_id", "=", self.wave_id.id), ("nickname", "=", key)], limit=1
        ):
            errors.append(self.env._("%s has answered already", key))

    def _read_answers(self, cells, columns, errors):
        """Return ``{question id: answer as the browser would send it}``."""
        texts = {
            name: str(cell if cell is not None else "").strip()
            for name, cell in cells.items()
            if name in columns
        }
        given = {name: text for name, text in texts.items() if text}
        answers = {}
        for name, text in given.items():
            question, row = columns[name]
            value = self._read_value(question, text)
            if value is None:
                errors.append(
                    self.env._("%(column)s: “%(value)s” is no answer", column=name, value=text)
                )
            elif row:
                answers.setdefault(str(question.id), {})[str(row.id)] = value
            else:
                answers[str(question.id)] = value
        self._validate(answers, errors)
        if answers:
            self._check_required(given, answers, errors)
        elif not errors:
            errors.append(self.env._("No answers"))
        return answers

    def _read_value(self, question, text):
        kind = question.question_type
        if kind in ("simple_choice", "multiple_choice", "matrix"):
            parts = [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]
            ids = [self._find_answer(question, part) for part in parts]
            if None in ids:
                return None
            return [str(i) for i in ids] if kind != "simple_choice" or len(ids) > 1 else str(ids[0])
        if kind == "scale" and text.endswith(".0"):
            return text[:-2]
        return text

    def _find_answer(self, question, text):
        """Position in the code book, or the words in any language."""
        options = question.suggested_answer_ids
        if text.endswith(".0"):
            text = text[:-2]
        if text.isdigit() and 1 <= int(text) <= len(options):
            return options[int(text) - 1].id
        for code, _name in self.env["res.lang"].get_installed():
            for option in options.with_context(lang=code):
                if (option.value or "").strip() == text:
                    return option.id
        return None

    def _validate(self, answers, errors):
        for question in self.wave_id.survey_id.question_ids:
            if str(question.id) in answers:
                for message in question.validate_question(answers[str(question.id)]).values():
                    errors.append(f"{question.item_code}: {message}")

    def _check_required(self, given, answers, errors):
        """What no browser would let the customer leave out; a matrix with some of its rows is
        refused by its own validation."""
        for question in self.wave_id.survey_id.question_ids._get_required():
            codes = {code for code, _row, _label in question._get_items()}
            if not codes & given.keys() and self._is_asked(question, answers):
                errors.append(self.env._("%s: an answer is required", question.item_code))

    @staticmethod
    def _is_asked(question, answers):
        """Whether everybody sees the question, or the answers of this row lead to it."""
        triggers = question.triggering_answer_ids
        chosen = [answers.get(str(one.id)) for one in triggers.question_id]
        ids = {i for value in chosen for i in (value if isinstance(value, list) else [value])}
        return not triggers or any(str(one.id) in ids for one in triggers)

    # --- Writing -----------------------------------------------------------------------

    def action_import(self):
        """Import the rows without errors.

        :return: action that opens the responses of the wave
        """
        self.ensure_one()
        self.wave_id._check_officer()
        if self.wave_id.state != "open":
            raise UserError(self.env._("Open the wave first."))
        # sudo: what was read from the file; officers may not write it
        lines = self.sudo().line_ids.filtered(lambda line: not line.error)
        if not lines:
            raise UserError(self.env._("There is nothing to import."))
        for line in lines:
            self._import_line(line)
        lines.unlink()
        # sudo: figures are the server's, nobody may write them
        self.wave_id.sudo()._count_frame()
        self.wave_id.sudo()._refresh_figures()
        return self.wave_id.action_view_responses()

    def _import_line(self, line):
        # Sudo: responses are made by the system only; the group was checked above, the
        # answers were validated like those of a browser.
        wave = self.wave_id.sudo()
        answer = self._start_response(wave, line)
        if not answer or answer.state == "done":  # answered between preview and import
            return
        for question in wave.survey_id.question_ids:
            if str(question.id) in line.answers:
                answer._save_lines(question, line.answers[str(question.id)])
        answer._mark_done()

    def _start_response(self, wave, line):
        if not line.partner_id:
            named = wave.confidentiality != "anonymous"
            return wave._create_response(
                {"channel": "import", "nickname": line.label if named else False}, None
            )
        # sudo: an officer imports for contacts invited by anybody
        Invitation = self.env["satisfaction.invitation"].sudo()
        invitation = Invitation.search(
            [("wave_id", "=", wave.id), ("partner_id", "=", line.partner_id.id)], limit=1
        )
        if not invitation:
            invitation = Invitation.create(wave._prepare_invitation(line.partner_id))
        if invitation.state == "answered":
            return invitation.user_input_id
        if invitation.state not in ("planned", "sent", "started"):
            invitation.write({"state": "sent", "reason": False})
        invitation.channel = "import"
        return invitation._start(channel="import")
