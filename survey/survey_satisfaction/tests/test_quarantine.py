"""Nobody is asked too often: rest periods of contacts and customers, and who is exempt."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestQuarantine(SatisfactionCommon):
    def _states(self, wave):
        return {i.partner_id: (i.state, i.reason) for i in wave.invitation_ids}

    def _colleague(self):
        return self.env["res.partner"].create(
            {"name": "Colleague", "parent_id": self.customers[0].id, "email": "c@x.com"}
        )

    def _event_campaign(self, **values):
        campaign = self._make_campaign(name="Event", kind="transactional", **values)
        campaign.sudo().state = "running"
        return campaign.with_user(self.officer)

    def test_rest_of_contacts_and_customers(self):
        self._open()
        colleague = self.env["res.partner"].create(
            {"name": "Colleague", "parent_id": self.customers[0].id, "email": "c@x.com"}
        )
        fresh = self.env["res.partner"].create(
            {"name": "Fresh", "is_company": True, "email": "fresh@x.com"}
        )
        people = self.customers[:1] | colleague | fresh
        other = self._make_campaign(
            name="Other", contact_policy="all", target_domain=str([("id", "in", people.ids)])
        )
        states = self._states(self._open(other, send=False))
        self.assertEqual(states[colleague], ("quarantined", "account_rest"))
        self.assertEqual(states[fresh][0], "planned")
        later = self._make_campaign(name="Later", quarantine_account_days=0)
        states = self._states(self._open(later, send=False))
        self.assertEqual(states[self.customers[0]], ("quarantined", "contact_rest"))

    def test_an_event_rests_the_colleagues_too(self):
        campaign = self._event_campaign()
        self.assertTrue(campaign.enqueue(self.customers[0].id, "res.partner", 1))
        colleague = self._colleague()
        self.assertEqual(campaign.enqueue(colleague.id, "res.partner", 2), 0)
        [wave] = campaign.wave_ids
        self.assertEqual(self._states(wave)[colleague], ("quarantined", "account_rest"))

    def test_a_colleague_joins_the_same_wave(self):
        wave, colleague = self._open(), self._colleague()
        self.assertTrue(self.campaign.with_user(self.officer).enqueue(colleague.id))
        self.assertEqual(self._states(wave)[colleague], ("planned", False))

    def test_who_was_left_out_does_not_rest(self):
        self.customers[0].survey_opt_out = True
        self._open(send=False)
        self.customers[0].survey_opt_out = False
        other = self._make_campaign(
            name="Other", target_domain=str([("id", "=", self.customers[0].id)])
        )
        [invitation] = self._open(other, send=False).invitation_ids
        self.assertEqual(invitation.state, "planned")

    def test_a_customer_opts_out_for_its_people(self):
        self.customers[0].survey_opt_out = True
        campaign = self._event_campaign()
        colleague = self._colleague()
        self.assertEqual(campaign.enqueue(colleague.id), 0)
        [wave] = campaign.wave_ids
        self.assertEqual(self._states(wave)[colleague], ("excluded", "opt_out"))

    def test_asked_by_another_wave_before_the_mail_goes_out(self):
        campaign = self._event_campaign()
        at = fields.Datetime.to_string(fields.Datetime.now() + timedelta(days=7))
        late = self.env["satisfaction.invitation"].browse(
            campaign.enqueue(self.customers[0].id, at=at)
        )
        late.sudo().create_date = fields.Datetime.now() - timedelta(days=100)
        later = fields.Datetime.now() - timedelta(days=95)
        late.sudo().planned_at = later
        self._open()  # asks the customer by its own wave
        late._send_batch()
        self.assertEqual((late.state, late.reason), ("quarantined", "contact_rest"))
        self.assertFalse(late.sent_at)
