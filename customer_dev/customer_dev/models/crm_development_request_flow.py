from odoo import models


# One concern per file: the model is too big for one.
class CrmDevelopmentRequest(models.Model):
    _inherit = "crm.development.request"

    def _submission_error(self):
        """What is missing before the request can be signed, or an empty string."""
        if error := super()._submission_error():
            return error
        if self.kind == "stop" and not self.lost_reason_id:
            return self.env._("Choose why to stop.")
        if self.kind == "application" and not self.line_ids:
            return self.env._("Enter the goods and amounts you expect.")
        return ""

    def _approver_values(self):
        """The general manager signs key accounts and big expectations only, or for the head."""
        values = super()._approver_values()
        lead = self.lead_id.sudo()  # sudo: thresholds decide, whatever the user may see
        is_big = lead.expected_revenue >= self.company_id.gm_approval_revenue > 0
        is_weighty = self.kind == "application" and (lead.development_type == "key" or is_big)
        return {**values, "needs_gm": not values["needs_head"] or is_weighty}

    def _apply_approved(self):
        super()._apply_approved()
        return getattr(self, f"_apply_{self.kind}")()

    def _apply_application(self):
        """Nothing to write: the gate reads the approved application itself."""
        return True

    def _apply_stop(self):
        self.lead_id._development_stop(self.lost_reason_id)
        return True

    def _apply_reopen(self):
        self.lead_id._development_reopen()
        return True
