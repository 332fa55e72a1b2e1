from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CrmLeadTransfer(models.TransientModel):
    _name = "crm.lead.transfer"
    _description = "Hand Prospects on Together"

    lead_ids = fields.Many2many(
        "crm.lead", string="Prospects", default=lambda self: self._default_lead_ids()
    )
    lead_count = fields.Integer(compute="_compute_lead_count", string="Chosen")
    target = fields.Selection(
        [("user", "Another salesperson"), ("pool", "The public pool")],
        string="Hand to",
        required=True,
        default="user",
    )
    user_id = fields.Many2one("res.users", string="New Owner", ondelete="cascade")
    note = fields.Char(string="Reason")

    @api.model
    def _default_lead_ids(self):
        if self.env.context.get("active_model") != "crm.lead":
            return self.env["crm.lead"]
        return self.env["crm.lead"].browse(self.env.context.get("active_ids", []))

    @api.depends("lead_ids")
    def _compute_lead_count(self):
        for wizard in self:
            wizard.lead_count = len(wizard.lead_ids)

    def action_apply(self):
        """Hand the chosen prospects on, all or none.

        :return: an action that closes the dialog
        :raises AccessError: when one of them is neither one's own nor of a team one heads
        """
        self.ensure_one()
        if not (self.note or "").strip():
            raise UserError(self.env._("Give the reason."))
        if self.target == "pool":
            self.lead_ids.filtered("user_id").action_release_to_pool(self.note)
        else:
            self._hand_to_user()
        return {"type": "ir.actions.act_window_close"}

    def _hand_to_user(self):
        if not self.user_id:
            raise UserError(self.env._("Choose the new owner."))
        for lead in self.lead_ids.filtered(lambda lead: lead.user_id != self.user_id):
            if lead.user_id != self.env.user and not lead._gate_may_override():
                raise AccessError(
                    self.env._("%s is neither yours nor of a team you head.", lead.name)
                )
            lead._hand_on(self.user_id, self.note)
