from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, email_normalize

BATCH = 100


class SatisfactionInvitation(models.Model):
    """Mails and reminders, batch by batch, nobody twice."""

    _inherit = "satisfaction.invitation"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_due_domain(self):
        return [
            ("state", "=", "planned"),
            ("wave_id.state", "=", "open"),
            ("campaign_id.state", "=", "running"),
            "|",
            ("planned_at", "=", False),
            ("planned_at", "<=", fields.Datetime.now()),
        ]

    def _send_batch(self):
        """Write the mails of ``self`` and mark them as invited, in one transaction.

        The mail waits in the queue of the same commit: a worker killed in between has sent
        nothing and forgets nothing, and nobody is written to twice.

        :return: number of contacts invited
        """
        mine = self.try_lock_for_update().filtered(lambda i: i.state == "planned")
        mine -= mine._rest_late()
        by_mail = mine.filtered(lambda invitation: invitation.channel == "email")
        bad = by_mail.filtered(lambda invitation: not email_normalize(invitation.email or ""))
        bad.write({"state": "undeliverable", "reason": "no_email"})
        (by_mail - bad)._queue_mails("invite_template_id")
        sent = mine - bad
        sent.write({"state": "sent", "sent_at": fields.Datetime.now()})
        return len(sent)

    def _rest_late(self):
        """Somebody planned for later may have been asked by another wave meanwhile."""
        late = self.filtered(lambda i: i.planned_at and not i.campaign_id.quarantine_exempt)
        rested = self.browse()
        for wave, invitations in late.grouped("wave_id").items():
            reasons = wave._get_rest_reasons(invitations.partner_id, exclude=invitations)
            for invitation in invitations:
                if reason := reasons.get(invitation.partner_id.id):
                    invitation.write({"state": "quarantined", "reason": reason})
                    rested |= invitation
        return rested

    def _queue_mails(self, template_field):
        """Write the mails as the system: their author may read them, and they show the link."""
        system = self.env.ref("base.partner_root")
        for campaign, invitations in self.grouped("campaign_id").items():
            if template := campaign[template_field]:
                template.with_user(SUPERUSER_ID).send_mail_batch(
                    invitations.ids,
                    force_send=False,
                    email_values={"author_id": system.id},
                    email_layout_xmlid="mail.mail_notification_light",
                )

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Mails carry the personal link: reading one takes a right nobody has."""
        super()._mail_get_operation_for_mail_message_operation(message_operation)
        return dict.fromkeys(self, "unlink")

    @api.model
    def _cron_send(self):
        """Send what is due and remind those who have not answered, batch by batch."""
        self._run_batches(self._get_due_domain, lambda batch: batch._send_some())
        self._run_batches(self._get_reminder_domain, lambda batch: batch._remind_batch())

    def _run_batches(self, get_domain, work):
        """Commit after every batch: a killed worker loses nothing and repeats nothing."""
        while batch := self.search(get_domain(), limit=BATCH, order="id"):
            done = work(batch)
            self.env.flush_all()
            if not done or not self.env["ir.cron"]._commit_progress(done):
                break
            self.env.invalidate_all()

    def _send_some(self):
        """Send a batch; return how many of it are settled, sent or not."""
        self._send_batch()
        return len(self.filtered(lambda invitation: invitation.state != "planned"))

    @api.model
    def _get_reminder_domain(self):
        # Reminders pause with their campaign and are counted per campaign, so the delay is
        # compared in SQL with the campaign's own number of days.
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT i.id FROM satisfaction_invitation i
                  JOIN satisfaction_campaign c ON c.id = i.campaign_id AND c.state = 'running'
                  JOIN satisfaction_wave w ON w.id = i.wave_id AND w.state = 'open'
                 WHERE i.state IN ('sent', 'started') AND i.channel = 'email'
                   AND coalesce(i.reminder_count, 0) < c.reminder_max
                   AND coalesce(i.last_reminder_at, i.sent_at)
                       <= %s - c.reminder_days * interval '1 day'
                 ORDER BY i.id LIMIT %s
                """,
                fields.Datetime.now(),
                BATCH,
            )
        )
        return [("id", "in", [row[0] for row in rows])]

    def _remind_batch(self):
        mine = self.try_lock_for_update().filtered(lambda i: i.state in ("sent", "started"))
        mine._queue_mails("reminder_template_id")
        now = fields.Datetime.now()
        for invitation in mine:
            invitation.write(
                {"reminder_count": invitation.reminder_count + 1, "last_reminder_at": now}
            )
        return len(mine)
