from datetime import timedelta

from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        result = super()._action_done()
        self._enqueue_satisfaction()
        return result

    def _enqueue_satisfaction(self):
        """Ask customers how the goods arrived; a delivery is one event, however often it is
        validated."""
        done = self.filtered(
            lambda p: p.state == "done" and p.picking_type_code == "outgoing" and p.partner_id
        )
        for company, pickings in done.grouped("company_id").items():
            campaigns = self.env["satisfaction.campaign"]._get_triggered("delivery", company)
            for campaign in campaigns:
                at = fields.Datetime.now() + timedelta(days=campaign.delay_days)
                for picking in pickings:
                    campaign._enqueue(picking._get_survey_partner(), picking, at)

    def _get_survey_partner(self):
        """The one who ordered, not the address of the ramp."""
        self.ensure_one()
        # Sudo: warehouse people need not read orders.
        return self.sudo().sale_id.partner_id or self.partner_id
