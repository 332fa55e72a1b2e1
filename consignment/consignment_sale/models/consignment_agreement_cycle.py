from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date


class ConsignmentAgreement(models.Model):
    """Dealers settle by a cycle; whoever is late is reminded of."""

    _inherit = "consignment.agreement"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _cron_remind(self):
        res = super()._cron_remind()
        dealers = self.search(
            [
                ("kind", "=", "consign_out"),
                ("settlement_cycle", "=", "monthly"),
                ("state", "in", ("active", "closing")),
                ("goods_quantity", ">", 0),
            ]
        )
        today = fields.Date.context_today(self)
        for agreement in dealers._filter_report_due(today):
            agreement._with_reader()._remind_report_due(today)
        return res

    def _remind_report_due(self, today):
        due = self._get_report_due(today)
        self._schedule_once(
            "consignment_sale.mail_activity_type_report_due",
            self.env._("The sales report of %s is due", format_date(self.env, due)),
            due,
        )

    def _filter_report_due(self, today):
        """Return the dealers that reported nothing for the cycle that ended last."""
        reported = dict(
            self.env["consignment.report"]._read_group(
                [("agreement_id", "in", self.ids), ("state", "!=", "cancel")],
                ["agreement_id"],
                ["date:max"],
            )
        )
        return self.filtered(
            lambda agreement: (
                (reported.get(agreement) or agreement.date_start or today)
                <= agreement._get_report_due(today) - relativedelta(months=1)
            )
        )

    def _get_report_due(self, today):
        """Return the last settlement day that has come; day 31 is the last of any month."""
        due = today + relativedelta(day=self.settlement_day)
        if due > today:
            due = today + relativedelta(months=-1, day=self.settlement_day)
        return due
