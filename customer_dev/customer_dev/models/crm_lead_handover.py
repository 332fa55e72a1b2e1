from odoo import fields, models
from odoo.exceptions import UserError


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    success_points = fields.Text(string="What Led to Success")
    failure_points = fields.Text(string="What Went Wrong")
    corrective_action = fields.Text(help="What we do better next time, also in other departments.")
    handover_date = fields.Date(string="Handed over on", readonly=True, copy=False)
    customer_code = fields.Char(
        related="partner_id.commercial_partner_id.ref", string="Customer Code"
    )
    first_goods = fields.Char(string="Goods of the First Deal")
    first_amount = fields.Monetary(
        string="Amount of the First Deal", currency_field="company_currency"
    )
    contract_kind = fields.Selection(
        [("trial", "Trial"), ("first", "First contract period")], readonly=True, copy=False
    )
    contract_start = fields.Date(readonly=True, copy=False)
    contract_end = fields.Date(readonly=True, copy=False)
    contract_confirmed = fields.Date(string="Made Formal on", readonly=True, copy=False)

    def action_handover(self):
        """Open the handover of a won prospect to the customer system.

        :return: a window action
        """
        self.ensure_one()
        if self.won_status != "won":
            raise UserError(self.env._("The handover follows the deal: win the prospect first."))
        return self.env["ir.actions.act_window"]._for_xml_id("customer_dev.crm_handover_action") | {
            "context": {"default_lead_id": self.id}
        }

    def action_confirm_contract(self):
        """The trial or first period went well: the cooperation becomes formal.

        :return: True
        """
        for lead in self.filtered(lambda lead: lead.contract_kind and not lead.contract_confirmed):
            lead.contract_confirmed = fields.Date.context_today(lead)
            lead.activity_feedback(["customer_dev.mail_activity_contract_end"])
            lead.message_post(body=self.env._("The cooperation is formal from today on."))
        return True
