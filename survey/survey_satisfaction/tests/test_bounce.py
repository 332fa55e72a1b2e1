"""Invitations that come back, at once or weeks later."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import SatisfactionCommon

REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mail.example.com
To: bounce@test.example.com
Subject: Undelivered Mail Returned to Sender
Message-Id: <{unique}.report@mail.example.com>
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Type: text/plain

I am sorry.

--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.com

Final-Recipient: rfc822; {email}
Action: failed
Status: 5.1.1

--edge
Content-Type: message/rfc822

From: us@test.example.com
To: {email}
Subject: your opinion, please
Message-Id: {reference}

Dear customer

--edge--
"""


@tagged("post_install", "-at_install")
class TestBounce(SatisfactionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wave = cls._open()
        cls.invitation = cls._invitation(cls.wave, cls.customers[0])

    def _sent_mail(self, invitation):
        return self.env["mail.mail"].search(
            [("model", "=", invitation._name), ("res_id", "=", invitation.id)], limit=1
        )

    def _bounce(self, email="customer0@example.com", reference="<none@elsewhere>"):
        report = REPORT.format(email=email, reference=reference, unique=id(object()))
        self.env["mail.thread"].message_process(None, report)

    def test_bounce_of_an_invitation(self):
        self._bounce(reference=self._sent_mail(self.invitation).message_id)
        self.assertEqual(
            (self.invitation.state, self.invitation.reason), ("undeliverable", "bounced")
        )
        self.assertEqual(self.wave.get_kpis()["invited"], 5)
        others = self.wave.invitation_ids - self.invitation
        self.assertEqual(set(others.mapped("state")), {"sent"})

    def test_sent_mails_are_deleted_their_bounces_are_understood(self):
        mail = self._sent_mail(self.invitation)
        reference = mail.message_id
        mail.unlink()
        self.assertFalse(self.env["mail.message"].search([("message_id", "=", reference)]))
        self._bounce(email="moved@elsewhere.example.com", reference=reference)
        self.assertEqual(self.invitation.state, "undeliverable")

    def test_address_alone_counts_for_some_days(self):
        self._bounce()
        self.assertEqual(self.invitation.state, "undeliverable")
        old = self._invitation(self.wave, self.customers[1])
        old.sent_at = fields.Datetime.now() - timedelta(days=20)
        self._bounce(email="customer1@example.com")
        self.assertEqual(old.state, "sent", "what bounced was some other mail")

    def test_after_the_wave_was_closed(self):
        self._answer(self.wave, self.customers[1])
        self.wave.with_user(self.officer).action_close()
        self.assertAlmostEqual(self.wave.response_rate, 100 / 6)
        self._bounce(reference=self._sent_mail(self.invitation).message_id)
        self.assertEqual(self.invitation.state, "undeliverable")
        self.assertAlmostEqual(self.wave.response_rate, 100 / 5)
        self.assertEqual(self.wave.invited_count, 5)

    def test_an_approved_report_stays_as_it_is(self):
        self._answer(self.wave, self.customers[1])
        self.wave.with_user(self.officer).action_close()
        self.wave.conclusion = "Good"
        self.wave.with_user(self.manager).action_report()
        self._bounce(reference=self._sent_mail(self.invitation).message_id)
        self.assertEqual(self.invitation.state, "undeliverable")
        self.assertAlmostEqual(self.wave.response_rate, 100 / 6)

    def test_whoever_answered_was_reached(self):
        reference = self._sent_mail(self.invitation).message_id
        self._answer(self.wave, self.customers[0])
        self._bounce(reference=reference)
        self.assertEqual(self.invitation.state, "answered")

    def test_bounces_of_other_mails_change_nothing(self):
        message = self.customers[0].message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self._bounce(reference=message.message_id)
        self.assertEqual(self.invitation.state, "sent")
