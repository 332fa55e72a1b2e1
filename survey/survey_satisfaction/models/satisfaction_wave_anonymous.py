import hashlib
import hmac
import uuid

from odoo import fields, models
from odoo.tools import SQL

from .satisfaction_invitation import WAITING_STATES


class SatisfactionWave(models.Model):
    """Anonymous waves: no trace between invitation and response, in no table."""

    _inherit = "satisfaction.wave"  # pylint: disable=consider-merging-classes-inherited

    def _anonymous_token(self, token):
        """A key known to the holder of the link only; it finds the response, no row does."""
        key = (self.sudo().anonymity_key or "").encode()
        digest = hmac.new(key, token.encode(), hashlib.sha256).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))

    def _start_anonymous(self, token):
        """Start or resume without a trace between invitation and response."""
        access_token = self._anonymous_token(token)
        # Sudo: see _create_response.
        answer = (
            self.env["survey.user_input"]
            .sudo()
            .search([("access_token", "=", access_token), ("wave_id", "=", self.id)])
        )
        if not answer:
            answer = self._create_response({"access_token": access_token, "channel": "link"}, None)
            answer._erase_traces()
            answer._truncate_dates()
        return answer

    def _cron_unlink_anonymous(self):
        """Mark the invitations of anonymous waves as answered, several at a time, out of order.

        Only when enough responses came together (or the wave is over) is anything written, and
        the key that connected them is replaced in the same step.
        """
        waves = self.search([("confidentiality", "=", "anonymous"), ("anonymity_key", "!=", False)])
        for wave in waves:
            wave._settle_anonymous()

    def _settle_anonymous(self):
        self.ensure_one()
        invitations = self.env["satisfaction.invitation"].search(
            [("wave_id", "=", self.id), ("state", "in", (*WAITING_STATES, "expired"))]
        )
        tokens = {self._anonymous_token(i.token): i.id for i in invitations}
        done = self.env["survey.user_input"].search(
            [
                ("wave_id", "=", self.id),
                ("state", "=", "done"),
                ("access_token", "in", list(tokens)),
            ]
        )
        closing = self.state != "open"
        if done and (closing or len(done) >= self.min_cell):
            answered = sorted(tokens[answer.access_token] for answer in done)
            self._blur(answered, done)
        if closing:
            self.anonymity_key = False
            self._erase_unfinished()

    def _erase_unfinished(self):
        """Whoever began and stopped stays as unknown as those who finished."""
        unfinished = self.env["survey.user_input"].search(
            [("wave_id", "=", self.id), ("state", "!=", "done")]
        )
        if unfinished:
            unfinished._truncate_dates()
            unfinished._erase_traces()

    def _blur(self, invitation_ids, answers):
        cr, now = self.env.cr, fields.Datetime.now().replace(hour=0, minute=0, second=0)
        self.env.flush_all()
        cr.execute(
            SQL(
                "UPDATE satisfaction_invitation SET state = 'answered', responded_pct = 100, "
                "answered_at = %s, write_date = %s WHERE id IN %s",
                now,
                now,
                tuple(invitation_ids),
            )
        )
        for answer in answers:
            cr.execute(
                SQL(
                    "UPDATE survey_user_input SET access_token = %s, write_date = %s WHERE id = %s",
                    str(uuid.uuid4()),
                    now,
                    answer.id,
                )
            )
        self.env.invalidate_all()
