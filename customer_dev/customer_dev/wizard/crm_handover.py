from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.constants import SETTLEMENT_MODES

#: proposed from the prospect, and free to be changed
PREFILLED = {
    "compute": "_compute_values",
    "store": True,
    "readonly": False,
    "precompute": True,
}


class CrmHandover(models.TransientModel):
    _name = "crm.handover"
    _description = "Hand a New Customer over"

    lead_id = fields.Many2one("crm.lead", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="lead_id.company_currency")
    partner_name = fields.Char(string="Customer", required=True, **PREFILLED)
    customer_code = fields.Char(help="Empty: the next number of the sequence.", **PREFILLED)
    department_ids = fields.Many2many(
        "crm.handover.department",
        string="Departments to Tell",
        default=lambda s: s.env["crm.handover.department"].search([("is_default", "=", True)]),
    )
    settlement_mode = fields.Selection(
        SETTLEMENT_MODES, string="Payment Method", required=True, **PREFILLED
    )
    payment_cycle_days = fields.Integer(string="Payment Cycle (Days)", **PREFILLED)
    first_goods = fields.Char(string="Goods of the First Deal", **PREFILLED)
    first_amount = fields.Monetary(string="Amount of the First Deal", **PREFILLED)
    contract_kind = fields.Selection(
        [("trial", "Trial"), ("first", "First contract period")], required=True, **PREFILLED
    )
    contract_start = fields.Date(default=fields.Date.context_today, required=True)
    months = fields.Integer(default=lambda self: self.env.company.contract_trial_months)
    contract_end = fields.Date(
        compute="_compute_contract_end", store=True, readonly=False, precompute=True
    )
    remind_days = fields.Integer(string="Remind Days Before", default=14)
    success_points = fields.Text(string="What Led to Success", required=True)
    failure_points = fields.Text(string="What Went Wrong")
    corrective_action = fields.Text()
    corrective_user_id = fields.Many2one("res.users", string="By Whom")
    corrective_date = fields.Date(string="Until")

    @api.depends("lead_id")
    def _compute_values(self):
        for wizard in self:
            lead = wizard.lead_id
            partner = lead.partner_id.commercial_partner_id
            wizard.partner_name = partner.name or lead.partner_name or lead.name
            wizard.customer_code = partner.ref
            wizard.settlement_mode = lead.settlement_mode
            wizard.payment_cycle_days = lead.payment_cycle_days
            wizard.first_goods = lead.first_goods or lead.need_products
            wizard.first_amount = lead.first_amount or lead.expected_revenue
            wizard.contract_kind = "trial" if lead.development_type == "dealer" else "first"

    @api.depends("contract_start", "months")
    def _compute_contract_end(self):
        for wizard in self:
            start = wizard.contract_start
            wizard.contract_end = start and start + relativedelta(months=wizard.months, days=-1)

    def action_apply(self):
        """Hand over: code, departments, payment, contract period, lessons learned.

        :return: a window action on the customer
        """
        self.ensure_one()
        lead = self.lead_id
        if lead.won_status != "won":
            raise UserError(self.env._("The handover follows the deal: win the prospect first."))
        partner = self._get_customer()
        lead.write(self._prepare_lead_values())
        lead._update_commission()
        self._tell_departments(partner)
        self._schedule_follow_ups()
        lead.message_post(
            body=self.env._(
                "Handed over as customer %(code)s, payment: %(mode)s, contract until %(end)s.",
                code=partner.ref,
                mode=dict(self._fields["settlement_mode"]._description_selection(self.env))[
                    self.settlement_mode
                ],
                end=self.contract_end,
            )
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": partner.id,
            "views": [(False, "form")],
        }

    def _get_customer(self):
        """The customer of the prospect, made if need be, with its code."""
        lead = self.lead_id
        if not lead.partner_id:
            lead.partner_id = self._create_customer()
        partner = lead.partner_id.commercial_partner_id
        if not partner.ref:
            # sudo: a salesperson draws a number without access to the sequences
            number = self.env["ir.sequence"].sudo().next_by_code("crm.customer.code")
            partner.ref = self.customer_code or number
        elif self.customer_code and partner.ref != self.customer_code:
            partner.ref = self.customer_code
        return partner

    def _create_customer(self):
        """The firm, and under it the person we know; the host would make the person alone."""
        lead = self.lead_id
        partners = self.env["res.partner"]
        firm = partners.create(lead._prepare_customer_values(self.partner_name, is_company=True))
        if not lead.contact_name:
            return firm
        return partners.create(lead._prepare_customer_values(lead.contact_name, parent_id=firm.id))

    def _prepare_lead_values(self):
        names = (
            "settlement_mode",
            "payment_cycle_days",
            "contract_kind",
            "contract_start",
            "contract_end",
            "success_points",
            "failure_points",
            "corrective_action",
            "first_goods",
            "first_amount",
        )
        today = fields.Date.context_today(self)
        return {**{name: self[name] for name in names}, "handover_date": today}

    def _tell_departments(self, partner):
        lead = self.lead_id
        for department in self.department_ids:
            body = self.env._(
                "%(department)s: new customer %(name)s (%(code)s). %(task)s",
                department=department.name,
                name=partner.name,
                code=partner.ref,
                task=department.task or "",
            )
            people = department.user_ids.partner_id
            # the people of other departments cannot read the prospect: the customer tells them
            partner.message_post(
                body=body,
                partner_ids=people.ids,
                subject=self.env._("New customer %s", partner.name),
            )
        if self.department_ids:
            names = ", ".join(self.department_ids.mapped("name"))
            lead.message_post(body=self.env._("Departments told: %s", names))

    def _schedule_follow_ups(self):
        lead = self.lead_id
        lead.activity_schedule(
            "customer_dev.mail_activity_contract_end",
            date_deadline=self.contract_end - relativedelta(days=self.remind_days),
            user_id=lead.user_id.id or self.env.uid,
            note=self.env._("Ends on %s: make it formal or end it.", self.contract_end),
        )
        if self.corrective_action:
            lead.activity_schedule(
                "customer_dev.mail_activity_corrective",
                date_deadline=self.corrective_date or self.contract_end,
                user_id=self.corrective_user_id.id or self.env.uid,
                note=self.corrective_action,
            )
