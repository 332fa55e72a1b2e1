from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tier_validation_deadline.models.trust import as_engine

from ..tools import gate


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    request_ids = fields.One2many("crm.development.request", "lead_id", string="Requests")
    request_count = fields.Integer(compute="_compute_request_state")
    application_state = fields.Selection(
        [
            ("none", "Not applied for"),
            ("draft", "Application in draft"),
            ("submitted", "Application to sign"),
            ("approved", "Development approved"),
            ("rejected", "Application rejected"),
        ],
        compute="_compute_request_state",
        search="_search_application_state",
    )
    has_open_stop = fields.Boolean(compute="_compute_request_state")

    @api.depends("request_ids.state")
    def _compute_request_state(self):
        requests = self.request_ids.sorted("id")
        for lead in self:
            own = requests.filtered(lambda r, lead=lead: r.lead_id == lead)
            states = own.filtered(lambda r: r.kind == "application").mapped("state")
            lead.request_count = len(own)
            lead.application_state = lead._application_state_from(states)
            lead.has_open_stop = bool(
                own.filtered(lambda r: r.kind != "application" and r.state == "submitted")
            )

    @api.model
    def _application_state_from(self, states):
        ranked = ("approved", "submitted", "draft", "rejected")
        return next((state for state in ranked if state in states), "none")

    def _search_application_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        applications = [("kind", "=", "application")]
        domains = [
            [("request_ids", "any", [*applications, ("state", "=", state)])]
            for state in value
            if state != "none"
        ]
        if "none" in value:
            domains.append([("request_ids", "not any", applications)])
        return fields.Domain.OR(domains)

    # === APPLICATION AND STOP ===

    def action_apply_development(self, values=None):
        """Begin the development application, or go on with the one that is open.

        :param dict values: values of the application, for programs; given, it is submitted
        :return: a window action on the application (``res_id`` is its id)
        """
        self.ensure_one()
        request = self._open_request("application") or self._create_request("application")
        if values:
            request.write(values)
            request.action_submit()
        return self._request_action(request)

    def action_stop_development(self, reason, note):
        """Ask to stop the development of this prospect.

        :param reason: id of a ``crm.lost.reason`` or its code (credit, operation, finance …)
        :param str note: what happened
        :return: a window action on the request (``res_id`` is its id)
        """
        self.ensure_one()
        lost_reason = self._find_lost_reason(reason)
        if pending := self.request_ids.filtered(
            lambda r: r.kind == "stop" and r.state == "submitted"
        ):
            return self._request_action(pending)
        request = self._open_request("stop") or self._create_request("stop")
        request.write({"reason": note, "lost_reason_id": lost_reason.id})
        request.action_submit()
        return self._request_action(request)

    def action_reopen_development(self, note):
        """Ask to take a stopped prospect up again.

        :param str note: what has changed
        :return: a window action on the request (``res_id`` is its id)
        """
        self.ensure_one()
        request = self._open_request("reopen") or self._create_request("reopen")
        if request.state == "draft":
            request.write({"reason": note})
            request.action_submit()
        return self._request_action(request)

    def _find_lost_reason(self, reason):
        reasons = self.env["crm.lost.reason"]
        found = (
            reasons.search([("code", "=", reason)], limit=1)
            if isinstance(reason, str)
            else reasons.browse(reason).exists()
        )
        if not found:
            raise UserError(self.env._("There is no such reason: %s", reason))
        return found

    def _open_request(self, kind):
        return self.request_ids.filtered(
            lambda r: r.kind == kind and r.state in ("draft", "submitted")
        )[:1]

    def _create_request(self, kind):
        last = self.request_ids.filtered(lambda r: r.kind == kind).sorted("id")[-1:]
        if last:
            return last.copy({"lead_id": self.id, "kind": kind})
        return self.env["crm.development.request"].create(self._prepare_request_values(kind))

    def _prepare_request_values(self, kind):
        values = {"lead_id": self.id, "kind": kind}
        if kind == "application":
            values["reason"] = self.need_reason
        return values

    def _request_action(self, request):
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.development.request",
            "res_id": request.id,
            "views": [(False, "form")],
        }

    def action_open_requests(self):
        """Open all requests on this prospect.

        :return: a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_dev.crm_development_request_action"
        )
        action["domain"] = [("lead_id", "=", self.id)]
        action["context"] = {}
        return action

    def _development_stop(self, lost_reason):
        """Mark the prospect lost because its stop was approved."""
        self.with_context(gate_pass=gate.GatePass).action_set_lost(lost_reason_id=lost_reason.id)

    # === MERGE AND DELETION ===

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        self._merge_requests(opportunities)
        self._merge_signed(opportunities)
        return result

    def _merge_signed(self, opportunities):
        """What else was signed follows the merged prospect; of two open tenders one remains."""
        # sudo: who may merge the prospects may move what belongs to them
        for plan in opportunities.sudo().relation_plan_ids:
            plan._engine_write({"lead_id": self.id})
        has_open = any(tender._is_open() for tender in self.sudo().tender_ids)
        for tender in opportunities.sudo().tender_ids:
            if tender._is_open() and has_open:
                tender._engine_write({"state": "cancelled"})
            has_open = has_open or tender._is_open()
            tender._engine_write({"lead_id": self.id})

    def _merge_requests(self, opportunities):
        """Requests follow the merged prospect; of two open ones of a kind the head's remains."""
        # sudo: who may merge the prospects may move what belongs to them
        requests = opportunities.sudo().request_ids
        if not requests:
            return
        open_kinds = set(self.sudo().request_ids.filtered(self._is_open_request).mapped("kind"))
        for request in requests:
            if self._is_open_request(request) and request.kind in open_kinds:
                request._engine_write({"state": "cancelled"})
            elif self._is_open_request(request):
                open_kinds.add(request.kind)
            request._engine_write({"lead_id": self.id})

    @api.model
    def _is_open_request(self, request):
        return request.state in ("draft", "submitted")

    def unlink(self):
        # the reviews have no foreign key, so they must be deleted by hand
        for model_name in ("crm.development.request", "crm.relation.plan", "crm.internal.tender"):
            # sudo: what goes with the prospect, whoever may see it
            documents = self.env[model_name].sudo().search([("lead_id", "in", self.ids)])
            as_engine(documents.review_ids).unlink()
        return super().unlink()
