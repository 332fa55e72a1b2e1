from odoo import api, models
from odoo.exceptions import UserError

from .satisfaction_case import ORDER


class SatisfactionCase(models.Model):
    """What must be known before a case may move on."""

    _inherit = "satisfaction.case"  # pylint: disable=consider-merging-classes-inherited

    @api.depends(
        "stage",
        "user_id",
        "acknowledged_at",
        "cause_id",
        "corrective_action",
        "action_user_id",
        "action_done_on",
        "effective",
        "verified_by",
        "customer_informed_at",
        "informed_waiver",
        "is_service",
        "service_state",
    )
    def _compute_gate_missing(self):
        for case in self:
            target = case._get_next_stage()
            case.gate_missing = case._get_missing(target) if target else []

    def _get_next_stage(self):
        if self.stage not in ORDER[:-1]:
            return False
        return ORDER[ORDER.index(self.stage) + 1]

    def _get_missing(self, target):
        """Return what is missing before the case may reach ``target``, as sentences."""
        self.ensure_one()
        if target == "rejected":
            return [] if self.reject_reason else [self.env._("Say why the case is rejected")]
        reached = ORDER[1 : ORDER.index(target) + 1]
        return [text for stage in reached for ok, text in self._get_gate(stage) if not ok]

    def _get_gate(self, stage):
        return getattr(self, f"_get_gate_{stage}")()

    def _get_gate_acknowledged(self):
        return [(bool(self.user_id), self.env._("An owner"))]

    def _get_gate_analysis(self):
        return [(bool(self.acknowledged_at), self.env._("Acknowledge the case"))]

    def _get_gate_action(self):
        return [(bool(self.cause_id), self.env._("The root cause"))]

    def _get_gate_verification(self):
        return [
            (bool(self.corrective_action), self.env._("The corrective action")),
            (bool(self.action_user_id), self.env._("Who acts")),
            (bool(self.action_done_on), self.env._("The day the action was done")),
        ]

    def _get_gate_closed(self):
        verified = (
            self.effective == "yes" and self.verified_by and self.verified_by != self.action_user_id
        )
        informed = self.customer_informed_at or (self.informed_waiver or "").strip()
        served = not self.is_service or self.service_state == "accepted"
        return [
            (bool(verified), self.env._("Verified as effective by somebody who did not act")),
            (bool(informed), self.env._("The customer is informed, or why not")),
            (served, self.env._("The service is accepted by the customer")),
        ]

    def _check_gate(self, target):
        for case in self:
            if missing := case._get_missing(target):
                raise UserError(
                    self.env._(
                        "%(case)s cannot move on yet. Missing:\n- %(missing)s",
                        case=case.display_name,
                        missing="\n- ".join(missing),
                    )
                )
