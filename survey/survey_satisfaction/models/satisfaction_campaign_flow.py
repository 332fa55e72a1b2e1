from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

BUDGET_PARAM = "survey_satisfaction.approval_free_budget"


class SatisfactionCampaign(models.Model):
    """From draft to closed: approval of need, cost and scheme, start, pause."""

    _inherit = "satisfaction.campaign"  # pylint: disable=consider-merging-classes-inherited

    @api.depends("budget", "kind")
    def _compute_needs_approval(self):
        for campaign in self:
            campaign.needs_approval = campaign._needs_approval()

    def _needs_approval(self):
        """Whether need, cost and scheme must be approved before customers are asked."""
        self.ensure_one()
        # Sudo: a plain setting.
        limit = float(self.env["ir.config_parameter"].sudo().get_param(BUDGET_PARAM, 0) or 0)
        return self.kind == "third_party" or self.budget > limit

    def action_submit(self):
        """Submit need, cost and scheme for approval.

        :return: True
        """
        self.check_access("write")
        for campaign in self.filtered(lambda c: c.state == "draft"):
            campaign.survey_id._check_campaign_ready()
            campaign._set_state("submitted")
        return True

    def action_approve(self):
        """Approve (satisfaction managers only).

        :return: True
        :raises AccessError: for anybody else
        """
        self.check_access("write")
        if not self._is_manager():
            raise AccessError(self.env._("Only a satisfaction manager approves a campaign."))
        for campaign in self.filtered(lambda c: c.state in ("draft", "submitted")):
            campaign._set_state(
                "approved", approver_id=self.env.uid, approved_at=fields.Datetime.now()
            )
        return True

    def action_start(self):
        """Start an approved campaign (or one that needs no approval).

        :return: True
        """
        self.check_access("write")
        for campaign in self:
            campaign.survey_id._check_campaign_ready()
            campaign._check_may_run()
            campaign._set_state("running")
        return True

    def _check_may_run(self):
        self.ensure_one()
        if self.state == "closed":
            raise UserError(self.env._("This campaign is closed."))
        if self.state in ("draft", "submitted") and self._needs_approval():
            raise UserError(
                self.env._("Cost and scheme of “%s” must be approved first.", self.name)
            )

    def action_pause(self):
        """Pause a running campaign: nothing is sent, no wave opens.

        :return: True
        """
        self.check_access("write")
        self.filtered(lambda c: c.state == "running")._set_state("paused")
        return True

    def action_close(self):
        """Close the campaign and its open waves.

        :return: True
        """
        self.check_access("write")
        self.wave_ids.filtered(lambda wave: wave.state == "open").action_close()
        self._set_state("closed")
        return True

    def action_reset(self):
        """Back to draft.

        :return: True
        """
        self.check_access("write")
        for campaign in self.filtered(lambda c: c.state in ("submitted", "approved", "paused")):
            campaign._set_state("draft", approver_id=False, approved_at=False)
        return True
