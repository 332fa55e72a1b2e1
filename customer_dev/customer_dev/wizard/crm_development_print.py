from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

REPORTS = {
    "progress": "customer_dev.action_report_progress",
    "tracking": "customer_dev.action_report_tracking",
    "directory": "customer_dev.action_report_directory",
    "plan": "customer_dev.action_report_plan_sheet",
    "channel": "customer_dev.action_report_channel",
    "funnel": "customer_dev.action_report_funnel",
}


class CrmDevelopmentPrint(models.TransientModel):
    _name = "crm.development.print"
    _description = "Print Development Reports"

    kind = fields.Selection(
        [
            ("progress", "Development progress report"),
            ("plan", "Development plan sheet"),
            ("tracking", "Prospect tracking sheet (E09)"),
            ("directory", "Prospect directory"),
            ("channel", "Effectiveness of channels"),
            ("funnel", "Funnel with conversion and time"),
        ],
        required=True,
        default="progress",
    )
    date_from = fields.Date(
        required=True, default=lambda s: fields.Date.start_of(fields.Date.today(), "year")
    )
    date_to = fields.Date(required=True, default=fields.Date.context_today)
    team_id = fields.Many2one("crm.team", ondelete="cascade")
    user_id = fields.Many2one("res.users", string="Salesperson", ondelete="cascade")

    def action_print(self):
        """Print the chosen report.

        :return: a report action
        """
        self.ensure_one()
        leads = self._get_leads()
        if not leads:
            raise UserError(self.env._("There is no prospect to print in this choice."))
        report = self.env.ref(REPORTS[self.kind])
        if self.kind in ("channel", "funnel"):
            return report.report_action(self)
        return report.report_action(leads)

    def _get_leads(self):
        domain = Domain(self._base_domain())
        if self.kind == "progress":
            domain &= Domain("write_date", ">=", self.date_from)
        return self.env["crm.lead"].search(
            domain, order="team_id, user_id, stage_id, id", limit=500
        )

    @api.model
    def _base_domain(self):
        domain = Domain("create_date", "<", fields.Date.add(self.date_to, days=1))
        if self.kind in ("channel", "funnel"):
            domain &= Domain("create_date", ">=", self.date_from)
        for name in ("team_id", "user_id"):
            if self[name]:
                domain &= Domain(name, "=", self[name].id)
        return domain

    # === FIGURES OF THE PRINTED REPORTS ===

    def get_channel_rows(self):
        """Effectiveness of each channel in the period.

        :return: list of dicts ``name, speed, success, leads, won, lost, rate, days, revenue``
            (rate in percent of all prospects of the channel, revenue in company currency)
        """
        self.ensure_one()
        groups = self.env["crm.development.report"]._read_group(
            self._base_domain_report(),
            ["source_id"],
            ["__count", "won:sum", "lost:sum", "won_days:avg", "won_revenue:sum"],
        )
        rows = [self._channel_row(*group) for group in groups]
        return sorted(rows, key=lambda row: (-row["rate"], -row["leads"]))

    def _channel_row(self, source, count, won, lost, days, revenue):
        return {
            "name": source.name or self.env._("Not known"),
            "speed": int(source.channel_speed or 0),
            "success": int(source.channel_success or 0),
            "leads": count,
            "won": won or 0,
            "lost": lost or 0,
            "rate": round(100 * (won or 0) / count, 1) if count else 0.0,
            "days": round(days or 0, 1),
            "revenue": revenue or 0.0,
        }

    def _base_domain_report(self):
        domain = Domain("date", "<=", self.date_to) & Domain("date", ">=", self.date_from)
        for name in ("team_id", "user_id"):
            if self[name]:
                domain &= Domain(name, "=", self[name].id)
        return domain

    def get_funnel_rows(self):
        """The funnel: prospects that entered each stage, how many went on, time they stayed.

        :return: list of dicts ``team, stage, entered, left_forward, rate, days`` in stage order
        """
        self.ensure_one()
        groups = self.env["crm.stage.history"]._read_group(
            self._base_domain_report(),
            ["team_id", "stage_id"],
            ["lead_id:count_distinct", "went_on:sum", "days:avg"],
        )
        rows = [self._funnel_row(*group) for group in groups if group[1]]
        rows.sort(key=lambda row: row["sequence"])
        # a process comes where its first stage comes
        teams = list(dict.fromkeys(row["team"] for row in rows))
        return sorted(rows, key=lambda row: teams.index(row["team"]))

    def _funnel_row(self, team, stage, entered, went_on, days):
        went_on = min(went_on or 0, entered)
        return {
            "team": team.name or self.env._("No team"),
            "stage": stage.name,
            "sequence": stage.sequence,
            "is_won": stage.is_won,
            "entered": entered,
            "left_forward": went_on,
            "rate": round(100 * went_on / entered, 1) if entered else 0.0,
            "days": round(days or 0, 1),
        }
