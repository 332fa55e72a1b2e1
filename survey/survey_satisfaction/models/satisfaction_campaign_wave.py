from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL


class SatisfactionCampaign(models.Model):
    """The rounds of a campaign: planned ahead, opened when due, one at a time."""

    _inherit = "satisfaction.campaign"  # pylint: disable=consider-merging-classes-inherited

    def action_open_wave_form(self):
        """Open a wave and show it."""
        wave_id = self.action_open_wave()
        return {
            "type": "ir.actions.act_window",
            "res_model": "satisfaction.wave",
            "res_id": wave_id,
            "views": [(False, "form")],
        }

    def action_open_wave(self):
        """Open the next wave: freeze questionnaire and scores, draw the sampling frame.

        Idempotent: a campaign has one open wave, which a second call returns.

        :return: id of the open wave
        :raises UserError: when cost and scheme are not approved or the questionnaire is not ready
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_row()
        if wave := self._get_open_wave():
            return wave.id
        self.survey_id._check_campaign_ready()
        self._check_may_run()
        wave = self._get_planned_wave() or self._plan_wave(fields.Date.context_today(self))
        wave._open()
        if self.state != "running":
            self._set_state("running")
        return wave.id

    def _lock_row(self):
        """Two people may press a button at once: the second one waits and looks again."""
        self.env.cr.execute(
            SQL("SELECT id FROM satisfaction_campaign WHERE id IN %s FOR UPDATE", tuple(self.ids))
        )
        self.invalidate_recordset()

    def _get_open_wave(self):
        return self.env["satisfaction.wave"].search(
            [("campaign_id", "=", self.id), ("state", "=", "open")], limit=1
        )

    def _get_planned_wave(self):
        return self.env["satisfaction.wave"].search(
            [("campaign_id", "=", self.id), ("state", "=", "planned")],
            order="date_open, id",
            limit=1,
        )

    def _plan_wave(self, day):
        self.ensure_one()
        # Sudo: waves are made by the campaign's buttons and cron, not by hand.
        return (
            self.env["satisfaction.wave"]
            .sudo()
            .create(
                {
                    "campaign_id": self.id,
                    "name": self._get_wave_name(day),
                    "date_open": day,
                    "date_close": day + timedelta(days=self.open_days),
                }
            )
            .sudo(False)
        )

    def _get_wave_name(self, day):
        whole_years = self.kind == "periodic" and self.interval_type == "years"
        base = f"{day:%Y}" if whole_years else f"{day:%Y-%m}"
        # sudo: names of waves the user cannot read are taken all the same
        taken = set(self.sudo().wave_ids.mapped("name"))
        names = (base if number == 1 else f"{base} ({number})" for number in range(1, 10000))
        return next(name for name in names if name not in taken)

    def _advance_next_date(self):
        for campaign in self.filtered(lambda c: c.kind == "periodic" and c.next_date):
            step = relativedelta(**{campaign.interval_type: campaign.interval_number})
            # sudo: the date moves on when a wave opens, by whoever opens it
            campaign.sudo().next_date = campaign.next_date + step

    @api.model
    def _cron_plan(self):
        """Plan the waves that come near and remind their owners; open those that are due."""
        today = fields.Date.context_today(self)
        domain = [("kind", "=", "periodic"), ("state", "=", "running"), ("next_date", "!=", False)]
        for campaign in self.search(domain):
            lead = relativedelta(months=campaign.plan_lead_months)
            if campaign.next_date - lead > today:
                continue
            wave = campaign._get_planned_wave()
            if not wave:
                wave = campaign._plan_wave(campaign.next_date)
                campaign._remind_owner_of(wave)
            if wave.date_open <= today and not campaign._get_open_wave():
                wave._open()
                campaign._advance_next_date()

    def _remind_owner_of(self, wave):
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=wave.date_open,
            user_id=self.user_id.id,
            summary=self.with_context(lang=self.user_id.lang).env._(
                "Prepare wave %(wave)s: questions, target, budget", wave=wave.name
            ),
        )
