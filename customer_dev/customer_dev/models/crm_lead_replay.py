from itertools import pairwise

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import gate


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    def _place_in_stage(self, stage_id):
        """Put leads in a stage without asking for its criteria: for demo data and migrations."""
        self.with_context(gate_pass=gate.GatePass).write({"stage_id": stage_id})
        return True

    def _replay_stages(self, stays, lost=()):
        """Take a prospect over with the way it has gone: for demo data and migrations.

        Its stages, the tracking that the funnel reads and its dates become what they were; no
        criterion is asked for, nobody is notified.

        :param stays: tuples ``(stage id, days ago it was entered)``, the first is the creation
        :param lost: ``(lost reason id, days ago)`` when it was given up in the last stage
        :return: True
        """
        self.ensure_one()
        quiet = self.with_context(gate_pass=gate.GatePass, tracking_disable=True)
        quiet.write({"stage_id": stays[-1][0]})
        if lost:
            quiet.action_set_lost(lost_reason_id=lost[0])
        for (old_id, _days), (new_id, days) in pairwise(stays):
            self._replay_move(old_id, new_id, self._replay_moment(days))
        self._replay_dates(stays, lost)
        return True

    @api.model
    def _replay_moment(self, days):
        return fields.Datetime.now() - relativedelta(days=days)

    def _replay_move(self, old_id, new_id, moment):
        """One tracked change of stage, dated as it happened."""
        stages = self.env["crm.stage"].with_context(lang=self.user_id.lang or self.env.lang)
        message = self.env["mail.message"].create(
            {
                "model": self._name,
                "res_id": self.id,
                "message_type": "notification",
                "subtype_id": self.env.ref("crm.mt_lead_stage").id,
                "author_id": self.user_id.partner_id.id,
                "date": moment,
            }
        )
        tracking = self.env["mail.tracking.value"].create(
            {
                "mail_message_id": message.id,
                "field_id": self.env["ir.model.fields"]._get(self._name, "stage_id").id,
                "old_value_integer": old_id,
                "old_value_char": stages.browse(old_id).name,
                "new_value_integer": new_id,
                "new_value_char": stages.browse(new_id).name,
            }
        )
        # the host measures the time in a stage by when the tracking was made
        self.env.cr.execute(
            SQL(
                "UPDATE mail_tracking_value SET create_date = %s WHERE id = %s", moment, tracking.id
            )
        )

    def _replay_dates(self, stays, lost):
        """Dates the host would have noted; the day of creation cannot be written otherwise."""
        begun, moved = (self._replay_moment(stays[index][1]) for index in (0, -1))
        closed = self._replay_moment(lost[1]) if lost else self.stage_id.is_won and moved
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_lead SET create_date = %s, date_open = %s, date_last_stage_update = %s,"
                " date_closed = %s WHERE id = %s",
                begun,
                begun if self.user_id else None,
                moved,
                closed or None,
                self.id,
            )
        )
        self.invalidate_recordset()
        for name in ("day_open", "day_close"):
            self.env.add_to_compute(self._fields[name], self)
