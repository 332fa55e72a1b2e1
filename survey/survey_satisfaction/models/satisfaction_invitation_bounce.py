import re

from odoo import api, fields, models

# The host writes the record into the Message-Id of every mail; it comes back with the bounce
# even when the sent mail itself is deleted.
REFERENCE = re.compile(r"-openerp-(\d+)-satisfaction\.invitation@")
# Without a reference only the address is known: mail servers give up within five days.
DAYS_TO_GIVE_UP = 5


class SatisfactionInvitation(models.Model):
    """Mails that come back: whoever was never reached is not counted as silent."""

    _inherit = "satisfaction.invitation"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _receive_bounce(self, references, email, message=None):
        """Mark the invitations of a returned mail as undeliverable.

        :param references: message ids the bounce refers to
        :param email: address that could not be reached, or empty
        :param message: original ``mail.message`` where it still exists
        :return: the invitations marked
        """
        ids = {int(number) for text in references for number in REFERENCE.findall(text)}
        if message and message.model == self._name:
            ids.add(message.res_id)
        bounced = self.browse(ids).exists()
        if not ids and not message and email:
            since = fields.Datetime.subtract(fields.Datetime.now(), days=DAYS_TO_GIVE_UP)
            bounced = self.search(
                [
                    "|",
                    ("email", "=", email),
                    ("partner_id.email_normalized", "=", email),
                    ("channel", "=", "email"),
                    ("state", "in", ("sent", "expired")),
                    ("sent_at", ">=", since),
                ]
            )
        bounced = bounced.filtered(lambda i: i.state in ("sent", "expired"))
        bounced._mark_bounced()
        return bounced

    def _mark_bounced(self):
        """Also after closing: the response rate follows until the report is approved."""
        self.write({"state": "undeliverable", "reason": "bounced"})
        self.wave_id.filtered(lambda wave: wave.state == "closed")._refresh_figures()
