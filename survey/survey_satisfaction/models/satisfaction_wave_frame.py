import random
import uuid
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL, email_normalize

from .satisfaction_invitation import LIVE_STATES


class SatisfactionWave(models.Model):
    """Opening: questionnaire, mapping and mode are frozen, the sampling frame is drawn."""

    _inherit = "satisfaction.wave"  # pylint: disable=consider-merging-classes-inherited

    def _open(self, build_frame=True):
        """Freeze questionnaire, mapping and mode; draw the frame."""
        self.ensure_one()
        campaign = self.campaign_id
        survey = campaign.survey_id
        mapping = survey.sudo()._get_score_mapping(campaign.scale_id)
        today = fields.Date.context_today(self)
        # Sudo: these are the guarded values; the campaign's buttons checked the user.
        self.sudo().write(
            {
                "state": "open",
                "survey_id": survey.id,
                "scale_signature": mapping.pop("signature"),
                "mapping": mapping,
                # sudo: the settings are copied from a questionnaire the user may not read
                "confidentiality": survey.sudo().confidentiality or "identified",
                "min_cell": survey.sudo().min_cell or 5,
                "date_open": min(self.date_open, today),
                "date_close": max(
                    self.date_close or today, today + timedelta(days=campaign.open_days)
                ),
                "open_token": uuid.uuid4().hex,
                "anonymity_key": uuid.uuid4().hex,
            }
        )
        if build_frame and campaign.kind in ("periodic", "ad_hoc"):
            self._build_frame()

    def action_open(self):
        """Open a planned wave.

        :return: True
        """
        self._check_officer()
        for wave in self.filtered(lambda w: w.state == "planned"):
            wave.campaign_id._lock_row()
            wave.campaign_id._check_may_run()
            wave.campaign_id.survey_id._check_campaign_ready()
            wave._open()
            if wave.campaign_id.state != "running":
                wave.campaign_id._set_state("running")
        return True

    def _build_frame(self):
        """One row for every contact of the frame, asked or left out."""
        contacts = self.campaign_id._get_frame_contacts().sudo()
        reasons = self._get_exclusions(contacts)
        sampled = self._draw_sample(contacts.filtered(lambda c: c.id not in reasons))
        reasons.update(
            {c.id: "not_sampled" for c in contacts if c.id not in reasons and c not in sampled}
        )
        values = [self._prepare_invitation(c, reasons.get(c.id)) for c in contacts]
        # Sudo: invitations are made by waves only.
        self.env["satisfaction.invitation"].sudo().create(values)
        self._count_frame()

    def _count_frame(self):
        # sudo: the frame counts every invitation, also those a rule hides
        groups = (
            self.env["satisfaction.invitation"]
            .sudo()
            ._read_group(
                [("wave_id", "in", self.ids)],
                ["wave_id"],
                ["__count", "commercial_partner_id:count_distinct"],
            )
        )
        sizes = {wave.id: (count, accounts) for wave, count, accounts in groups}
        # sudo: figures are the server's, nobody may write them
        for wave in self.sudo():
            wave.frame_size, wave.frame_accounts = sizes.get(wave.id, (0, 0))

    def _draw_sample(self, contacts):
        """Key customers always; the rest by chance, reproducible from the wave's id."""
        campaign = self.campaign_id
        if campaign.sample_method == "all":
            return contacts
        size = campaign.sample_size
        if campaign.sample_method == "random_pct":
            size = round(len(contacts) * size / 100)
        keys = contacts.filtered(campaign._is_key_account)
        rest = (contacts - keys).sorted("id")
        wanted = min(len(rest), max(0, int(size) - len(keys)))
        chosen = random.Random(self.id).sample(rest.ids, wanted)  # noqa: S311 (a sample, no secret)
        return keys | contacts.browse(chosen)

    # --- Who is left out ---------------------------------------------------------------

    def _get_exclusions(self, contacts, exclude=None):
        """Return ``{contact id: reason}`` of the contacts that are not asked."""
        reasons = {}
        if not self.campaign_id.quarantine_exempt:
            reasons = self._get_rest_reasons(contacts, exclude)
        by_mail = self.campaign_id.channel == "email"
        for contact in contacts:
            if contact.survey_opt_out or contact.commercial_partner_id.survey_opt_out:
                reasons[contact.id] = "opt_out"
            elif by_mail and not email_normalize(contact.email or ""):
                reasons[contact.id] = "no_email"
        if by_mail:
            reasons.update(self._get_blacklisted(contacts, reasons))
        return reasons

    def _get_blacklisted(self, contacts, reasons):
        emails = {email_normalize(c.email or ""): c.id for c in contacts if c.id not in reasons}
        # sudo: the blacklist is closed to survey users; only a yes or no is used
        found = self.env["mail.blacklist"].sudo().search([("email", "in", list(emails))])
        return {emails[item.email]: "blacklisted" for item in found}

    def _get_rest_reasons(self, contacts, exclude=None):
        """Return who was asked lately, by any wave of any company: it is the same person.

        Waves exclude themselves from the rest of the account, so that several contacts of one
        customer can be asked together; events (which exclude nothing) do not.
        """
        campaign = self.campaign_id
        now = fields.Datetime.now()
        self.env["satisfaction.invitation"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id,
                       bool_or(i.partner_id = p.id AND i.asked > %(contact)s),
                       bool_or(i.asked > %(account)s AND (i.wave_id != %(wave)s OR %(event)s))
                  FROM res_partner p
                  JOIN (SELECT id, partner_id, commercial_partner_id, wave_id,
                               coalesce(sent_at, planned_at, create_date) AS asked
                          FROM satisfaction_invitation
                         WHERE state IN %(live)s) i
                    ON (i.commercial_partner_id = p.commercial_partner_id
                        OR i.partner_id = p.id)
                 WHERE p.id IN %(ids)s AND NOT (i.id = ANY(%(exclude)s))
                 GROUP BY p.id
                """,
                contact=now - timedelta(days=campaign.quarantine_contact_days),
                account=now - timedelta(days=campaign.quarantine_account_days),
                wave=self.id,
                event=campaign.kind == "transactional",
                live=LIVE_STATES,
                ids=tuple(contacts.ids) or (0,),
                exclude=exclude.ids if exclude else [],
            )
        )
        return {
            partner_id: "contact_rest" if contact else "account_rest"
            for partner_id, contact, account in rows
            if contact or account
        }

    # --- Invitations -------------------------------------------------------------------

    def _prepare_invitation(self, partner, reason=None, origin=False, at=None, occasion=0):
        state = "planned"
        if reason:
            state = "quarantined" if reason.endswith("_rest") else "excluded"
        return {
            "wave_id": self.id,
            "partner_id": partner.id,
            "commercial_partner_id": partner.commercial_partner_id.id,
            "email": partner.email,
            "lang": partner.lang or self.company_id.partner_id.lang or self.env.lang,
            "channel": self.campaign_id.channel,
            "state": state,
            "reason": reason or False,
            "planned_at": at,
            "origin_model": origin._name if origin else False,
            "origin_id": origin.id if origin else False,
            "occasion": occasion,
            **self._prepare_segments(partner, origin),
        }

    def _prepare_segments(self, partner, origin=False):
        """Who the customer was when asked; kept, because people move between segments."""
        account = partner.commercial_partner_id
        year_ago = fields.Datetime.now() - timedelta(days=365)
        age = "new" if account.create_date and account.create_date > year_ago else "old"
        return {
            "user_id": (partner.user_id or account.user_id).id,
            "country_id": account.country_id.id,
            "region_id": account.state_id.id,
            "industry_id": account.industry_id.id,
            "category_id": account.category_id[:1].id,
            "customer_type": "company" if account.is_company else "person",
            "customer_age": age,
        }

    def _invite(self, partner, origin=False, at=None, occasion=0):
        """Add one contact to an open wave (see ``satisfaction.campaign.enqueue``)."""
        reason = self._get_exclusions(partner).get(partner.id)
        # Sudo: see _build_frame.
        Invitation = self.env["satisfaction.invitation"].sudo()
        invitation = Invitation.create(
            self._prepare_invitation(partner, reason, origin, at, occasion)
        )
        self._count_frame()
        return invitation
