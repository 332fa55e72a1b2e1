from odoo import models

BAD_ADDRESS = ("mail_email_invalid", "mail_email_missing", "mail_bounce")


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """A wrong address leaves the response rate; a server that is down does not."""
        if failure_type in BAD_ADDRESS:
            mails = self.filtered(lambda mail: mail.model == "satisfaction.invitation")
            self.env["satisfaction.invitation"].sudo().browse(
                mails.mapped("res_id")
            ).exists().filtered(lambda i: i.state in ("planned", "sent")).write(
                {"state": "undeliverable", "reason": "bounced"}
            )
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason, failure_type
        )
