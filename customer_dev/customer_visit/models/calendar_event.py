from odoo import models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def write(self, vals):
        """An appointment that is moved moves its planned visit along."""
        result = super().write(vals)
        if "start" in vals:
            # sudo: whoever may move the appointment keeps the visit in step with it
            visits = (
                self.env["crm.visit"]
                .sudo()
                .search([("calendar_event_id", "in", self.ids), ("state", "=", "planned")])
            )
            for visit in visits:
                if visit.date != visit.calendar_event_id.start:
                    visit.date = visit.calendar_event_id.start
        return result
