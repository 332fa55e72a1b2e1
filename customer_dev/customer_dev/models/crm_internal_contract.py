from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

KINDS = [("preliminary", "Preliminary project contract"), ("formal", "Formal project contract")]


class CrmInternalContract(models.Model):
    """What the firm and the winner of a tender agree on: duties, terms, commission."""

    _name = "crm.internal.contract"
    _inherit = ["mail.thread", "crm.file.owner"]
    _description = "Project Contract with the Winner"
    _order = "id desc"

    tender_id = fields.Many2one(
        "crm.internal.tender",
        string="Internal Tender",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    lead_id = fields.Many2one(related="tender_id.lead_id", store=True, index="btree_not_null")
    customer_name = fields.Char(related="tender_id.customer_name")
    company_id = fields.Many2one(related="tender_id.company_id", store=True)
    currency_id = fields.Many2one(related="tender_id.currency_id")
    user_id = fields.Many2one(related="tender_id.winner_user_id", store=True, string="Winner")
    organiser_id = fields.Many2one(related="tender_id.user_id", string="Organised by")
    kind = fields.Selection(KINDS, required=True, readonly=True, default="preliminary")
    state = fields.Selection(
        [("draft", "Draft"), ("issued", "To accept"), ("accepted", "Accepted by the winner")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    duties = fields.Html(help="What the winner does until when, what the firm provides.")
    terms = fields.Html(help="Cost, advance, what happens when goals are missed.")
    date_goal = fields.Date(string="Contract with the Customer by")
    budget = fields.Monetary(string="Budget of the Project")
    commission_rate = fields.Float(
        string="Commission (%)", help="Of the amount of the first deal, when it is won."
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Signed Contract")
    date_issued = fields.Date(string="Issued on", readonly=True, copy=False)
    date_accepted = fields.Date(string="Accepted on", readonly=True, copy=False)

    _kind_uniq = models.UniqueIndex("(tender_id, kind)")
    _check_rate = models.Constraint(
        "CHECK(commission_rate >= 0 AND commission_rate <= 100)",
        "A commission is a share of 0 to 100 percent.",
    )

    @api.depends("kind", "tender_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for contract in self:
            contract.display_name = f"{kinds.get(contract.kind, '')} {contract.tender_id.name}"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._prefill(vals) for vals in vals_list])

    @api.model
    def _prefill(self, vals):
        """What was offered in the bid, or agreed on before, needs no typing."""
        tender = self.env["crm.internal.tender"].browse(vals.get("tender_id"))
        bid, last = tender.winner_bid_id, tender.contract_ids[:1]
        source = last or bid
        known = {
            "commission_rate": source.commission_rate,
            "budget": last.budget or bid.expected_cost,
            "date_goal": last.date_goal or bid.date_contract,
            "duties": last.duties or bid.approach,
            "terms": last.terms,
        }
        return {**known, **vals, "state": "draft"}

    def write(self, vals):
        if not self.env.su:
            if {"state", "tender_id", "kind", "date_issued", "date_accepted"} & vals.keys():
                raise AccessError(self.env._("The state of a contract changes by its buttons."))
            if vals.keys() - {"attachment_ids"} and any(c.state != "draft" for c in self):
                raise UserError(self.env._("What was issued stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(contract.state != "draft" for contract in self):
            raise UserError(self.env._("What was issued stays as it is."))

    def action_issue(self):
        """Put the contract before the winner.

        :return: True
        """
        for contract in self.filtered(lambda contract: contract.state == "draft"):
            contract.tender_id._check_organiser()
            if not contract.duties or (contract.kind == "formal" and not contract.terms):
                raise UserError(self.env._("Write down duties and terms first."))
            today = fields.Date.context_today(contract)
            contract.sudo().write({"state": "issued", "date_issued": today})
            contract.message_post(
                body=self.env._("Please read and accept: %s", contract.display_name),
                partner_ids=contract.user_id.partner_id.ids,
            )
        return True

    def action_take_back(self):
        """Change a contract that is not accepted yet.

        :return: True
        """
        for contract in self.filtered(lambda contract: contract.state == "issued"):
            contract.tender_id._check_organiser()
            contract.sudo().write({"state": "draft", "date_issued": False})
        return True

    def action_accept(self):
        """The winner agrees; nobody else can.

        :return: True
        """
        for contract in self.filtered(lambda contract: contract.state == "issued"):
            if contract.user_id != self.env.user:
                raise AccessError(self.env._("Only the winner accepts the contract."))
            today = fields.Date.context_today(contract)
            # sudo: the winner changes nothing of the contract but this
            contract.sudo().write({"state": "accepted", "date_accepted": today})
            contract.sudo().tender_id._engine_write({"state": contract.kind})
            contract.message_post(body=self.env._("Accepted: %s", contract.display_name))
        return True

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }
