from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext, is_html_empty

STARS = [("0", "Not rated"), ("1", "Poor"), ("2", "Fair"), ("3", "Good"), ("4", "Excellent")]
CHANNELS = [
    ("onsite", "At the customer"),
    ("plant", "Customer at our plant"),
    ("phone", "Phone"),
    ("video", "Video"),
    ("message", "Message"),
]
POSITIONS = [
    ("leader", "Leader"),
    ("upper", "Upper third"),
    ("middle", "Middle"),
    ("small", "Small"),
]


class CrmVisit(models.Model):
    """A visit or talk: planned, then done with its record."""

    _name = "crm.visit"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Visit"
    _order = "date desc, id desc"

    name = fields.Char(
        string="Number", readonly=True, copy=False, default=lambda self: self.env._("New")
    )
    state = fields.Selection(
        [("planned", "Planned"), ("done", "Done"), ("cancelled", "Cancelled")],
        default="planned",
        required=True,
        index=True,
        tracking=True,
        copy=False,
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    duration = fields.Float(default=1.0, help="Hours")
    user_id = fields.Many2one(
        "res.users", string="Visitor", default=lambda self: self.env.user, required=True, index=True
    )
    companion_ids = fields.Many2many("res.users", string="Together with")
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, required=True
    )
    lead_id = fields.Many2one("crm.lead", string="Prospect", index="btree_not_null")
    team_id = fields.Many2one(
        "crm.team", compute="_compute_team_id", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        index=True,
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", store=True, index=True
    )
    customer_name = fields.Char(compute="_compute_customer_name")
    is_new_customer = fields.Boolean(
        string="New Visitor",
        compute="_compute_is_new_customer",
        store=True,
        help="The first visit of this customer.",
    )
    channel = fields.Selection(CHANNELS, default="onsite", required=True)
    purpose_id = fields.Many2one(
        "crm.visit.purpose", required=True, index=True, default=lambda self: self._default_purpose()
    )
    subject = fields.Char(help="What this visit is about.")
    contact_ids = fields.Many2many("res.partner", string="People Met")
    contact_details = fields.Char(compute="_compute_contact_details")
    address = fields.Char(compute="_compute_address")
    calendar_event_id = fields.Many2one(
        "calendar.event",
        string="Appointment",
        index="btree_not_null",
        copy=False,
        ondelete="set null",
    )
    # 客户拜访记录表
    record = fields.Html(string="Record of the Visit")
    attention = fields.Text(string="Points to Note")
    growth_rate = fields.Float(string="Growth (%)")
    credit = fields.Selection(STARS, string="Creditworthiness", default="0")
    margin_rate = fields.Float(string="Total Margin (%)")
    overall_rating = fields.Selection(STARS, string="Overall Judgement", default="0")
    ranking = fields.Integer(help="Place among our customers, 1 is the best.")
    industry_position = fields.Selection(POSITIONS, string="Position in the Trade")
    other = fields.Text()
    solved = fields.Text(string="Problems Solved")
    watch = fields.Text(string="To Watch in Future")
    result = fields.Selection(
        [("good", "Step forward"), ("neutral", "No change"), ("bad", "Step back")]
    )
    next_date = fields.Date(string="Next Visit")
    next_purpose_id = fields.Many2one("crm.visit.purpose")
    next_visit_id = fields.Many2one("crm.visit", string="Planned Next", readonly=True, copy=False)
    survey_note = fields.Text(string="How Our Products Are Used")

    _company_date_idx = models.Index("(user_id, date DESC)")
    _check_duration = models.Constraint("CHECK(duration >= 0)", "A duration is not negative.")

    @api.model
    def _default_purpose(self):
        return self.env["crm.visit.purpose"].search([], limit=1)

    @api.depends("lead_id", "user_id")
    def _compute_team_id(self):
        for visit in self:
            visit.team_id = visit.lead_id.team_id or visit.user_id.sale_team_id

    @api.depends("lead_id")
    def _compute_partner_id(self):
        for visit in self:
            visit.partner_id = visit.lead_id.partner_id or visit.partner_id

    @api.depends("lead_id", "partner_id")
    def _compute_customer_name(self):
        for visit in self:
            firm = visit.partner_id.commercial_partner_id.name
            visit.customer_name = firm or visit.lead_id.partner_name or visit.lead_id.name

    @api.depends("partner_id", "lead_id", "date")
    def _compute_is_new_customer(self):
        """First visit of the customer among those that took place before."""
        firsts = dict(
            self._read_group(
                [
                    ("commercial_partner_id", "in", self.partner_id.commercial_partner_id.ids),
                    ("state", "=", "done"),
                ],
                ["commercial_partner_id"],
                ["date:min"],
            )
        )
        for visit in self:
            first = firsts.get(visit.partner_id.commercial_partner_id)
            visit.is_new_customer = not first or not visit.date or visit.date <= first

    @api.depends("contact_ids.phone", "contact_ids.email")
    def _compute_contact_details(self):
        for visit in self:
            visit.contact_details = ", ".join(
                filter(None, [c.phone or c.email for c in visit.contact_ids])
            )

    @api.depends("partner_id", "lead_id")
    def _compute_address(self):
        for visit in self:
            place = visit.partner_id or visit.lead_id
            parts = [place.state_id.name, place.city, place.street] if place else []
            visit.address = ", ".join(filter(None, parts))

    @api.depends("name", "customer_name")
    def _compute_display_name(self):
        for visit in self:
            visit.display_name = f"{visit.customer_name or ''} {visit.name}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [
            {**vals, "name": self.env["ir.sequence"].next_by_code(self._name) or "/"}
            for vals in vals_list
        ]
        visits = super().create(vals_list)
        visits.filtered(lambda v: v.state == "done")._check_done()
        return visits

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "done" or "record" in vals:
            self.filtered(lambda visit: visit.state == "done")._check_done()
        return result

    def _check_done(self):
        """A visit that is done lies in the past and has its record."""
        for visit in self:
            if not visit.partner_id and not visit.lead_id:
                raise UserError(self.env._("Say whom you visit: a customer or a prospect."))
            if visit.date > fields.Datetime.now() + timedelta(hours=1):
                raise UserError(self.env._("A visit in the future is not done yet."))
            if is_html_empty(visit.record):
                raise UserError(self.env._("Write the record of the visit first."))

    # === ACTIONS ===

    def action_done(self):
        """Close visits with their record, tell the prospect and plan the next one.

        :return: True
        """
        for visit in self.filtered(lambda v: v.state == "planned"):
            visit.state = "done"
            visit._tell_lead()
            visit._plan_next()
            visit.partner_id.activity_feedback(["customer_visit.mail_activity_visit_due"])
        return True

    def action_cancel(self):
        """Cancel planned visits.

        :return: True
        """
        self.filtered(lambda v: v.state == "planned").write({"state": "cancelled"})
        return True

    def action_replan(self):
        """Plan cancelled visits again.

        :return: True
        """
        self.filtered(lambda v: v.state == "cancelled").write({"state": "planned"})
        return True

    def _tell_lead(self):
        """The record goes to the prospect's history; it counts as progress there."""
        if self.lead_id:
            self.lead_id.message_post(
                body=self.env._(
                    "Visit %(number)s (%(channel)s): %(record)s",
                    number=self.name,
                    channel=dict(self._fields["channel"]._description_selection(self.env))[
                        self.channel
                    ],
                    record=html2plaintext(self.record or "")[:500],
                ),
                message_type="comment",
                subtype_xmlid="mail.mt_note",
            )

    def _plan_next(self):
        if not self.next_date or self.next_visit_id:
            return
        self.next_visit_id = self.copy(self._prepare_next_values())

    def _prepare_next_values(self):
        start = fields.Datetime.to_datetime(self.next_date) + timedelta(hours=self.date.hour)
        return {
            "date": start,
            "purpose_id": (self.next_purpose_id or self.purpose_id).id,
            "record": False,
            "attention": self.watch,
            "solved": False,
            "watch": False,
            "other": False,
            "result": False,
            "subject": False,
            "next_date": False,
            "next_purpose_id": False,
        }

    def action_make_appointment(self):
        """Put planned visits into the calendar, with the people who take part.

        :return: True
        """
        for visit in self.filtered(lambda v: v.state == "planned" and not v.calendar_event_id):
            visit.calendar_event_id = self.env["calendar.event"].create(
                visit._prepare_event_values()
            )
        return True

    def _prepare_event_values(self):
        people = self.user_id.partner_id | self.companion_ids.partner_id
        return {
            "name": self.subject or self.display_name,
            "start": self.date,
            "stop": self.date + timedelta(hours=self.duration or 1),
            "user_id": self.user_id.id,
            "partner_ids": [(6, 0, people.ids)],
            "location": self.address,
            "opportunity_id": self.lead_id.id,
        }
