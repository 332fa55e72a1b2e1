from odoo import fields, models


class SatisfactionImportLine(models.TransientModel):
    """One row of an import file, as it was understood."""

    _name = "satisfaction.import.line"
    _description = "Import Row"
    _order = "row"

    import_id = fields.Many2one(
        "satisfaction.import", required=True, ondelete="cascade", index=True
    )
    row = fields.Integer()
    label = fields.Char("Respondent")
    partner_id = fields.Many2one("res.partner", "Contact")
    answered = fields.Integer("Number of Answers")
    answers = fields.Json()
    error = fields.Text()
