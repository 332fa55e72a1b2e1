from odoo import api, models
from odoo.exceptions import UserError


class UomUom(models.Model):
    _inherit = "uom.uom"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_offered(self):
        """Tell in words what the database would refuse: offers name the unit for good."""
        # sudo: an offer nobody here may read keeps its unit all the same
        lines = self.env["sale.offer.line"].sudo()
        # units that contain this one are deleted along with it
        offered = lines.search([("uom_id", "child_of", self.ids)], limit=1).uom_id
        if offered:
            raise UserError(
                self.env._(
                    "The unit %s is part of offers made to customers. Archive it instead of "
                    "deleting it.",
                    offered.name,
                )
            )
