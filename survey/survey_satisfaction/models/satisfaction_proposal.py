from odoo import api, fields, models
from odoo.exceptions import UserError

from .survey_question import HEADER_FIELDS


class SatisfactionProposal(models.Model):
    """A correction of a contact that came with an answer; written only when somebody agrees."""

    _name = "satisfaction.proposal"
    _description = "Proposed Contact Correction"
    _order = "id desc"
    _rec_name = "partner_id"

    user_input_id = fields.Many2one(
        "survey.user_input",
        "Response",
        ondelete="cascade",
        index=True,
        groups="survey_satisfaction.group_satisfaction_officer",
    )
    partner_id = fields.Many2one("res.partner", "Contact", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", index=True)
    header_field = fields.Selection(
        HEADER_FIELDS,
        "What",
        required=True,
    )
    old_value = fields.Char("On File")
    new_value = fields.Char("Customer Says")
    state = fields.Selection(
        [("new", "To decide"), ("applied", "Applied"), ("rejected", "Rejected")],
        default="new",
        required=True,
        index=True,
    )

    @api.model
    def _propose(self, answer):
        lines = answer.user_input_line_ids.filtered("question_id.header_field")
        known = answer.partner_id._get_survey_header() if lines else {}
        values = []
        for line in lines:
            name = line.question_id.header_field
            text = (line.value_char_box or line.value_text_box or "").strip()
            if not self._may_correct(answer.partner_id, name):
                continue
            if text and text != (known.get(name) or "").strip():
                values.append(
                    {
                        "user_input_id": answer.id,
                        "partner_id": answer.partner_id.id,
                        "company_id": answer.company_id.id,
                        "header_field": name,
                        "old_value": known.get(name) or False,
                        "new_value": text,
                    }
                )
        fresh = [v for v in values if not self._is_known(v)]
        if fresh:
            self.create(fresh)

    @staticmethod
    def _may_correct(partner, name):
        """Who answers for a company says who they are; that does not rename the company."""
        return bool(name) and not (name == "name" and partner.is_company)

    def _is_known(self, values):
        return bool(
            self.search_count(
                [
                    (name, "=", values[name])
                    for name in ("partner_id", "header_field", "new_value", "user_input_id")
                ],
                limit=1,
            )
        )

    def action_apply(self):
        """Write the correction on the contact, with the rights of whoever agrees.

        :return: True
        """
        for proposal in self.filtered(lambda p: p.state == "new"):
            values = proposal._prepare_partner_values()
            target = proposal.partner_id
            if proposal.header_field == "company":
                target = target.commercial_partner_id
            target.write(values)
            proposal.state = "applied"
        return True

    def _prepare_partner_values(self):
        """Return the values for the contact; an address must be typed by somebody."""
        self.ensure_one()
        text = self.new_value or ""
        if self.header_field == "address":
            raise UserError(self.env._("Open the contact and enter the address: %s", text))
        if self.header_field == "name":
            for mark in ("，", "、", ","):
                text = text.replace(mark, ",")
            name, _comma, function = text.partition(",")
            values = {"name": name.strip()}
            if function.strip():
                values["function"] = function.strip()
            return values
        return {{"phone": "phone", "email": "email", "company": "name"}[self.header_field]: text}

    def action_open_partner(self):
        """Open the contact, e.g. to type an address."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

    def action_done(self):
        """Mark as applied by hand.

        :return: True
        """
        self.filtered(lambda p: p.state == "new").state = "applied"
        return True

    def action_reject(self):
        """Keep what is on file.

        :return: True
        """
        self.filtered(lambda p: p.state == "new").state = "rejected"
        return True
