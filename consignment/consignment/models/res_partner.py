from odoo import fields, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

    consignment_agreement_ids = fields.One2many("consignment.agreement", "partner_id")

    def write(self, vals):
        if vals.get("active") is False:
            self._check_no_consignment()
        return super().write(vals)

    def _check_no_consignment(self):
        # Any company's goods keep a partner; whoever archives need not see the agreement.
        agreements = self.env["consignment.agreement"].sudo()
        open_agreement = agreements.search(
            [("partner_id", "in", self.ids), ("state", "in", ("active", "closing"))], limit=1
        )
        if open_agreement:
            raise UserError(
                self.env._(
                    "%(partner)s has the open agreement %(agreement)s: close it first.",
                    partner=open_agreement.partner_id.display_name,
                    agreement=open_agreement.name,
                )
            )

    def action_view_consignment(self):
        """Open the agreements of this partner (an action dictionary)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("consignment.action_agreement")
        return {
            **action,
            "domain": [("partner_id", "child_of", self.id)],
            "context": {"default_partner_id": self.id},
        }
