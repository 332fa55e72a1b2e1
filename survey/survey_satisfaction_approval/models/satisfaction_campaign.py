from odoo import models
from odoo.exceptions import UserError


class SatisfactionCampaign(models.Model):
    """Where approval tiers are defined, they decide instead of the single manager."""

    _name = "satisfaction.campaign"
    _inherit = ["satisfaction.campaign", "tier.validation"]
    _state_from = ["draft", "submitted"]
    _state_to = ["approved", "running"]
    _cancel_state = "closed"
    _tier_validation_manual_config = False

    def action_submit(self):
        """Submit need, cost and scheme; asks the approvers of the tiers.

        :return: True
        """
        result = super().action_submit()
        for campaign in self.filtered(lambda c: c.state == "submitted" and c.need_validation):
            campaign.request_validation()
        return result

    def action_approve(self):
        """Approve: after every tier has signed, or by a manager where there are no tiers.

        :return: True
        """
        for campaign in self.filtered(lambda c: c.need_validation or c.review_ids):
            if not campaign._is_manager():
                break  # the base tells them
            if campaign.need_validation or campaign.validation_status != "validated":
                raise UserError(
                    self.env._("“%s” waits for the signatures of its approvers.", campaign.name)
                )
        return super().action_approve()

    def _check_may_run(self):
        result = super()._check_may_run()
        if self.state in ("draft", "submitted"):
            self._check_signed()
        return result

    def _check_signed(self):
        """Without need for approval a draft may start; with tiers it needs their signatures."""
        if self.need_validation or (self.review_ids and self.validation_status != "validated"):
            raise UserError(
                self.env._("“%s” waits for the signatures of its approvers.", self.name)
            )

    def _needs_approval(self):
        return super()._needs_approval() or bool(self.review_ids or self.need_validation)
