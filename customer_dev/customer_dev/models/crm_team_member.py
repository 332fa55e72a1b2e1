from odoo import api, fields, models


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    area_state_ids = fields.Many2many(
        "res.country.state",
        "crm_team_member_area_rel",
        "member_id",
        "state_id",
        string="Area",
        help="Provinces this salesperson looks after: inquiries from there are handed to them.",
    )
    last_customer_date = fields.Date(
        string="Last New Customer", compute="_compute_last_customer", compute_sudo=True
    )
    is_without_customer = fields.Boolean(
        string="Too Long without New Customer",
        compute="_compute_last_customer",
        search="_search_is_without_customer",
        compute_sudo=True,
    )

    @api.depends("user_id")
    def _compute_last_customer(self):
        last = self._last_customer_dates(self.user_id)
        for member in self:
            date = last.get(member.user_id)
            limit = member._without_customer_limit()
            member.last_customer_date = date
            member.is_without_customer = bool(limit) and (date or member._begin_date()) < limit

    @api.model
    def _last_customer_dates(self, users):
        groups = self.env["crm.lead"]._read_group(
            [("user_id", "in", users.ids), ("won_status", "=", "won")],
            ["user_id"],
            ["date_closed:max"],
        )
        return {user: closed.date() for user, closed in groups if closed}

    def _begin_date(self):
        return self.create_date.date() if self.create_date else fields.Date.today()

    def _without_customer_limit(self):
        """Day before which the last new customer is too long ago, False when switched off."""
        company = self.crm_team_id.company_id or self.env.company
        months = company.no_customer_months
        return months and fields.Date.subtract(fields.Date.today(), months=months)

    def _search_is_without_customer(self, operator, value):
        if operator != "in":
            return NotImplemented
        members = self.search(fields.Domain.TRUE).filtered(lambda m: m.is_without_customer in value)
        return [("id", "in", members.ids)]

    @api.model
    def _cron_flag_without_customer(self):
        """Remind each team's head of the people who have won nobody for too long."""
        for member in self.search(fields.Domain.TRUE).filtered("is_without_customer"):
            team = member.crm_team_id
            if team.user_id and team.user_id != member.user_id:
                member._remind_head(team)

    def _remind_head(self, team):
        team.message_notify(
            partner_ids=team.user_id.partner_id.ids,
            subject=self.env._("%s has won no new customer for too long", self.user_id.name),
            body=self.env._(
                "Last new customer: %s. Talk about the plan together.",
                self.last_customer_date or self.env._("none yet"),
            ),
        )
