from odoo import api, fields, models, tools
from odoo.exceptions import UserError

TRIGGER_FIELDS = {"trigger", "state", "company_id", "active"}


class SatisfactionCampaign(models.Model):
    """Invitations caused by an event: an order, a delivery, a lost deal, a solved case."""

    _inherit = "satisfaction.campaign"  # pylint: disable=consider-merging-classes-inherited

    def enqueue(self, partner_id, origin_model=False, origin_id=False, at=None):
        """Invite one contact, once per origin, respecting opt-out and rest periods.

        :param partner_id: id of the contact
        :param origin_model: what caused it, e.g. ``sale.order``
        :param origin_id: id of that record
        :param at: ISO datetime of sending (UTC); now when empty
        :return: id of the invitation, or 0 where the contact is left out; the reason is kept as
            a row of the wave
        """
        self.ensure_one()
        self.check_access("write")
        partner = self.env["res.partner"].browse(int(partner_id)).exists()
        if not partner:
            raise UserError(self.env._("There is no such contact."))
        partner.check_access("read")
        origin = False
        if origin_model and origin_id:
            if origin_model not in self.env:
                raise UserError(self.env._("There is no such document."))
            origin = self.env[origin_model].browse(int(origin_id))
            origin.check_access("read")
        when = fields.Datetime.to_datetime(at) if at else None
        invitation = self._enqueue(partner, origin, when)
        return invitation.id if invitation._is_live() else 0

    def _enqueue(self, partner, origin=False, at=None, occasion=0):
        """Return the invitation of ``partner`` for ``origin``, made when there is none yet.

        :param occasion: distinguishes a second check survey of the same case
        """
        self.ensure_one()
        # Sudo: events of other applications invite customers without survey rights.
        campaign = self.sudo()
        campaign._lock_row()
        found = campaign._find_invitation(partner, origin, occasion)
        if found:
            return found
        wave = campaign._get_open_wave()
        if not wave:
            wave = campaign._open_rolling_wave()
        # sudo: programs enqueue for contacts that the user may not read
        return wave._invite(partner.sudo(), origin, at, occasion)

    def _find_invitation(self, partner, origin, occasion=0):
        domain = [
            ("campaign_id", "=", self.id),
            ("partner_id", "=", partner.id),
            ("occasion", "=", occasion),
        ]
        if origin:
            domain += [("origin_model", "=", origin._name), ("origin_id", "=", origin.id)]
        else:
            wave = self._get_open_wave()
            domain += [("origin_model", "=", False), ("wave_id", "=", wave.id)]
        return self.env["satisfaction.invitation"].search(domain, limit=1)

    def _open_rolling_wave(self):
        """A wave without a frame, filled by events as they come."""
        self.survey_id._check_campaign_ready()
        self._check_may_run()
        wave = self._plan_wave(fields.Date.context_today(self))
        wave._open(build_frame=False)
        if self.state != "running":
            self._set_state("running")
        return wave

    @api.model
    def _get_triggered(self, trigger, company):
        """Return the running campaigns started by ``trigger`` in ``company``."""
        # Sudo: the event happens to people who know nothing of campaigns.
        return self.sudo().browse(self._get_triggered_ids(trigger, company.id))

    @api.model
    @tools.ormcache("trigger", "company_id")
    def _get_triggered_ids(self, trigger, company_id):
        """Kept in memory: orders and deliveries of companies that ask nobody cost no query."""
        domain = [
            ("trigger", "=", trigger),
            ("company_id", "=", company_id),
            ("state", "=", "running"),
        ]
        # sudo: see _get_triggered
        return tuple(self.sudo().search(domain).ids)

    @api.model_create_multi
    def create(self, vals_list):
        campaigns = super().create(vals_list)
        campaigns._forget_triggered(set().union(*vals_list))
        return campaigns

    def write(self, vals):
        result = super().write(vals)
        self._forget_triggered(vals.keys())
        return result

    def unlink(self):
        result = super().unlink()
        self._forget_triggered(TRIGGER_FIELDS)
        return result

    def _forget_triggered(self, changed):
        if TRIGGER_FIELDS & changed:
            self.env.registry.clear_cache()
