from odoo import api, fields, models
from odoo.tools import html2plaintext


class CrmLead(models.Model):
    _inherit = "crm.lead"

    visit_ids = fields.One2many("crm.visit", "lead_id", string="Visits")
    visit_count = fields.Integer(compute="_compute_visit_count")

    @api.depends("visit_ids")
    def _compute_visit_count(self):
        counts = dict(
            self.env["crm.visit"]._read_group(
                [("lead_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["lead_id"],
                ["__count"],
            )
        )
        for lead in self:
            lead.visit_count = counts.get(lead, 0)

    @api.model
    def _gate_count_visits(self, leads):
        """Visits in the log count too; one with an appointment counts once."""
        counts = super()._gate_count_visits(leads)
        groups = self.env["crm.visit"]._read_group(
            [
                ("lead_id", "in", leads.ids),
                ("state", "=", "done"),
                ("channel", "in", ("onsite", "plant")),
                "|",
                ("calendar_event_id", "=", False),
                ("calendar_event_id.stop", ">=", fields.Datetime.now()),
            ],
            ["lead_id"],
            ["__count"],
        )
        for lead, count in groups:
            counts[lead.id] = counts.get(lead.id, 0) + count
        return counts

    @api.model
    def _merge_part_models(self):
        return {**super()._merge_part_models(), "crm.visit": None}

    def _get_contact_history(self):
        """Visits of the log beside the meetings that have none."""
        visits = self.visit_ids.filtered(lambda v: v.state == "done")
        rows = super()._get_contact_history()
        rows += [
            {
                "date": fields.Datetime.context_timestamp(self, v.date).strftime("%Y-%m-%d"),
                "user": v.user_id.name or "",
                "subject": v.purpose_id.name or "",
                "result": html2plaintext(v.record or ""),
            }
            for v in visits
        ]
        return sorted(rows, key=lambda row: row["date"])

    def _get_past_meetings(self):
        return super()._get_past_meetings() - self.visit_ids.calendar_event_id

    @api.model
    def _workbench_tiles(self, users):
        """Visits are follow-ups too; they come first."""
        visits = {
            "key": "visits",
            "name": self.env._("Visits"),
            "icon": "fa-map-marker",
            "model": "crm.visit",
            "domain": self._workbench_of(users) & fields.Domain("state", "=", "done"),
            "date": "date",
        }
        return [visits, *super()._workbench_tiles(users)]

    @api.model
    def _workbench_todo(self, users):
        planned = fields.Domain([("state", "=", "planned"), ("date", "<", "now")])
        todo = [
            {
                "key": "visits_to_record",
                "name": self.env._("Visits without a record"),
                "icon": "fa-pencil-square-o",
                "model": "crm.visit",
                "domain": self._workbench_of(users) & planned,
            }
        ]
        if not self.env["crm.work.log"]._find_written(self.env.user):
            todo.insert(0, self._workbench_log())
        return super()._workbench_todo(users) + todo

    @api.model
    def _workbench_log(self):
        """A reminder of the daily report while it is not written."""
        today = fields.Date.context_today(self)
        return {
            "key": "work_log",
            "name": self.env._("Work log of today to write"),
            "icon": "fa-book",
            "model": "crm.work.log",
            "domain": fields.Domain([("user_id", "=", self.env.uid), ("date", "=", today)]),
            "action": "customer_visit.crm_work_log_action_today",
            "count": 1,
        }

    def action_open_visits(self):
        """Open the visits of this prospect.

        :return: a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_visit.crm_visit_action")
        action["domain"] = [("lead_id", "=", self.id)]
        action["context"] = {
            "default_lead_id": self.id,
            "default_partner_id": self.partner_id.id,
        }
        return action
