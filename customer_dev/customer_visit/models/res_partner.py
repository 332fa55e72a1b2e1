from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    visit_interval_days = fields.Integer(
        string="Visit Every (Days)",
        help="0: the interval of the company's settings for customers with a salesperson.",
    )
    visit_count = fields.Integer(compute="_compute_visit_count")

    def _compute_visit_count(self):
        counts = dict(
            self.env["crm.visit"]._read_group(
                [("commercial_partner_id", "in", self.commercial_partner_id.ids)],
                ["commercial_partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.visit_count = counts.get(partner.commercial_partner_id, 0)

    @api.model
    def _commercial_fields(self):
        return super()._commercial_fields() + ["visit_interval_days"]

    def action_open_customer_visits(self):
        """Open the visits of this customer.

        :return: a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_visit.crm_visit_action")
        action["domain"] = [("commercial_partner_id", "=", self.commercial_partner_id.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
