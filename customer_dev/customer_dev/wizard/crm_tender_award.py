from odoo import api, fields, models


class CrmTenderAward(models.TransientModel):
    _name = "crm.tender.award"
    _description = "Award an Internal Tender"

    tender_id = fields.Many2one(
        "crm.internal.tender", string="Internal Tender", required=True, ondelete="cascade"
    )
    bid_id = fields.Many2one(
        "crm.internal.tender.bid",
        string="Winner",
        required=True,
        ondelete="cascade",
        compute="_compute_bid_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('tender_id', '=', tender_id), ('state', '=', 'submitted')]",
    )
    result = fields.Float(related="bid_id.result")
    reason = fields.Text(help="Required when another bid has the higher result, or several tie.")

    @api.depends("tender_id")
    def _compute_bid_id(self):
        for wizard in self:
            bids = wizard.tender_id.bid_ids.filtered(lambda bid: bid.state == "submitted")
            wizard.bid_id = bids.sorted("result", reverse=True)[:1]

    def action_apply(self):
        """Award the tender.

        :return: an action that closes the dialog
        """
        self.ensure_one()
        self.tender_id.action_award(self.bid_id.id, self.reason or "")
        return {"type": "ir.actions.act_window_close"}
