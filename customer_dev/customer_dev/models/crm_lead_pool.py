from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tools import SQL

from ..tools import names


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    pool_date = fields.Datetime(string="In the Pool since", copy=False, index="btree_not_null")
    pool_user_id = fields.Many2one("res.users", string="Former Owner", copy=False)
    pool_log_ids = fields.One2many("crm.pool.log", "lead_id", string="Pool History")
    ownership_warning = fields.Char(compute="_compute_ownership_warning")

    # === ALREADY OWNED BY ===

    @api.depends("partner_name", "partner_id", "phone", "email_from", "active")
    def _compute_ownership_warning(self):
        for lead in self:
            found = lead._find_owned() if lead.partner_name or lead.partner_id else lead.browse()
            lead.ownership_warning = found and lead._ownership_text(found) or False

    def _ownership_text(self, found):
        """Tells that somebody develops this company, and who, but nothing of the prospect."""
        owner = found.user_id.name or self.env._("the public pool")
        return self.env._(
            "This company is already being developed (%s). Talk to each other first.", owner
        )

    def _find_owned(self):
        """Somebody else's open prospect of the same company, in sudo: only its owner is told."""
        self.ensure_one()
        name = self.partner_name or self.partner_id.commercial_partner_id.name
        stem = names.stem(name)
        # sudo: the question is just whether it exists beyond what the salesperson may see
        candidates = (
            self.sudo().search(
                [
                    ("id", "!=", self._origin.id),
                    ("won_status", "=", "pending"),
                    ("partner_name", "ilike", stem[:40]),
                    ("company_id", "in", [False, *self.env.companies.ids]),
                ],
                limit=20,
            )
            if len(stem) > 1
            # sudo: the search sees all owners; only the fact of a match leaves it
            else self.sudo().browse()
        )
        return candidates.filtered(
            lambda lead: (
                lead.user_id != (self.user_id or self.env.user)
                and names.same_company(lead.partner_name, name)
            )
        )[:1]

    @api.model
    @api.readonly
    def check_ownership(self, company_name):
        """Whether a company is already being developed, before creating a prospect.

        :param str company_name: name as written by the user; legal forms do not matter
        :return: dict ``owned`` (bool) and ``owner`` (name of the salesperson, or an empty string);
            nothing else of the prospect is told
        """
        self.check_access("create")
        found = self.new({"partner_name": company_name, "user_id": False})._find_owned()
        return {"owned": bool(found), "owner": found.user_id.name or ""}

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._refuse_forged_pool(vals)
            # not from defaults of the context either
            vals_list = [{**v, "pool_date": False, "pool_user_id": False} for v in vals_list]
        leads = super().create(vals_list)
        leads._check_not_owned()
        return leads

    def _check_not_owned(self):
        """Refuse a second prospect of a company, where the company is that strict."""
        for lead in self:
            company = lead.company_id or self.env.company
            if company.owned_prospect_policy != "refuse" or not lead.partner_name:
                continue
            if found := lead._find_owned():
                raise UserError(lead._ownership_text(found))

    # === PICK AND RELEASE ===

    def write(self, vals):
        self._refuse_forged_pool(vals)
        if "user_id" not in vals:
            return super().write(vals)
        picked = self._find_picked(vals["user_id"])
        picked._check_pick(vals["user_id"])
        result = super().write(vals)
        picked._log_pick()
        return result

    def _find_picked(self, user_id):
        """Prospects that leave the pool: given back or returned ones, whoever gets them, and those
        of a process that never had an owner, when somebody takes them himself."""
        if not user_id:
            return self.browse()
        layout = self.env["crm.stage"]._gate_layout()
        return self.filtered(
            lambda lead: (
                lead.pool_date
                or (
                    user_id == self.env.uid
                    and not lead.user_id
                    and layout.keeps_own_stages(lead.team_id.id)
                )
            )
        )

    def _refuse_forged_pool(self, vals):
        if {"pool_date", "pool_user_id"} & vals.keys() and not self.env.su:
            raise AccessError(self.env._("The pool keeps its own records."))

    def _check_pick(self, user_id):
        """Whoever assigns a pooled prospect to himself keeps to the rules, by whatever way."""
        if not self or user_id != self.env.uid:
            return
        for lead in self:
            if not lead._gate_may_override() and (error := lead._pick_error()):
                raise UserError(error)

    def _pick_error(self):
        """Why the user may not take this prospect now, or an empty string."""
        team = self.team_id.sudo()  # sudo: the rules of the pool hold for who cannot read the team
        now = fields.Datetime.now()
        waits_until = (self.pool_date or now) + timedelta(days=team.pool_cooldown_days)
        if self.pool_user_id == self.env.user and waits_until > now:
            return self.env._(
                "You had this prospect before; you may take it again after %s.",
                fields.Datetime.context_timestamp(self, waits_until).strftime("%Y-%m-%d"),
            )
        if team.pool_pick_limit and self._count_picks_today() >= team.pool_pick_limit:
            return self.env._("You have taken %s prospects today already.", team.pool_pick_limit)
        return ""

    def _count_picks_today(self):
        midnight = fields.Datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        # sudo: the limit counts own picks, whoever may read the log
        return (
            self.env["crm.pool.log"]
            .sudo()
            .search_count(
                [("user_id", "=", self.env.uid), ("kind", "=", "picked"), ("date", ">=", midnight)]
            )
        )

    def _log_pick(self):
        picked = self.filtered("user_id")
        if not picked:
            return
        picked._log_pool("picked", {lead: lead.user_id for lead in picked})
        # sudo: the pool's own fields
        picked.sudo().filtered("pool_date").write({"pool_date": False})

    def _log_pool(self, kind, users, note=False):
        # sudo: the log of the pool is written by us alone
        self.env["crm.pool.log"].sudo().create(
            [
                {
                    "lead_id": lead.id,
                    "kind": kind,
                    "user_id": users[lead].id,
                    "team_id": lead.team_id.id,
                    "note": note,
                }
                for lead in self
                if users[lead]
            ]
        )

    def action_pick_from_pool(self):
        """Take prospects from the public pool; of two people at once one wins.

        :return: True
        :raises UserError: when somebody was faster, the daily limit is reached or the former
            owner comes back too soon
        """
        self._check_not_just_taken()
        self.check_access("write")
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(self.env._("Somebody is just taking this prospect.")) from error
        self.invalidate_recordset(["user_id", "pool_date"])
        for lead in self:
            if lead.user_id:
                raise UserError(
                    self.env._(
                        "%(lead)s was taken by %(user)s.", lead=lead.name, user=lead.user_id.name
                    )
                )
            lead.write({"user_id": self.env.uid, "team_id": lead.team_id.id})
        return True

    def _check_not_just_taken(self):
        """Who comes a moment too late has no access any more, but is told why: it was in the pool
        today, where everybody saw it. Nothing but the new owner is told."""
        lost = self - self._filtered_access("write")
        if not lost:
            return
        since = fields.Datetime.now() - timedelta(days=1)
        # sudo: the log of a prospect that is somebody else's now
        picks = self.env["crm.pool.log"].sudo()
        domain = [("lead_id", "in", lost.ids), ("kind", "=", "picked"), ("date", ">=", since)]
        if pick := picks.search(domain, limit=1):
            raise UserError(
                self.env._("This prospect was taken by %s in the meantime.", pick.user_id.name)
            )

    def action_release_to_pool(self, note=""):
        """Give prospects back to the public pool.

        :param str note: why
        :return: True
        """
        for lead in self:
            if lead.user_id != self.env.user and not lead._gate_may_override():
                raise AccessError(self.env._("Only the owner or the head gives a prospect back."))
        self._send_to_pool("released", note)
        return True

    def _send_to_pool(self, kind, note=False):
        owners = {lead: lead.user_id for lead in self}
        self._log_pool(kind, owners, note)
        for lead, owner in owners.items():
            # sudo: afterwards the former owner may no longer have access
            lead.sudo().write(
                {"user_id": False, "pool_date": fields.Datetime.now(), "pool_user_id": owner.id}
            )
        self.sudo().activity_unlink(["customer_dev.mail_activity_pool_warning"])

    # === RULE ===

    @api.model
    def _cron_return_to_pool(self):
        """Warn owners of prospects without progress, and take from them those long overdue."""
        teams = self.env["crm.team"].search([("pool_days", ">", 0)])
        due = [(team, *team_rows) for team in teams for team_rows in self._find_stale(team)]
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for team, lead_id, idle_days in due:
            lead = self.browse(lead_id).try_lock_for_update()
            if lead:
                lead._treat_stale(team, idle_days)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _treat_stale(self, team, idle_days):
        if idle_days >= team.pool_days:
            self._send_to_pool("returned", self.env._("%s days without progress", idle_days))
            self.message_post(body=self.env._("Back to the public pool after %s days.", idle_days))
        elif not self.activity_search(["customer_dev.mail_activity_pool_warning"]):
            self._warn_stale(team, idle_days)

    def _warn_stale(self, team, idle_days):
        days_left = team.pool_days - idle_days
        self._log_pool("warned", {self: self.user_id})
        self.activity_schedule(
            "customer_dev.mail_activity_pool_warning",
            date_deadline=fields.Date.add(fields.Date.today(), days=days_left),
            user_id=self.user_id.id,
            note=self.with_context(lang=self.user_id.lang).env._(
                "Without progress this prospect goes to the pool in %s days.", days_left
            ),
        )

    @api.model
    def _find_stale(self, team):
        """Rows ``(lead id, days without progress)`` of a team's owned, open prospects.

        Progress is a new stage, a new owner, a message of a colleague, a finished activity or a
        meeting that took place.
        """
        self.flush_model()
        limit = team.pool_days - team.pool_warn_days
        return self.env.execute_query(
            SQL(
                """
            SELECT id, idle FROM (
                SELECT l.id, EXTRACT(DAY FROM now() AT TIME ZONE 'UTC' - GREATEST(
                    l.create_date, l.date_open, l.date_last_stage_update,
                    (SELECT max(m.date) FROM mail_message m
                      WHERE m.model = 'crm.lead' AND m.res_id = l.id AND m.author_id IS NOT NULL
                        AND m.message_type IN ('comment', 'email', 'email_outgoing')),
                    (SELECT max(a.date_done)::timestamp FROM mail_activity a
                      WHERE a.res_model = 'crm.lead' AND a.res_id = l.id AND NOT a.active),
                    (SELECT max(e.stop) FROM calendar_event e
                      WHERE e.opportunity_id = l.id AND e.stop < now() AT TIME ZONE 'UTC')
                ))::int AS idle
                FROM crm_lead l
                WHERE l.team_id = %(team)s AND l.active AND l.user_id IS NOT NULL
                  AND l.won_status = 'pending'
                  AND GREATEST(l.create_date, l.date_open, l.date_last_stage_update)
                      <= now() AT TIME ZONE 'UTC' - %(limit)s * interval '1 day'
            ) stale WHERE idle >= %(limit)s ORDER BY idle DESC
            """,
                team=team.id,
                limit=limit,
            )
        )
