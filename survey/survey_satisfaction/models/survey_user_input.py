from datetime import datetime, time

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..fields import NullableFloat
from .satisfaction_campaign import CHANNELS

# Whatever decides about figures is set by the server, never by a client of the API.
GUARDED = {
    "invitation_id",
    "wave_id",
    "company_id",
    "commercial_partner_id",
    "channel",
    "interviewer_id",
    "satisfaction_index",
    "answered_ratio",
    "nps_points",
    "is_excluded",
    "quality_flags",
}
# What the team may note on a response of a wave.
EDITABLE = {"respondent_name", "respondent_function"}


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    invitation_id = fields.Many2one(
        "satisfaction.invitation", index="btree_not_null", readonly=True, ondelete="set null"
    )
    wave_id = fields.Many2one(
        "satisfaction.wave", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")
    commercial_partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    channel = fields.Selection(CHANNELS, readonly=True)
    interviewer_id = fields.Many2one("res.users", readonly=True)
    respondent_name = fields.Char()
    respondent_function = fields.Char("Respondent's Position")
    satisfaction_index = NullableFloat(readonly=True, copy=False, aggregator="avg")
    answered_ratio = fields.Float(readonly=True, copy=False, aggregator="avg")
    nps_points = NullableFloat("NPS", readonly=True, copy=False, aggregator="avg")
    is_excluded = fields.Boolean("Excluded", readonly=True, copy=False)
    invalid_reason = fields.Char(readonly=True, copy=False)
    is_valid = fields.Boolean("Counts", compute="_compute_is_valid")
    quality_flags = fields.Char(readonly=True, copy=False)
    quality_note = fields.Char("Careless?", compute="_compute_quality_note")
    result_ids = fields.One2many("satisfaction.result", "user_input_id")
    case_ids = fields.Many2many(
        "satisfaction.case", "satisfaction_case_user_input_rel", "user_input_id", "case_id"
    )

    # Anonymous answers have no invitation; all others exactly one.
    _one_per_invitation = models.UniqueIndex(
        "(invitation_id) WHERE invitation_id IS NOT NULL",
        "An invitation has one response.",
    )

    @api.depends("state", "test_entry", "is_excluded")
    def _compute_is_valid(self):
        for answer in self:
            answer.is_valid = (
                answer.state == "done" and not answer.test_entry and not answer.is_excluded
            )

    @api.depends("quality_flags")
    def _compute_quality_note(self):
        """The flags in words."""
        words = {
            "straight_line": self.env._("The same answer everywhere"),
            "speeder": self.env._("Much faster than others"),
            "duplicate": self.env._("The address answered more than once"),
        }
        for answer in self:
            flags = (answer.quality_flags or "").split(",")
            answer.quality_note = "; ".join(words[flag] for flag in flags if flag in words)

    # --- What a client may not decide --------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(GUARDED & vals.keys() for vals in vals_list):
            self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if GUARDED & vals.keys():
                self._refuse()
            # sudo: a response belongs to a wave even where the user may not read it
            if self._get_frozen(vals) and any(self.sudo().mapped("wave_id.id")):
                self._refuse()
        return super().write(vals)

    def _get_frozen(self, vals):
        """Names of the values that make a response what it is: all but whom we spoke to and
        the conversation about it."""
        return {
            name
            for name in vals
            if name not in EDITABLE and not name.startswith(("message_", "activity_"))
        }

    def _refuse(self):
        raise AccessError(self.env._("Answers of customers are not written by hand."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_wave(self):
        if not self.env.su and any(self.mapped("wave_id.id")):
            raise UserError(
                self.env._("Answers of customers are kept. Exclude them with a reason instead.")
            )

    # --- While answering ---------------------------------------------------------------

    def _lock_row(self):
        """The second of two clicks waits for the first. What it has read is still true: where
        the first wrote the row, PostgreSQL refuses the lock and the request starts anew."""
        self.env.cr.execute(
            SQL("SELECT id FROM survey_user_input WHERE id IN %s FOR UPDATE", tuple(self.ids))
        )

    def _save_lines(self, question, answer, comment=None, overwrite_existing=True):
        """A page sent again (lost reply on a slow phone, one field corrected) replaces what it
        sent before; core would answer with an error and leave the customer stuck."""
        overwrite = overwrite_existing or bool(self.wave_id)
        return super()._save_lines(question, answer, comment, overwrite_existing=overwrite)

    def _prefill_header(self, partner):
        """Start header answers with what the contact says."""
        self.ensure_one()
        values = partner.sudo()._get_survey_header() if partner else {}
        for question in self.survey_id.question_ids.filtered("header_field"):
            if value := values.get(question.header_field):
                self._save_lines(question, value)

    # --- When done ---------------------------------------------------------------------

    def _mark_done(self):
        known = self.filtered(lambda answer: answer.state == "done")
        result = super()._mark_done()
        answers = self.filtered(lambda answer: answer.wave_id and not answer.test_entry)
        (answers - known)._complete()
        return result

    def _complete(self):
        """Results, invitation, rules: as the system in the wave's company, because the visitor
        at the keyboard is nobody (trap: mails "from Public user" in the visitor's language)."""
        for answer in self:
            system = answer.with_user(SUPERUSER_ID).with_company(answer.company_id)
            system = system.with_context(lang=system.company_id.partner_id.lang or None)
            if answer.wave_id.confidentiality == "anonymous":
                system._truncate_dates()
            system._add_results()
            if answer.wave_id.confidentiality == "anonymous":
                system._erase_traces()
            system._propose_corrections()
            if system.invitation_id:
                system.invitation_id._mark_answered()
                system._close_recovery()

    def _truncate_dates(self):
        """An anonymous answer came that day; the hour would tell whose it is."""
        today = datetime.combine(fields.Date.today(), time.min)
        self.write({"start_datetime": today})
        self.filtered("end_datetime").write({"end_datetime": today})

    def _erase_traces(self):
        """The host notes who wrote every row and when; of anonymous answers it notes the day.

        A customer who happens to be logged in to the portal is the author of all its lines.
        """
        self.env.flush_all()
        for table, column in (
            ("survey_user_input", "id"),
            ("survey_user_input_line", "user_input_id"),
            ("satisfaction_result", "user_input_id"),
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET create_uid = %(system)s, write_uid = %(system)s, "
                    "create_date = %(day)s, write_date = %(day)s WHERE %(column)s IN %(ids)s",
                    table=SQL.identifier(table),
                    column=SQL.identifier(column),
                    system=SUPERUSER_ID,
                    day=datetime.combine(fields.Date.today(), time.min),
                    ids=tuple(self.ids),
                )
            )
        self.env.invalidate_all()

    def _propose_corrections(self):
        """Corrections of the header are proposed to whoever keeps the contact."""
        for answer in self.filtered("partner_id"):
            self.env["satisfaction.proposal"]._propose(answer)

    def _close_recovery(self):
        """The answer to a check survey belongs to the case that asked for it."""
        invitation = self.invitation_id
        if invitation.origin_model == "satisfaction.case":
            case = self.env["satisfaction.case"].browse(invitation.origin_id).exists()
            case._receive_recovery(self)

    def _has_consent(self):
        """In confidential surveys a case needs the customer's word."""
        if self.wave_id.confidentiality == "identified":
            return True
        lines = self.user_input_line_ids.filtered(
            lambda line: line.question_id.measure == "consent" and not line.skipped
        )
        return self.wave_id.confidentiality == "confidential" and any(
            line.suggested_answer_id.polarity == "positive" for line in lines
        )

    # --- Buttons -----------------------------------------------------------------------

    def action_exclude(self, reason):
        """Take a response out of all figures, with a reason (managers).

        :param reason: why; kept in the chatter
        :return: True
        """
        self._check_exclusion(reason)
        self._set_excluded(True, reason)
        return True

    def action_include(self, reason):
        """Count an excluded response again (managers).

        :return: True
        """
        self._check_exclusion(reason)
        self._set_excluded(False, reason)
        return True

    def _check_exclusion(self, reason):
        self.check_access("write")
        self.survey_id._check_satisfaction_manager()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why."))
        if any(answer.wave_id.state == "reported" for answer in self):
            raise UserError(self.env._("The report of this wave is approved."))

    def _set_excluded(self, excluded, reason):
        for answer in self:
            # Sudo: guarded values, group checked by the callers.
            answer.sudo().write(
                {"is_excluded": excluded, "invalid_reason": reason if excluded else False}
            )
            answer.message_post(
                body=(
                    self.env._("Excluded: %s", reason)
                    if excluded
                    else self.env._("Counted again: %s", reason)
                )
            )
            # sudo: results and figures are the server's, nobody may write them
            answer.sudo()._compute_results()
        self.sudo().wave_id._refresh_figures()

    def action_exclude_wizard(self):
        """Ask for the reason of an exclusion."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Exclude from the Figures"),
            "res_model": "satisfaction.exclude",
            "view_mode": "form",
            "target": "new",
            "context": {"default_user_input_ids": self.ids},
        }
