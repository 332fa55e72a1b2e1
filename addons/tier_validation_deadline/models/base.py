from odoo import api, models

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from .trust import is_engine


class Base(models.AbstractModel):
    _inherit = "base"

    # The lines of a document are as much part of what was approved as its header, but a client
    # can write them without touching the header. Models that are no lines of a document that
    # can be approved pay one attribute, and databases without definitions one look-up more.
    _is_reviewable_line = False

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for link in self._get_reviewed_parent_links():
            records._check_reviewed_parents(*link)
        return records

    def write(self, vals):
        links = self._get_reviewed_parent_links()
        for link in links:
            self._check_reviewed_parents(*link)
        result = super().write(vals)
        for inverse, lines in links:
            if inverse in vals:
                self._check_reviewed_parents(inverse, lines)
        return result

    def unlink(self):
        for link in self._get_reviewed_parent_links():
            self._check_reviewed_parents(*link)
        return super().unlink()

    @api.model
    def _get_reviewed_parent_links(self):
        """Return ``(many2one, one2many)`` names that tie this model to approved documents."""
        if not self._is_reviewable_line:
            return ()
        if self.env.context.get(MODULE_UNINSTALL_FLAG) or is_engine(self.env):
            return ()
        return self.env["tier.definition"]._get_line_links().get(self._name, ())

    def _check_reviewed_parents(self, inverse, lines):
        """Refuse to change lines where the engine would refuse it on the document itself."""
        # sudo: the lock holds for documents the user cannot read as well
        parents = self.sudo().browse(self._ids)[inverse]
        # browsed anew, so that all of them are read at once
        reviewed = parents.browse(parents._ids).filtered("review_ids").sudo(self.env.su)
        if reviewed:
            reviewed._tier_validation_check_write_allowed({lines: []})
