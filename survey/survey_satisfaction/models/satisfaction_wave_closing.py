import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .satisfaction_wave import KPI_FIELDS


class SatisfactionWave(models.Model):
    """Closing and reporting: late answers are refused, figures are frozen."""

    _inherit = "satisfaction.wave"  # pylint: disable=consider-merging-classes-inherited

    def action_close(self):
        """Close: late answers are refused, open invitations expire, figures are frozen.

        Idempotent; a closed wave stays as it is.

        :return: True
        """
        self._check_officer()
        for wave in self:
            wave.campaign_id._lock_row()
            wave.invalidate_recordset()
            if wave.state == "open":
                wave.sudo()._close()
        return True

    def _close(self):
        self.ensure_one()
        self.write({"state": "closed", "closed_at": fields.Datetime.now()})
        if self.confidentiality == "anonymous":
            self._settle_anonymous()
        self._expire_invitations()
        self._flag_careless()
        self._refresh_figures()
        self.env["satisfaction.rule"]._apply_to_silence(self)
        self._ask_for_conclusion()

    def _expire_invitations(self):
        """In SQL: a wave may have a hundred thousand of them."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE satisfaction_invitation SET state = 'expired', responded_pct = 0 "
                "WHERE wave_id = %s AND state IN ('sent', 'started')",
                self.id,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE satisfaction_invitation SET state = 'excluded', reason = 'manual' "
                "WHERE wave_id = %s AND state = 'planned'",
                self.id,
            )
        )
        self.env.invalidate_all()

    def _refresh_figures(self):
        """Store the figures of the wave and the tables behind its dashboard and report."""
        Figures = self.env["satisfaction.figures"]
        for wave in self:
            Figures._make_room(wave)
            figures, tables = Figures._measure(wave)
            hidden = wave._hides_figures()
            wave.write(
                {
                    **{
                        name: False if hidden and name != "response_rate" else figures[name]
                        for name in KPI_FIELDS
                    },
                    "response_count": figures["n"],
                    "invited_count": figures["invited"],
                    "tables": {**tables, "kpis": figures},
                    "figures_at": fields.Datetime.now(),
                }
            )

    def _hides_figures(self):
        """Whether salespeople, who may read the fields of a wave, must not see figures yet."""
        self.ensure_one()
        return self.confidentiality != "identified" and self.state == "open"

    def _ask_for_conclusion(self):
        owner = self.campaign_id.user_id
        local = self.with_context(lang=owner.lang)
        rate = self.response_rate
        if rate is not False and rate < self.campaign_id.min_response_rate:
            self.message_post(
                body=local.env._(
                    "Not representative: %(rate).1f %% answered, %(goal).0f %% are needed.",
                    rate=rate,
                    goal=self.campaign_id.min_response_rate,
                )
            )
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=owner.id,
            date_deadline=fields.Date.context_today(self) + timedelta(days=14),
            summary=local.env._("Write the conclusion and report wave %s", self.name),
        )

    def action_report(self):
        """Approve the report of a closed wave (managers); it is kept as it was approved.

        :return: True
        :raises UserError: without a conclusion
        """
        self.check_access("write")
        if not self.campaign_id._is_manager():
            raise AccessError(self.env._("Only a satisfaction manager approves a report."))
        for wave in self:
            if wave.state != "closed":
                raise UserError(self.env._("Close the wave first."))
            if not wave.conclusion:
                raise UserError(self.env._("Write the conclusion first."))
            # sudo: state and approver are the server's, written after the checks above
            wave.sudo().write({"state": "reported", "approver_id": self.env.uid})
            wave.sudo().report_pdf = wave._render_report()
        return True

    def _render_report(self):
        """Return the report as the approver read it, in base64; False without a PDF engine."""
        reports = self.env["ir.actions.report"]
        if reports.get_wkhtmltopdf_state() == "install":
            return False
        content, _kind = reports._render_qweb_pdf(
            "survey_satisfaction.satisfaction_wave_report", self.ids
        )
        return base64.b64encode(content)

    def action_recompute(self):
        """Rebuild the results of every response from its answers; the same answers give the
        same rows and no second case.

        :return: True
        """
        self._check_officer()
        # Sudo: results are read-only for everybody; the group was checked above.
        answers = self.env["survey.user_input"].sudo()
        for wave in self.sudo():
            domain = [("wave_id", "=", wave.id), ("state", "=", "done")]
            answers.search(domain, order="id")._compute_results()
            if wave.state != "open":
                wave._flag_careless()
            wave._refresh_figures()
        return True

    @api.model
    def _cron_close(self):
        """Close the waves past their last day."""
        today = fields.Date.context_today(self)
        for wave in self.search([("state", "=", "open"), ("date_close", "<", today)]):
            wave._close()
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _cron_refresh(self):
        """Bring the kept figures of open waves up to date where something came in."""
        for wave in self.search([("state", "=", "open")]):
            invited, _answered, n = self.env["satisfaction.figures"]._get_counts(wave)
            if not wave.figures_at or (invited, n) != (wave.invited_count, wave.response_count):
                wave._refresh_figures()
            self.env["ir.cron"]._commit_progress(1)

    # --- Figures -----------------------------------------------------------------------

    def _check_figures_access(self):
        """Salespeople see confidential figures when the wave is over: two looks at an open wave
        would tell who answered in between."""
        self.check_access("read")
        if self.env.su or self.env.user.has_group("survey_satisfaction.group_satisfaction_officer"):
            return
        for wave in self:
            if wave._hides_figures():
                raise AccessError(self.env._("The figures are shown when the wave is closed."))

    @api.readonly
    def get_kpis(self):
        """Return the key figures of one wave.

        :return: dict ``n`` (valid responses), ``invited`` (reached by an invitation),
            ``response_rate``, ``index``, ``index_low``, ``index_high``, ``csat``, ``csat_low``,
            ``csat_high``, ``nps``, ``nps_low``, ``nps_high``, ``alpha``; percent, ``False``
            where not computable. Closed waves return what was frozen at closing, open ones with
            more than 5,000 responses the figures of the last hour. Intervals:
            95 %, Student's t for the index, Wilson for the share of satisfied, adjusted Wald
            for the NPS, each with the finite population correction; none below ten responses.
        """
        self.ensure_one()
        self._check_figures_access()
        if self._is_live():
            # Sudo: results of the whole wave, whoever's customers they are.
            return self.env["satisfaction.figures"].sudo()._get_kpis(self.sudo())
        # Sudo: the figures kept for the dashboard; who may see them was checked above.
        kept = (self.sudo().tables or {}).get("kpis")
        frozen = kept or {name: self[name] for name in KPI_FIELDS}
        figures = {"n": self.response_count, "invited": self.invited_count, **frozen}
        return self._hide_small(figures)

    def _is_small(self, n):
        """Whether a group of ``n`` answers must not be shown."""
        return self.confidentiality != "identified" and n < self.min_cell

    def _hide_small(self, figures):
        if self._is_small(figures["n"]):
            return {
                name: value if name in ("n", "invited", "response_rate") else False
                for name, value in figures.items()
            }
        return figures
