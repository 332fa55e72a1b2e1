from odoo import models


class CrmLeadClaim(models.AbstractModel):
    """What a salesperson is to get for a prospect: the head decides, nobody on his own."""

    _name = "crm.lead.claim"
    _inherit = ["crm.lead.part"]
    _description = "Claim of a Salesperson"

    def _decide(self, state, values):
        """Write a decision on the claims in this state; the others stay as they are."""
        for claim in self.filtered(lambda claim: claim.state == state):
            claim.lead_id._check_may_decide(claim.user_id)
            # sudo: the decision is protected from everybody's writing
            claim.sudo().write(values)
