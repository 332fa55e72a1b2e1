from odoo import api, fields, models


class ConsignmentChangeable(models.AbstractModel):
    _name = "consignment.changeable"
    _description = "Shows Its Buttons to Whoever May Press Them"

    can_change = fields.Boolean(
        compute="_compute_can_change", help="Whoever may only read is shown no buttons."
    )

    @api.depends_context("uid")
    def _compute_can_change(self):
        allowed = self._filtered_access("write")
        for record in self:
            record.can_change = record in allowed or not record.id
