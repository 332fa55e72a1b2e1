from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class CrmLeadCheck(models.Model):
    _name = "crm.lead.check"
    _inherit = "crm.lead.part"
    _description = "Check of an Exit Criterion on a Prospect"
    _rec_name = "criterion_id"

    criterion_id = fields.Many2one(
        "crm.stage.criterion",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('kind', 'in', ('manual', 'document'))]",
    )
    kind = fields.Selection(related="criterion_id.kind")
    hint = fields.Char(related="criterion_id.hint")
    evidence = fields.Selection(related="criterion_id.evidence")
    allow_na = fields.Boolean(related="criterion_id.allow_na")
    by_head = fields.Boolean(related="criterion_id.by_head")
    state = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("na", "Not applicable")],
        default="open",
        required=True,
        copy=False,
    )
    note = fields.Text(string="What We Saw or Agreed")
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    user_id = fields.Many2one("res.users", string="Checked by", readonly=True, copy=False)
    date = fields.Datetime(string="Checked on", readonly=True, copy=False)

    _lead_criterion_uniq = models.UniqueIndex(
        "(lead_id, criterion_id)", "This check exists already on the prospect."
    )

    @api.constrains("state", "note", "attachment_ids", "criterion_id")
    def _check_evidence(self):
        for check in self:
            if error := check._evidence_error():
                raise ValidationError(
                    self.env._("%(name)s: %(error)s", name=check.criterion_id.name, error=error)
                )

    def _evidence_error(self):
        """What is missing for the state this check is in, or an empty string."""
        self.ensure_one()
        if self.state == "na" and not (self.allow_na and self.note):
            return self.env._("It can be left out only where the process allows it, with a reason.")
        if self.state != "done":
            return ""
        if (self.kind == "document" or self.evidence == "file") and not self.attachment_ids:
            return self.env._("Attach the document first.")
        if self.kind == "manual" and self.evidence == "note" and not self.note:
            return self.env._("Write down what you saw or agreed.")
        return ""

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_forged_trace(vals_list)
        for vals in vals_list:
            vals.setdefault("state", "open")  # never from the context
            vals.update(self._trace_values(vals))
        checks = super().create(vals_list)
        checks._check_ticked_by_head(vals_list)
        return checks

    def write(self, vals):
        self._refuse_forged_trace([vals])
        if "criterion_id" in vals and not self.env.su:
            raise AccessError(self.env._("A check is not moved to another criterion."))
        result = super().write({**vals, **self._trace_values(vals)})
        self._check_ticked_by_head([vals])
        return result

    def _refuse_forged_trace(self, vals_list):
        """Who checked and when is written by us, whatever a client sends."""
        if not self.env.su and any({"user_id", "date"} & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("Who checked and when is recorded by the system."))

    def _check_ticked_by_head(self, vals_list):
        if not any(vals.get("state", "open") != "open" for vals in vals_list):
            return
        for check in self.filtered(lambda c: c.by_head and c.state != "open"):
            if not check.lead_id._gate_may_override():
                raise AccessError(
                    self.env._("“%s” is ticked by the head of the team.", check.criterion_id.name)
                )

    def _trace_values(self, vals):
        if "state" not in vals:
            return {}
        if vals["state"] == "open":
            return {"user_id": False, "date": False}
        return {"user_id": self.env.uid, "date": fields.Datetime.now()}

    def action_done(self):
        """Tick the check; its evidence must be there.

        :return: True
        """
        self.write({"state": "done"})
        return True

    def action_reopen(self):
        """Take the tick back.

        :return: True
        """
        self.write({"state": "open"})
        return True
