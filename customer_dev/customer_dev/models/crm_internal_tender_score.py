from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .constants import SCORES


class CrmInternalTenderScore(models.Model):
    """What one reviewer gives one bid for one criterion; made when the bids are opened."""

    _name = "crm.internal.tender.score"
    _description = "Score of a Bid"
    _order = "bid_id, criterion_id, id"

    bid_id = fields.Many2one(
        "crm.internal.tender.bid", required=True, ondelete="cascade", index=True, readonly=True
    )
    tender_id = fields.Many2one(
        related="bid_id.tender_id", string="Internal Tender", store=True, index=True
    )
    tender_state = fields.Selection(related="bid_id.tender_id.state", string="State of the Tender")
    criterion_id = fields.Many2one(
        "crm.internal.tender.criterion",
        string="Scoring Criterion",
        required=True,
        ondelete="cascade",
        readonly=True,
    )
    weight = fields.Float(related="criterion_id.weight")
    user_id = fields.Many2one("res.users", string="Reviewer", required=True, readonly=True)
    score = fields.Selection(SCORES, help="5 is best.")
    note = fields.Char()

    _row_uniq = models.UniqueIndex("(bid_id, criterion_id, user_id)")

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - {"score", "note"}:
                raise AccessError(self.env._("A reviewer enters scores and remarks only."))
            if any(row.user_id != self.env.user for row in self):
                raise AccessError(self.env._("Everybody scores for himself."))
            # sudo: a reviewer need not read the tender itself
            if any(row.sudo().tender_id.state != "closed" for row in self):
                raise UserError(self.env._("Bids are scored between the close and the award."))
        result = super().write(vals)
        self._finish_activity()
        return result

    def _finish_activity(self):
        """Who has scored everything has done what was asked."""
        for tender in self.sudo().tender_id:  # sudo: a reviewer need not write the tender
            own = [("tender_id", "=", tender.id), ("user_id", "=", self.env.uid)]
            if not self.search_count([*own, ("score", "=", False)]):
                tender.activity_feedback(["mail.mail_activity_data_todo"], user_id=self.env.uid)
