from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmInternalTenderCriterion(models.Model):
    _name = "crm.internal.tender.criterion"
    _description = "Criterion of an Internal Tender"
    _order = "tender_id, sequence, id"

    tender_id = fields.Many2one(
        "crm.internal.tender",
        string="Internal Tender",
        required=True,
        ondelete="cascade",
        index=True,
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Scoring Criterion", required=True)
    weight = fields.Float(default=1.0, digits=(6, 1))
    note = fields.Char(string="What Counts")

    _check_weight = models.Constraint("CHECK(weight >= 0)", "A weight cannot be negative.")

    @api.model_create_multi
    def create(self, vals_list):
        criteria = super().create(vals_list)
        criteria._check_draft()
        return criteria

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    def unlink(self):
        self._check_draft()
        return super().unlink()

    def _check_draft(self):
        """Whoever bids must know by what he will be judged."""
        if not self.env.su and any(row.tender_id.state != "draft" for row in self):
            raise UserError(self.env._("The criteria are fixed once the notice was submitted."))
