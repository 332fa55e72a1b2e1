import re

from odoo import api, fields, models
from odoo.tools import html2plaintext

from .constants import DEVELOPMENT_TYPES, LEVELS, PURCHASE_STEPS, SETTLEMENT_MODES

#: organizer and contact, with their addresses, that the host writes behind the note of a meeting
HOST_CONTACTS = re.compile(
    r"(<br\s*/?>)?<strong>[^<]*</strong><br\s*/?>[^<]*(<br\s*/?><a href=\"(mailto|tel):.*|</div>$)",
    re.DOTALL,
)


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    development_type = fields.Selection(DEVELOPMENT_TYPES, string="Kind of Development")
    # need
    need_reason = fields.Text(help="Why they look for a new or another supplier.")
    need_strength = fields.Selection(LEVELS, string="Strength of the Need")
    need_urgency = fields.Selection(
        [("low", "Can wait"), ("medium", "Within months"), ("high", "At once")],
        string="Urgency of the Need",
    )
    need_products = fields.Char(string="Products in Question")
    deal_chance = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        string="Deal Possible",
        help="Our judgement after the first talks. No means stop.",
    )
    horizon = fields.Selection(
        [
            ("1", "Within 1 month"),
            ("3", "Within 3 months"),
            ("6", "Within 6 months"),
            ("12", "Within 1 year"),
            ("99", "Later"),
        ],
        string="Planned Purchase",
        compute="_compute_horizon",
        search="_search_horizon",
        help="How soon they plan to buy, from the expected closing.",
    )
    # purchasing
    purchase_step = fields.Selection(PURCHASE_STEPS, string="They Stand at")
    purchase_step_ids = fields.One2many("crm.lead.purchase.step", "lead_id", string="Procedure")
    decision_cycle_days = fields.Integer(string="Decision Cycle (Days)")
    decision_note = fields.Text(string="How They Decide")
    settlement_mode = fields.Selection(SETTLEMENT_MODES, string="Payment Method")
    payment_cycle_days = fields.Integer(string="Payment Cycle (Days)")
    payment_note = fields.Char(string="How They Really Pay")
    supplier_ids = fields.One2many("crm.lead.supplier", "lead_id", string="Present Suppliers")
    supplier_share_total = fields.Float(compute="_compute_supplier_share_total")
    concern_ids = fields.One2many("crm.lead.concern", "lead_id", string="Ranked Concerns")
    competitor_ids = fields.Many2many(
        "res.partner", "crm_lead_competitor_rel", "lead_id", "partner_id", string="Competitors"
    )
    # candidates for key accounts, and reasons to leave it
    big_volume = fields.Boolean()
    big_profit = fields.Boolean()
    big_strength = fields.Boolean()
    big_potential = fields.Boolean()
    is_four_bigs = fields.Boolean(string="Four Bigs", compute="_compute_is_four_bigs")
    fact_market_share = fields.Float(string="Their Market Share (%)", help="0: not known")
    fact_margin = fields.Float(string="Expected Margin (%)", help="0: not known")
    fact_growth = fields.Float(string="Their Growth (%)", help="0: not known")
    fact_crowded = fields.Boolean(string="Crowded Market")
    fact_pirated = fields.Boolean(string="Pirated Products")
    fact_plain = fields.Boolean(string="Nothing Special")
    exclusion_reasons = fields.Text(compute="_compute_exclusion_reasons")
    # their business
    fact_overview = fields.Text(
        string="Business Overview", help="Age, size, owners and state of the firm, what it makes."
    )
    fact_resources = fields.Text(
        string="Resources and Stability", help="Plant, people, money; how sure their orders are."
    )
    fact_quality = fields.Text(
        string="Quality Issues", help="How they treat suppliers when something goes wrong."
    )
    # reporting
    progress_result = fields.Text(string="Progress and Result", tracking=True)
    progress_problem = fields.Text(string="Problems", tracking=True)
    guidance = fields.Text(string="Guidance of the Head", tracking=True)
    sample_ids = fields.One2many("crm.lead.sample", "lead_id", string="Samples")
    sample_count = fields.Integer(compute="_compute_sample_count")

    @api.depends("date_deadline")
    def _compute_horizon(self):
        today = fields.Date.context_today(self)
        for lead in self:
            lead.horizon = lead._horizon_bucket(today, lead.date_deadline)

    @api.model
    def _horizon_bucket(self, today, deadline):
        if not deadline:
            return False
        return next(
            (
                months
                for months in ("1", "3", "6", "12")
                if deadline <= fields.Date.add(today, months=int(months))
            ),
            "99",
        )

    def _search_horizon(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        bounds = {"1": (None, 1), "3": (1, 3), "6": (3, 6), "12": (6, 12), "99": (12, None)}
        domains = []
        for key in value:
            if key not in bounds:
                domains.append([("date_deadline", "=", False)])
                continue
            after, until = bounds[key]
            domain = [("date_deadline", "!=", False)]
            if after:
                domain.append(("date_deadline", ">", fields.Date.add(today, months=after)))
            if until:
                domain.append(("date_deadline", "<=", fields.Date.add(today, months=until)))
            domains.append(domain)
        return fields.Domain.OR(domains)

    @api.depends("supplier_ids.share")
    def _compute_supplier_share_total(self):
        for lead in self:
            lead.supplier_share_total = sum(lead.supplier_ids.mapped("share"))

    @api.depends("big_volume", "big_profit", "big_strength", "big_potential")
    def _compute_is_four_bigs(self):
        for lead in self:
            lead.is_four_bigs = (
                lead.big_volume and lead.big_profit and lead.big_strength and lead.big_potential
            )

    @api.depends(
        "fact_market_share",
        "fact_margin",
        "fact_growth",
        "fact_crowded",
        "fact_pirated",
        "fact_plain",
    )
    def _compute_exclusion_reasons(self):
        for lead in self:
            lead.exclusion_reasons = "\n".join(lead._exclusion_reasons()) or False

    def _exclusion_reasons(self):
        """Reasons not to develop this prospect; a fact of 0 is not known and tells nothing."""
        company = self.company_id or self.env.company
        measured = [
            (self.fact_market_share, company.exclude_market_share, self.env._("market share")),
            (self.fact_margin, company.exclude_margin, self.env._("margin")),
            (self.fact_growth, company.exclude_growth, self.env._("growth")),
        ]
        reasons = [
            self.env._(
                "%(what)s %(value).1f %% is below %(limit).1f %%",
                what=name,
                value=value,
                limit=limit,
            )
            for value, limit, name in measured
            if value and value < limit
        ]
        flags = [
            (self.fact_crowded, self.env._("crowded market")),
            (self.fact_pirated, self.env._("pirated products")),
            (self.fact_plain, self.env._("nothing special about the products")),
        ]
        return reasons + [text for is_set, text in flags if is_set]

    @api.depends("sample_ids")
    def _compute_sample_count(self):
        counts = dict(
            self.env["crm.lead.sample"]._read_group(
                [("lead_id", "in", self.ids)], ["lead_id"], ["__count"]
            )
        )
        for lead in self:
            lead.sample_count = counts.get(lead, 0)

    def action_fill_purchase_steps(self):
        """Write down the six usual steps a) to f), so that they only need names and dates.

        :return: True
        """
        for lead in self:
            known = set(lead.purchase_step_ids.mapped("step"))
            lead.purchase_step_ids = [
                (0, 0, {"step": step}) for step, _name in PURCHASE_STEPS if step not in known
            ]
        return True

    def _get_quotation_numbers(self):
        """Numbers of the quotations made, for the tracking sheet; filled where sales is there."""
        self.ensure_one()
        return ""

    def _get_contact_history(self):
        """Visits and talks, oldest first, as dicts ``date, user, subject, result``."""
        self.ensure_one()
        meetings = self._get_past_meetings()
        return [
            {
                "date": fields.Datetime.context_timestamp(self, meeting.start).strftime("%Y-%m-%d"),
                "user": meeting.user_id.name or "",
                "subject": meeting.name or "",
                "result": self._get_meeting_note(meeting),
            }
            for meeting in meetings.sorted("start")
        ]

    def _get_past_meetings(self):
        return self.calendar_event_ids.filtered(lambda m: m.stop < fields.Datetime.now())

    @api.model
    def _get_meeting_note(self, meeting):
        """What was noted about a meeting, without the contacts the host writes behind it."""
        note = HOST_CONTACTS.sub("", str(meeting.description or ""))
        return html2plaintext(note, include_references=False).strip()
