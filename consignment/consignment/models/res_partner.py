from odoo import fields, models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["consignment.holder", "res.partner"]
    _consignment_field = "partner_id"

    consignment_agreement_ids = fields.One2many("consignment.agreement", "partner_id")

    def action_view_consignment(self):
        """Open the agreements of this partner (an action dictionary)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("consignment.action_agreement")
        return {
            **action,
            "domain": [("partner_id", "child_of", self.id)],
            "context": {"default_partner_id": self.id},
        }
