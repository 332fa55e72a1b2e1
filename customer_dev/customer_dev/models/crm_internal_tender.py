from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

#: states after the general manager has approved the notice
PUBLISHED = ("open", "closed", "awarded", "preliminary", "formal", "void")


class CrmInternalTender(models.Model):
    """A project that management brought: the teams bid for it, the best bid gets the prospect."""

    _name = "crm.internal.tender"
    _inherit = "crm.development.approval"
    _description = "Internal Tender"

    _state_to = ["open"]

    state = fields.Selection(
        selection_add=[
            ("submitted",),
            ("open", "Open for bids"),
            ("closed", "Scoring"),
            ("awarded", "Awarded"),
            ("preliminary", "Preliminary contract"),
            ("formal", "Formal contract"),
            ("void", "No bids"),
            ("rejected",),
        ],
        ondelete=dict.fromkeys(PUBLISHED, "set draft"),
    )
    reason = fields.Text(
        string="Where it Comes from", help="Who of the management brought the project, and how."
    )
    user_id = fields.Many2one(string="Organised by")
    notice = fields.Html(help="What the project is, what the winner has to do, what is expected.")
    date_close = fields.Datetime(
        string="Bids until", help="Bids stay sealed until then; afterwards none is accepted."
    )
    team_ids = fields.Many2many("crm.team", string="Teams", help="Empty: all teams may bid.")
    scorer_ids = fields.Many2many(
        "res.users", string="Who Scores", help="They score the bids; they cannot bid themselves."
    )
    criterion_ids = fields.One2many(
        "crm.internal.tender.criterion",
        "tender_id",
        string="Scoring Criteria",
        copy=True,
        default=lambda self: self._default_criteria(),
    )
    bid_ids = fields.One2many("crm.internal.tender.bid", "tender_id", string="Bids")
    bid_count = fields.Integer(compute="_compute_bids", string="Bids to See")
    my_bid_id = fields.Many2one("crm.internal.tender.bid", compute="_compute_bids")
    can_bid = fields.Boolean(compute="_compute_can_bid")
    can_organise = fields.Boolean(compute="_compute_can_organise")
    is_scored = fields.Boolean(compute="_compute_is_scored", compute_sudo=True)
    my_score_count = fields.Integer(compute="_compute_my_score_count", string="To Score by Me")
    winner_bid_id = fields.Many2one(
        "crm.internal.tender.bid", string="Winner", readonly=True, copy=False
    )
    winner_user_id = fields.Many2one(
        "res.users", string="Winning Salesperson", readonly=True, copy=False
    )
    award_reason = fields.Text(string="Reason of the Award", readonly=True, copy=False)
    contract_ids = fields.One2many("crm.internal.contract", "tender_id", string="Contracts")

    _open_uniq = models.UniqueIndex(
        "(lead_id) WHERE state IN ('draft', 'submitted', 'open', 'closed')",
        "There is already an open tender for this prospect.",
    )

    @api.model
    def _default_criteria(self):
        names = [
            (self.env._("Way to the customer and relations"), 30),
            (self.env._("Technical solution"), 25),
            (self.env._("Time until the contract"), 15),
            (self.env._("Cost"), 15),
            (self.env._("Experience of the team"), 15),
        ]
        return [
            (0, 0, {"name": name, "weight": weight, "sequence": index})
            for index, (name, weight) in enumerate(names, 1)
        ]

    @api.depends_context("uid")
    @api.depends("bid_ids", "state")
    def _compute_bids(self):
        """What the user may see: until the close nothing but the own bid."""
        bids = self.env["crm.internal.tender.bid"].search([("tender_id", "in", self.ids)])
        for tender in self:
            own = bids.filtered(lambda bid, tender=tender: bid.tender_id == tender)
            tender.bid_count = len(own)
            tender.my_bid_id = own.filtered(lambda bid: bid.user_id == self.env.user)[:1]

    @api.depends_context("uid")
    @api.depends("state", "date_close", "team_ids", "scorer_ids")
    def _compute_can_bid(self):
        for tender in self:
            tender.can_bid = not tender._bid_error(self.env.user)

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_can_organise(self):
        is_manager = self.env.user.has_group("sales_team.group_sale_manager")
        for tender in self:
            tender.can_organise = is_manager or tender.user_id == self.env.user

    @api.depends("bid_ids.score_ids.score", "bid_ids.state")
    def _compute_is_scored(self):
        for tender in self:
            bids = tender.bid_ids.filtered(lambda bid: bid.state in ("submitted", "won", "lost"))
            rows = bids.score_ids
            tender.is_scored = bool(rows) and all(rows.mapped("score"))

    @api.depends_context("uid")
    def _compute_my_score_count(self):
        groups = self.env["crm.internal.tender.score"]._read_group(
            [
                ("tender_id", "in", self.ids),
                ("user_id", "=", self.env.uid),
                ("score", "=", False),
            ],
            ["tender_id"],
            ["__count"],
        )
        counts = {tender.id: count for tender, count in groups}
        for tender in self:
            tender.my_score_count = counts.get(tender.id, 0)

    @api.depends("name", "customer_name")
    def _compute_display_name(self):
        for tender in self:
            tender.display_name = f"{tender.name} {tender.customer_name or ''}".strip()

    # === APPROVAL ===

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "winner_bid_id",
            "winner_user_id",
            "award_reason",
        }

    @api.model
    def _get_content_fields(self):
        content = {"notice", "team_ids", "scorer_ids", "criterion_ids"}
        return super()._get_content_fields() | content

    def write(self, vals):
        """Published tenders are read by many; only who organises one changes it."""
        for tender in self:
            tender._check_organiser()
        return super().write(vals)

    def _refuse_late_change(self, vals):
        super()._refuse_late_change(vals)
        if "date_close" not in vals:
            return
        given = fields.Datetime.to_datetime(vals["date_close"])
        for tender in self:
            if tender.state != "open" or not given or given < tender.date_close:
                raise UserError(
                    self.env._("While bids are open, their end can only be put off to a later day.")
                )
            until = format_datetime(self.env, given)
            tender.message_post(body=self.env._("Bids are accepted until %s.", until))

    def _submission_error(self):
        if error := super()._submission_error():
            return error
        if not self.date_close or self.date_close <= fields.Datetime.now():
            return self.env._("Until when are bids accepted? Enter a moment to come.")
        if not self.scorer_ids:
            return self.env._("Name who scores the bids.")
        if not self.criterion_ids.filtered(lambda criterion: criterion.weight > 0):
            return self.env._("Enter by what the bids are scored.")
        return ""

    def _approver_values(self):
        """The general manager approves the notice."""
        return {"head_id": False, "needs_head": False, "needs_gm": True}

    def _is_open(self):
        return self.state in ("draft", "submitted", "open", "closed")

    # === WHO MAY BID ===

    def _bid_error(self, user):
        """Why a user cannot bid now, or an empty string."""
        self.ensure_one()
        tender = self.sudo()  # sudo: the teams of a tender are no secret among salespeople
        if tender.state != "open" or not tender.date_close:
            return self.env._("This tender takes no bids.")
        if tender.date_close <= fields.Datetime.now():
            return self.env._("The time for bids is over.")
        if user in tender.scorer_ids:
            return self.env._("Who scores the bids cannot bid.")
        if user not in tender._find_bidders():
            return self.env._("This tender is for other teams.")
        return ""

    def _find_bidders(self):
        """Salespeople of the invited teams, of all teams where none is named."""
        domain = [("crm_team_id", "in", self.team_ids.ids)] if self.team_ids else []
        # sudo: who works in which team is no secret among salespeople
        members = self.env["crm.team.member"].sudo().search(domain)
        people = members.user_id | members.crm_team_id.user_id
        return (
            people.filtered(lambda user: user.active and self.company_id in user.company_ids)
            - self.scorer_ids
        )
