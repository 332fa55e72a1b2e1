from odoo import models
from odoo.exceptions import AccessError, UserError

SERVICE_STEPS = {
    "notice": ("inspected",),
    "inspected": ("approved", "refused"),
    "refused": ("inspected",),
    "approved": ("replied",),
    "replied": ("served",),
    "served": ("accepted",),
    "accepted": (),
}


class SatisfactionCase(models.Model):
    """Complaints that need somebody on site: the flow of a service notice."""

    _inherit = "satisfaction.case"  # pylint: disable=consider-merging-classes-inherited

    def action_service_step(self, state):
        """Move a service notice: inspected → approved or refused → replied → served → accepted.

        :param state: next state
        :return: True
        :raises UserError: for a step out of turn or with missing fields
        """
        self.check_access("write")
        for case in self:
            if not case.is_service or state not in SERVICE_STEPS.get(case.service_state, ()):
                raise UserError(self.env._("This step is not possible now."))
            case._check_service_step(state)
            values = {"service_state": state}
            if state in ("approved", "refused"):
                values["service_approver_id"] = self.env.uid
            case._write_proof(**values)
        return True

    def _check_service_step(self, state):
        """Incomplete fields make reports wrong, so they are asked for at each step."""
        needed = {
            "inspected": [] if self.service_urgent else ["service_type", "service_plan"],
            "approved": ["service_type", "service_quotation"],
            "replied": ["department_reply"],
            "accepted": ["customer_feedback"],
        }.get(state, [])
        missing = [
            self._fields[name]._description_string(self.env) for name in needed if not self[name]
        ]
        if missing:
            raise UserError(self.env._("Fill in first: %s", ", ".join(missing)))
        if state in ("approved", "refused") and not self.env.user.has_group(
            "survey_satisfaction.group_satisfaction_manager"
        ):
            raise AccessError(self.env._("Only a satisfaction manager decides on a service."))

    def action_service_inspected(self):
        """Record the inspection.

        :return: True
        """
        return self.action_service_step("inspected")

    def action_service_approved(self):
        """Approve the service.

        :return: True
        """
        return self.action_service_step("approved")

    def action_service_refused(self):
        """Refuse the service.

        :return: True
        """
        return self.action_service_step("refused")

    def action_service_replied(self):
        """Record the department's reply.

        :return: True
        """
        return self.action_service_step("replied")

    def action_service_served(self):
        """Record that the service is done.

        :return: True
        """
        return self.action_service_step("served")

    def action_service_accepted(self):
        """Record the customer's acceptance.

        :return: True
        """
        return self.action_service_step("accepted")
