import base64
import csv
import io
import re
from contextlib import suppress
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.base_import.models.base_import import ImportValidationError

#: columns of the template, as a directory of prospects usually has them
TEMPLATE_COLUMNS = (
    "partner_name",
    "contact_name",
    "phone",
    "email_from",
    "city",
    "source_id",
    "development_type",
    "expected_revenue",
    "date_deadline",
    "need_reason",
)
READ_OPTIONS = {"has_headers": True, "quoting": '"', "separator": ""}
#: tried in this order; spreadsheets of Chinese offices still write the second
ENCODINGS = ("utf-8-sig", "gb18030")
CURRENCY_SIGNS = re.compile(r"[¥￥元\s]")
NUMBER = re.compile(r"\(?[-+]?[\d.,']+\)?")
DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")


class CrmLeadImport(models.TransientModel):
    """Import of a file of prospects, where the user chooses what errors mean for the good rows."""

    _name = "crm.lead.import"
    _description = "Import Prospects"

    file = fields.Binary(attachment=False)
    filename = fields.Char()
    on_error = fields.Selection(
        [("none", "Import none of them"), ("good", "Import the good rows")],
        string="If a Row Is Wrong",
        default="none",
        required=True,
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Process",
        ondelete="cascade",
        help="Team of the rows that name none.",
    )
    template = fields.Binary(compute="_compute_template")
    template_name = fields.Char(compute="_compute_template")
    state = fields.Selection([("draft", "Choose"), ("done", "Result")], default="draft")
    ignored = fields.Char(string="Columns Not Understood", readonly=True)
    lead_ids = fields.Many2many("crm.lead", string="Prospects", readonly=True)
    created_count = fields.Integer(string="Imported", readonly=True)
    error_count = fields.Integer(string="Wrong Rows", readonly=True)
    error_ids = fields.One2many("crm.lead.import.error", "wizard_id", readonly=True)
    rejected = fields.Binary(attachment=False, readonly=True)
    rejected_name = fields.Char(readonly=True)

    @api.depends_context("lang")
    def _compute_template(self):
        known = self.env["crm.lead"].fields_get(TEMPLATE_COLUMNS, ["string"])
        content = self._to_csv([[known[name]["string"] for name in TEMPLATE_COLUMNS]])
        self.template = content
        self.template_name = self.env._("Prospects.csv")

    @api.model
    def _to_csv(self, rows):
        """Rows as a file that spreadsheets open in any language, encoded for a binary field."""
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return base64.b64encode(text.getvalue().encode("utf-8-sig"))

    def action_import(self):
        """Import the file as chosen and show what came of it, row by row.

        :return: a window action on this dialog
        :raises UserError: when the file cannot be read at all
        """
        self.ensure_one()
        header, columns, rows, values = self._read_rows()
        result = self._import_leads().import_prospects(
            [name for name in columns if name],
            [self._pick(columns, row) for row in values],
            keep_good=self.on_error == "good",
        )
        self.write(self._prepare_result(header, columns, rows, result))
        return self._show_action()

    def action_template(self):
        """Download an empty file with the titles of the usual columns.

        :return: an action that downloads it
        """
        self.ensure_one()
        url = f"/web/content/{self._name}/{self.id}/template/{self.template_name}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def _import_leads(self):
        context = {"default_type": "opportunity", "import_file": True, "tracking_disable": True}
        if self.team_id:
            context["default_team_id"] = self.team_id.id
        return self.env["crm.lead"].with_context(**context)

    @api.model
    def _pick(self, columns, row):
        return [value for name, value in zip(columns, row, strict=False) if name]

    # === READING ===

    def _read_rows(self):
        """Titles of the columns, the fields they are, the rows as they stand in the file (the host
        leaves out empty ones), and the values to load."""
        if not self.file:
            raise UserError(self.env._("Choose a file."))
        content = base64.b64decode(self.file)
        importer = self.env["base_import.import"].create(
            {"res_model": "crm.lead", "file": content, "file_name": self.filename}
        )
        options = self._read_options(content)
        preview = importer.parse_preview(options)
        if preview.get("error") or not preview.get("matches"):
            unknown = self.env._("No column of the file has a known title: see the template.")
            raise UserError(preview.get("error") or unknown)
        header, *rows = importer._read_file(options)[1]
        columns = self._name_columns(len(header), preview["matches"])
        rows = [[*row, *[""] * (len(header) - len(row))] for row in rows]
        values = self._parse_rows(importer, columns, rows, options)
        return (header, *self._add_subject(columns, rows, values))

    @api.model
    def _read_options(self, content):
        language = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        return {
            **READ_OPTIONS,
            "encoding": self._find_encoding(content),
            "float_thousand_separator": language.thousands_sep or " ",
            "float_decimal_separator": language.decimal_point or ".",
        }

    @api.model
    def _find_encoding(self, content):
        """The first encoding that fits, or none: then the host guesses."""
        for encoding in ENCODINGS:
            try:
                content.decode(encoding)
            except UnicodeDecodeError:
                continue
            return encoding
        return ""

    @api.model
    def _name_columns(self, count, matches):
        return ["/".join(matches.get(index, ())) for index in range(count)]

    @api.model
    def _add_subject(self, columns, rows, values):
        """A file that only names firms: the subject of the prospect is the firm."""
        if "name" not in columns and "partner_name" in columns:
            firm = columns.index("partner_name")
            values = [[*row, row[firm]] for row in values]
            columns = [*columns, "name"]
        return columns, rows, values

    @api.model
    def _parse_rows(self, importer, columns, rows, options):
        """Rows with dates and numbers in the form the host loads; what cannot be read stays as it
        is, so that the host names the row."""
        values = [list(row) for row in rows]
        for index, name in enumerate(columns):
            if parse := self._cell_parser(importer, name, options):
                for row in values:
                    self._parse_cell(parse, row, index)
        return values

    @api.model
    def _cell_parser(self, importer, name, options):
        """Function that parses one cell of a column, or nothing where text is text."""
        field = self.env["crm.lead"]._fields.get(name)
        if field and field.type in ("date", "datetime"):
            return partial(self._parse_date, importer, field, self._date_options(options))
        if field and field.type in ("float", "monetary"):
            return partial(self._parse_number, importer, name, options)
        return None

    @api.model
    def _date_options(self, options):
        language = self.env["res.lang"]._get_data(code=self.env.lang or "en_US").date_format
        formats = dict.fromkeys((*DATE_FORMATS, options.get("date_format"), language))
        return [{**options, "date_format": one} for one in formats if one]

    @api.model
    def _parse_date(self, importer, field, choices, cell):
        for options in choices:
            with suppress(ImportValidationError):
                importer._parse_date_from_data(cell, 0, field.name, field.type, options)
                return

    @api.model
    def _parse_number(self, importer, name, options, cell):
        plain = CURRENCY_SIGNS.sub("", str(cell[0][0]))
        if NUMBER.fullmatch(plain):
            cell[0][0] = plain
            importer._parse_float_from_data(cell, 0, name, options)

    @api.model
    def _parse_cell(self, parse, row, index):
        cell = [row[index]]
        with suppress(ImportValidationError):
            parse([cell])
            row[index] = cell[0]

    # === RESULT ===

    def _prepare_result(self, header, columns, rows, result):
        wrong = [
            (error["row"] + 2, rows[error["row"]], error["message"]) for error in result["errors"]
        ]
        unknown = [str(title) for title, name in zip(header, columns, strict=False) if not name]
        return {
            "state": "done",
            "lead_ids": [(6, 0, result["ids"])],
            "created_count": len(result["ids"]),
            "error_count": len(wrong),
            "error_ids": [(5, 0, 0), *(self._prepare_error(*one) for one in wrong)],
            "ignored": ", ".join(unknown) or False,
            **self._prepare_rejected(header, wrong),
        }

    def _prepare_error(self, number, row, message):
        content = " · ".join(str(value) for value in row[:4] if value)
        return (0, 0, {"row": number, "content": content, "message": message})

    def _prepare_rejected(self, header, wrong):
        """The wrong rows as a file of their own, to be repaired and imported again."""
        if not wrong:
            return {"rejected": False, "rejected_name": False}
        rows = [[*row, message] for _number, row, message in wrong]
        titles = [*header, self.env._("Error")]
        return {
            "rejected": self._to_csv([titles, *rows]),
            "rejected_name": self.env._("Wrong rows.csv"),
        }

    def _show_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Prospects"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_again(self):
        """Choose another file, or another treatment of wrong rows.

        :return: a window action on this dialog
        """
        self.ensure_one()
        self.state = "draft"
        return self._show_action()

    def action_open_leads(self):
        """Open the prospects that were imported.

        :return: a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_dev.crm_lead_action_directory"
        )
        return {**action, "domain": [("id", "in", self.lead_ids.ids)], "context": {}}
