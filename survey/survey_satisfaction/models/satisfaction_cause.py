from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SatisfactionCause(models.Model):
    """Tree of root causes."""

    _name = "satisfaction.cause"
    _description = "Root Cause"
    _parent_store = True
    _order = "complete_name"
    _rec_name = "complete_name"

    name = fields.Char(required=True, translate=True)
    parent_id = fields.Many2one("satisfaction.cause", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("satisfaction.cause", "parent_id")
    complete_name = fields.Char(
        compute="_compute_complete_name", store=True, recursive=True, translate=False
    )
    active = fields.Boolean(default=True)

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for cause in self:
            names = filter(None, (cause.parent_id.complete_name, cause.name))
            cause.complete_name = " / ".join(names)

    @api.depends("name", "parent_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for cause in self:
            chain, current = [], cause
            while current:
                chain.append(current.name or "")
                current = current.parent_id
            cause.display_name = " / ".join(reversed(chain))

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A cause cannot be its own ancestor."))
