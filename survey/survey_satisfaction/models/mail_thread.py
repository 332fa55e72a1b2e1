from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """Returned invitations, however late, leave the response rate."""
        result = super()._routing_handle_bounce(email_message, message_dict)
        # Sudo: the mail gateway acts for nobody; only the state of invitations changes.
        self.env["satisfaction.invitation"].sudo()._receive_bounce(
            message_dict.get("bounced_msg_ids") or [],
            message_dict.get("bounced_email"),
            message_dict.get("bounced_message"),
        )
        return result
