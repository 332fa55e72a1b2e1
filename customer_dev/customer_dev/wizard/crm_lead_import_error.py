from odoo import fields, models


class CrmLeadImportError(models.TransientModel):
    """One row of the file that cannot be imported, and why."""

    _name = "crm.lead.import.error"
    _description = "Wrong Row of an Import of Prospects"
    _order = "row"

    wizard_id = fields.Many2one("crm.lead.import", required=True, ondelete="cascade", index=True)
    row = fields.Integer(help="The titles are row 1; empty rows do not count.")
    content = fields.Char(string="Begins with")
    message = fields.Text(string="What Is Wrong")
