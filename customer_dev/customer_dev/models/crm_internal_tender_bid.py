from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import tender as compare

PROTECTED = {"state", "user_id", "date_submitted"}


class CrmInternalTenderBid(models.Model):
    """What a team offers to do for a project; sealed until the time for bids is over."""

    _name = "crm.internal.tender.bid"
    _inherit = ["mail.thread", "crm.file.owner"]
    _description = "Bid in an Internal Tender"
    _order = "tender_id desc, id"

    tender_id = fields.Many2one(
        "crm.internal.tender",
        string="Internal Tender",
        required=True,
        ondelete="cascade",
        index=True,
    )
    tender_state = fields.Selection(related="tender_id.state", string="State of the Tender")
    date_close = fields.Datetime(related="tender_id.date_close")
    company_id = fields.Many2one(related="tender_id.company_id", store=True)
    currency_id = fields.Many2one(related="tender_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        index=True,
    )
    team_id = fields.Many2one(
        "crm.team", compute="_compute_team_id", store=True, readonly=False, precompute=True
    )
    member_ids = fields.Many2many("res.users", string="Team Members")
    approach = fields.Html(help="How we win this customer: way, people, solution, steps.")
    expected_revenue = fields.Monetary()
    expected_cost = fields.Monetary(string="Cost of Development")
    date_contract = fields.Date(string="Contract by")
    commission_rate = fields.Float(string="Commission Asked (%)")
    resources = fields.Text(string="Support Needed")
    attachment_ids = fields.Many2many("ir.attachment", string="Documents")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("withdrawn", "Withdrawn"),
            ("won", "Selected"),
            ("lost", "Not chosen"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    date_submitted = fields.Datetime(string="Submitted on", readonly=True, copy=False)
    score_ids = fields.One2many("crm.internal.tender.score", "bid_id", string="Scores")
    result = fields.Float(
        string="Result (%)",
        compute="_compute_result",
        compute_sudo=True,
        help="Weighted mean of all reviewers, shown when all have scored.",
    )

    _user_uniq = models.UniqueIndex(
        "(tender_id, user_id)", "Everybody has one bid in a tender; change yours."
    )

    @api.depends("user_id")
    def _compute_team_id(self):
        for bid in self:
            teams = bid.user_id.crm_team_ids
            invited = teams & bid.tender_id.sudo().team_ids  # sudo: see who may bid
            bid.team_id = (invited or bid.user_id.sale_team_id or teams)[:1]

    @api.depends("score_ids.score")
    def _compute_result(self):
        for bid in self:
            rows = bid.score_ids
            weights = {row.criterion_id.id: row.criterion_id.weight for row in rows}
            is_done = bool(rows) and all(rows.mapped("score"))
            scores = [(row.criterion_id.id, int(row.score or 0)) for row in rows]
            bid.result = compare.bid_percent(scores, weights) if is_done else 0.0

    @api.depends("team_id", "user_id")
    def _compute_display_name(self):
        for bid in self:
            bid.display_name = " / ".join(filter(None, [bid.team_id.name, bid.user_id.name]))

    def _get_people(self):
        return self.user_id | self.member_ids

    @api.constrains("team_id", "user_id")
    def _check_team(self):
        """The team of the winner gets the prospect: nobody bids for a team that is not his."""
        for bid in self:
            user = bid.user_id
            is_own = user in bid.team_id.sudo().user_id | bid.team_id.sudo().member_ids
            if bid.team_id and not is_own:
                raise UserError(self.env._("You can only bid for a team of yours."))

    # === GUARD ===

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self.env.su:
                vals.update(state="draft", user_id=self.env.uid, date_submitted=False)
        bids = super().create(vals_list)
        for bid in bids if not self.env.su else bids.browse():
            if error := bid.tender_id._bid_error(self.env.user):
                raise UserError(error)
        return bids

    def write(self, vals):
        if not self.env.su:
            self._check_editable(vals)
        return super().write(vals)

    def _check_editable(self, vals):
        if PROTECTED & vals.keys() or "tender_id" in vals:
            raise AccessError(self.env._("The state of a bid changes by its buttons only."))
        for bid in self:
            if bid.user_id != self.env.user:
                raise AccessError(self.env._("A bid belongs to who makes it."))
            if error := bid.tender_id._bid_error(self.env.user):
                raise UserError(error)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(bid.state != "draft" for bid in self):
            raise UserError(self.env._("A bid that was submitted stays; withdraw it."))

    def _engine_write(self, vals):
        # sudo: the state of a bid is not the bidder's to write
        self.sudo().write(vals)

    # === FLOW ===

    def action_submit(self):
        """Hand in the bid; it can be changed until the close.

        :return: True
        """
        for bid in self:
            bid._check_editable({})
            if not bid.approach or not bid.expected_cost:
                raise UserError(self.env._("Describe your approach and its cost."))
            now = fields.Datetime.now()
            bid._engine_write({"state": "submitted", "date_submitted": now})
        return True

    def action_withdraw(self):
        """Take the bid back before the close.

        :return: True
        """
        for bid in self:
            bid._check_editable({})
            bid._engine_write({"state": "withdrawn"})
        return True

    def action_award(self):
        """Give the prospect to this bid, without another reason than its result.

        :return: True
        """
        self.ensure_one()
        self.tender_id.action_award(self.id)
        return True

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }
