from datetime import timedelta

from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def action_set_lost(self, **additional_values):
        result = super().action_set_lost(**additional_values)
        self._enqueue_satisfaction()
        return result

    def _enqueue_satisfaction(self):
        """Ask customers who went elsewhere why, in a survey made for it."""
        lost = self.filtered(lambda lead: lead.partner_id)
        for company, leads in lost.grouped("company_id").items():
            campaigns = self.env["satisfaction.campaign"]._get_triggered(
                "lost", company or self.env.company
            )
            for campaign in campaigns:
                at = fields.Datetime.now() + timedelta(days=campaign.delay_days)
                for lead in leads:
                    campaign._enqueue(lead.partner_id, lead, at)
