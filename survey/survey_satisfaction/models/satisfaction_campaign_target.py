import ast

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ..lib import stats


class SatisfactionCampaign(models.Model):
    """Whom a campaign asks: its target, looked up with its owner's rights."""

    _inherit = "satisfaction.campaign"  # pylint: disable=consider-merging-classes-inherited

    @api.depends("target_domain", "user_id")
    def _compute_target_count(self):
        for campaign in self:
            try:
                partners = campaign._get_target_model()
                campaign.target_count = partners.search_count(campaign._parse_domain())
            except (ValueError, SyntaxError, AccessError):
                campaign.target_count = 0
            count = campaign.target_count
            campaign.needed_answers = stats.sample_size(count) if count else 0

    @api.constrains("target_domain")
    def _check_target_domain(self):
        for campaign in self:
            try:
                Domain(campaign._parse_domain()).validate(self.env["res.partner"])
            except Exception as error:
                raise ValidationError(
                    self.env._("The target is not a valid filter: %s", error)
                ) from error

    def _parse_domain(self):
        return ast.literal_eval(self.target_domain or "[]")

    def _get_target_model(self):
        """Contacts as the owner may see them; never more than the person at the button."""
        user = self.user_id if self.env.su else self.env.user
        partners = self.env["res.partner"].with_user(user).with_company(self.company_id)
        return partners.sudo(False).with_context(
            allowed_company_ids=self.company_id.ids, active_test=True
        )

    def _get_frame_contacts(self):
        """Return the contacts the campaign is about, before sampling and rest periods."""
        self.ensure_one()
        targets = self._get_target_model().search(self._parse_domain())
        accounts = targets.commercial_partner_id
        if self.contact_policy == "main":
            return self._get_main_contacts(accounts)
        people = targets.search(
            [("commercial_partner_id", "in", accounts.ids), ("is_company", "=", False)]
        )
        people = people.filtered(lambda p: p.type in ("contact", False) or p in accounts)
        if self.contact_policy == "tagged":
            return people.filtered(self._is_tagged_contact)
        alone = accounts - people.commercial_partner_id
        return people | alone

    def _get_main_contacts(self, accounts):
        """The customer itself where it has an address, else its first contact with one."""
        without = accounts.filtered(lambda account: not account.email)
        children = accounts.search(
            [("parent_id", "in", without.ids), ("email", "!=", False), ("type", "=", "contact")],
            order="id",
        )
        first = {}
        for child in children:
            first.setdefault(child.parent_id.id, child.id)
        return accounts.browse([first.get(account.id, account.id) for account in accounts])

    def _is_tagged_contact(self, contact):
        tagged = bool(contact.category_id & self.contact_category_ids)
        wanted = (self.contact_function or "").lower()
        return tagged or bool(wanted and wanted in (contact.function or "").lower())

    def _is_key_account(self, partner):
        keys = self.key_category_ids
        return bool(keys & (partner.category_id | partner.commercial_partner_id.category_id))
